from dataclasses import replace
from itertools import count

import pytest

from automl.options import Options
from automl.training import train
from clickstream.bundle import Bundle, open_bundle
from clickstream.sources import read_source
from tests.automl.pages import Page
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


@pytest.fixture(scope="module")
def bundle(real_data, tmp_path_factory) -> Bundle:
    """Segments of real visits."""
    folder = tmp_path_factory.mktemp("segments")
    dataset = read_source([write_visits(real_data, folder, dict, rows=3_000)])
    (outcome,) = train(dataset, folder / "out", SEGMENT)
    assert outcome.outcome == "packaged", outcome.message
    return open_bundle(folder / "out" / "segmentation")


def test_the_manifest_holds_the_silhouette_its_lead_and_what_else_was_measured(bundle):
    segment = bundle.manifest.answers["segment"]
    silhouette, lead = segment.metrics["silhouette"], segment.metrics["silhouette_lead"]
    baseline = segment.baseline_metrics["silhouette"]
    assert lead.value == pytest.approx(silhouette.value - baseline.value)
    assert 0 < lead.low < lead.value < lead.high
    assert silhouette.low < silhouette.value < silhouette.high
    assert segment.metrics["davies_bouldin"].value > 0
    assert segment.metrics["within_ss"].value > 0
    assert 0.75 <= segment.metrics["stability"].value <= 1
    evaluation = bundle.evaluation("segment")
    for candidate in evaluation["candidates"]:
        assert -1 <= candidate["out_of_time"] <= 1
        assert -1 <= candidate["stability"] <= 1
    # Ready-made rows have no time.
    assert not evaluation["holdout_is_later"]
    assert not evaluation["interrupted"]
    assert "2,000" in evaluation["notes"][0]


def test_the_report_shows_every_candidate_kept(bundle):
    report = Page(bundle.report())
    assert report.fetched == []
    assert len(report.names) == len(set(report.names))
    assert "<h2>How the segments were found</h2>" in bundle.report()
    headings = ("The segments", "Who they are, in pictures", "Candidates")
    for heading in (*headings, "How many segments", "Do they come out again"):
        assert f"<h3>{heading}</h3>" in bundle.report()
    for candidate in bundle.evaluation("segment")["candidates"]:
        assert f"{candidate['davies_bouldin']:.3f}" in report.text


def test_ctrl_c_leaves_a_bundle_that_says_so(real_data, tmp_path):
    told = count(1)

    def press(answer: str, text: str, share: float) -> None:
        if next(told) == 3:
            raise KeyboardInterrupt

    dataset = read_source([write_visits(real_data, tmp_path, dict, rows=3_000)])
    options = replace(SEGMENT, trials=60, report=press)
    (outcome,) = train(dataset, tmp_path / "out", options)
    assert outcome.outcome == "packaged", outcome.message
    bundle = open_bundle(tmp_path / "out" / "segmentation")
    (said,) = [text for text in bundle.manifest.answers["segment"].warnings if "interr" in text]
    assert "interrupted after 3 candidates" in said
    assert bundle.evaluation("segment")["interrupted"]
    assert said in bundle.evaluation("segment")["notes"]
    assert "interrupted after 3 candidates" in bundle.report()
