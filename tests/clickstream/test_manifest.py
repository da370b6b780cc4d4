from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel, ValidationError

from clickstream.bundle import Manifest, open_bundle

TASKS = ("conversion", "revenue", "segmentation")


@pytest.fixture(params=TASKS)
def manifest(request: pytest.FixtureRequest, trained: Path) -> Manifest:
    return open_bundle(trained / request.param).manifest


def test_the_model_version_is_the_same_for_another_run_of_the_same_model(manifest) -> None:
    again = manifest.model_copy(update={"run": {"seconds": 1}})
    assert again.model_version == manifest.model_version
    assert len(manifest.model_version) == 12


@pytest.mark.parametrize("change", [{"seed": 99}, {"data_version": "0"}, {"files": {}}])
def test_the_model_version_changes_with_anything_else(manifest, change) -> None:
    assert manifest.model_copy(update=change).model_version != manifest.model_version


def test_every_answer_has_holdout_metrics_beside_a_baseline_with_intervals(manifest) -> None:
    leading = {
        "conversion": {"log_loss", "roc_auc", "average_precision", "f1", "brier"},
        "revenue": {"rmse", "mae", "r2"},
        "segmentation": {"silhouette"},
    }[manifest.task]
    for answer in manifest.answers.values():
        assert leading <= set(answer.metrics)
        assert leading <= set(answer.baseline_metrics)
        assert answer.baseline
        for metric in leading:
            found = answer.metrics[metric]
            assert found.low < found.value < found.high


def test_every_answer_has_parity_on_every_holdout_row(manifest) -> None:
    for answer in manifest.answers.values():
        assert answer.parity.rows == answer.evidence.holdout_rows > 0
        assert answer.parity.largest_difference <= answer.parity.tolerance <= 1e-5


def test_every_input_is_described_with_the_range_seen_in_training(manifest) -> None:
    for answer in manifest.answers.values():
        for column in answer.inputs:
            assert column.unit
            assert column.description
            if column.type == "number":
                assert column.minimum is not None
                assert column.maximum is not None
                assert column.minimum <= column.maximum
            else:
                assert column.categories == sorted(set(column.categories or ()))


def test_the_manifest_says_where_it_comes_from(manifest) -> None:
    assert manifest.source == "simulated"
    assert manifest.simulated
    assert set(manifest.versions) >= {"clickwise", "flaml", "scikit-learn", "duckdb"}
    assert manifest.run["seconds"] >= 0
    assert manifest.run["started"].endswith("Z")


def test_a_field_that_the_format_does_not_know_is_refused(manifest) -> None:
    content = manifest.model_dump()
    with pytest.raises(ValidationError, match="Extra inputs"):
        Manifest.model_validate(content | {"pickle": "yes"})


def _parts(model: type[BaseModel]) -> set[type[BaseModel]]:
    """A model and all that its fields hold."""
    found = {model}
    for field in model.model_fields.values():
        for inner in _held(field.annotation):
            found |= _parts(inner)
    return found


def _held(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [inner for one in get_args(annotation) for inner in _held(one)]


def test_what_may_be_none_may_be_left_out() -> None:
    """`GET /model` leaves out what is None, and must keep to its own description then."""
    needed = [
        f"{part.__name__}.{name}"
        for part in _parts(Manifest)
        for name, field in part.model_fields.items()
        if type(None) in get_args(field.annotation) and field.is_required()
    ]
    assert needed == []
