import pytest

from automl.options import Options
from automl.training import train
from clickstream.manifest import Manifest
from clickstream.sources import read_source
from tests.automl.visits_file import write_visits

SEGMENT = Options(answers=("segment",), budget=None, trials=3)


def test_a_value_beyond_single_precision_refuses_this_answer_and_ends_no_run(real_data, tmp_path):
    def spoil(visit):
        return visit | {"ProductRelated_Duration": "1e39"}

    dataset = read_source([write_visits(real_data, tmp_path, spoil, rows=1_000)])
    (outcome,) = train(dataset, tmp_path / "out", SEGMENT)
    assert outcome.outcome == "refused"
    assert "beyond single precision (3.4e38): ProductRelated_Duration" in outcome.message
    assert "Correct them" in outcome.message


def test_the_manifest_holds_the_silhouette_its_lead_and_what_else_was_measured(real_data, tmp_path):
    dataset = read_source([write_visits(real_data, tmp_path, dict, rows=3_000)])
    (outcome,) = train(dataset, tmp_path / "out", SEGMENT)
    assert outcome.outcome == "packaged", outcome.message
    text = (tmp_path / "out" / "segmentation" / "manifest.json").read_text()
    segment = Manifest.model_validate_json(text).answers["segment"]
    silhouette, lead = segment.metrics["silhouette"], segment.metrics["silhouette_lead"]
    baseline = segment.baseline_metrics["silhouette"]
    assert lead.value == pytest.approx(silhouette.value - baseline.value)
    assert 0 < lead.low < lead.value < lead.high
    assert silhouette.low < silhouette.value < silhouette.high
    assert segment.metrics["davies_bouldin"].value > 0
    assert segment.metrics["within_ss"].value > 0
    assert 0.75 <= segment.metrics["stability"].value <= 1
