from __future__ import annotations

import re
from pathlib import Path

import pytest

from clickstream.bundle import open_bundle
from clickstream.scoring import Scorer
from tests.automl.conftest import Trained


@pytest.mark.parametrize("task", ["conversion", "revenue", "segmentation"])
def test_every_unit_of_an_example_can_be_scored_and_keeps_no_id_of_the_shop(
    trained: Path, task: str
) -> None:
    bundle = open_bundle(trained / task)
    name = bundle.manifest.default_answer
    body = bundle.example(name, limit=100)
    assert len(body["units"]) > 50
    found = Scorer(bundle).predict_units(body["units"], name)
    assert len(found.unit_ids) == len(set(found.unit_ids)) == len(body["units"])
    for unit in body["units"]:
        assert re.fullmatch(r"example-\d+", unit["id"])
        for event in unit["events"]:
            assert "customer_id" not in event
            assert re.fullmatch(r"visit-\d+-\d+", event.get("session_id", "visit-1-1"))


def test_an_example_of_rows_can_be_scored(visits: Trained) -> None:
    bundle = open_bundle(visits.path / "conversion")
    body = bundle.example("purchase")
    assert len(body["rows"]) == 3
    inputs = {column.name for column in bundle.manifest.answers["purchase"].inputs}
    assert all(set(row) == inputs | {"id"} for row in body["rows"])
    chances = Scorer(bundle).predict_rows(body["rows"]).outputs["value"]
    assert ((chances > 0) & (chances < 1)).all()


def test_an_example_of_days_can_be_scored(clicks: Trained) -> None:
    bundle = open_bundle(clicks.path / "conversion")
    body = bundle.example("purchase")
    assert all("event_date" in event for unit in body["units"] for event in unit["events"])
    chances = Scorer(bundle).predict_units(body["units"]).outputs["value"]
    assert ((chances > 0) & (chances < 1)).all()
