"""Requests that are scored together get what each would get alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clickstream.bundle import open_bundle
from clickstream.scoring import InputError, Scorer
from services.common.together import Question, Scored, score_together
from tests.services import hand_made


def assert_as_alone(scorer: Scorer, questions: list[Question]) -> None:
    together = score_together(scorer, questions)
    for question, found in zip(questions, together, strict=True):
        (alone,) = score_together(scorer, [question])
        assert isinstance(found, Scored)
        assert isinstance(alone, Scored)
        assert found.predictions.unit_ids == alone.predictions.unit_ids
        assert found.predictions.warnings == alone.predictions.warnings
        np.testing.assert_array_equal(found.inputs.numeric, alone.inputs.numeric)
        np.testing.assert_array_equal(found.inputs.categorical, alone.inputs.categorical)
        for name, values in alone.predictions.outputs.items():
            # A graph adds up in another order for many rows, in single precision.
            np.testing.assert_allclose(
                found.predictions.outputs[name].astype(float), values.astype(float), rtol=1e-5
            )


@pytest.mark.parametrize("task", ["conversion", "revenue", "segmentation"])
def test_requests_with_the_same_ids_are_told_apart(trained: Path, task: str) -> None:
    bundle = open_bundle(trained / task)
    scorer = Scorer(bundle)
    for name in bundle.manifest.answers:
        units = bundle.example(name, 6)["units"]
        same = [{**unit, "id": f"u{number % 2}"} for number, unit in enumerate(units)]
        questions = [Question(name, "units", same[start : start + 2]) for start in (0, 2, 4)]
        assert_as_alone(scorer, questions)


def test_events_named_after_their_own_session_stay_with_it(tmp_path: Path) -> None:
    scorer = Scorer(hand_made.purchase_bundle(tmp_path / "bundle", windows={"history_days": 365}))
    unit = hand_made.request("session")
    events = [{**event, "session_id": unit["id"]} for event in unit["events"]]
    earlier = [{**event, "session_id": "earlier"} for event in unit["events"]]
    named = Question("purchase", "units", [{**unit, "events": [*earlier, *events]}])
    assert_as_alone(scorer, [named, named, Question("purchase", "units", [unit])])


def test_rows_are_scored_together_whether_or_not_they_have_ids(tmp_path: Path) -> None:
    scorer = Scorer(hand_made.rows_bundle(tmp_path / "bundle"))
    row: dict[str, Any] = {"clicks": 2, "basket": 180, "last_category": "shoes"}
    assert_as_alone(
        scorer,
        [
            Question("purchase", "rows", [row, {**row, "clicks": 5}]),
            Question("purchase", "rows", [{**row, "id": "a"}]),
            Question("purchase", "rows", [{**row, "id": "a", "basket": 3}]),
        ],
    )


def test_what_one_request_has_wrong_is_no_others_fault(tmp_path: Path) -> None:
    scorer = Scorer(hand_made.purchase_bundle(tmp_path / "bundle"))
    good = Question("purchase", "units", [hand_made.request("session")])
    twice = Question("purchase", "units", [hand_made.request("session")] * 2)
    first, wrong, last = score_together(scorer, [good, twice, good])
    assert isinstance(wrong, InputError)
    assert "'visit-1' is sent twice" in str(wrong)
    assert isinstance(first, Scored)
    assert isinstance(last, Scored)
