from __future__ import annotations

import re
from pathlib import Path

import pytest

from automl.examples import as_new
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


def click(session: str, minute: int, kind: str) -> dict[str, object]:
    return {
        "session_id": session,
        "event_time": f"2026-03-02T09:{minute:02d}:00+00:00",
        "event_type": kind,
    }


@pytest.mark.parametrize(
    ("third", "seen", "as_of"),
    [("purchase", 4, "2026-03-02T09:40:01Z"), ("view", 2, "2026-03-02T09:05:01Z")],
)
def test_a_new_customer_has_just_ordered_or_just_been_here_once(
    third: str, seen: int, as_of: str
) -> None:
    events = [
        click("one", 1, "view"),
        click("one", 5, "cart"),
        click("two", 30, third),
        click("two", 40, "view"),
        click("three", 50, "view"),
    ]
    new = as_new({"id": "c1", "events": events})
    assert (len(new["events"]), new["as_of"]) == (seen, as_of)
