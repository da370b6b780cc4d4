from __future__ import annotations

from typing import Any

import pytest

from automl.options import Options
from clickstream.answers import ANSWERS, Windows
from clickstream.errors import ClickwiseError

BAD: list[tuple[dict[str, Any], str]] = [
    ({"answers": ("sale",)}, "There is no answer 'sale'; the answers are purchase"),
    ({"budget": 0}, "must be above zero, but 0 was given"),
    ({"budget": -3.0}, "must be above zero, but -3"),
    ({"budget": float("nan")}, "must be above zero, but nan"),
    ({"budget": float("inf")}, "must be above zero, but inf"),
    ({"budget": None, "trials": 0}, "must be above zero, but 0"),
    ({"budget": None, "trials": -1}, "must be above zero, but -1"),
    ({"budget": 5.0, "trials": 5}, "either a budget in seconds or a number of trials"),
    ({"budget": None, "trials": None}, "either a budget in seconds or a number of trials"),
    ({"seed": -1}, "The seed is -1, but it must be zero or more"),
]


@pytest.mark.parametrize(("wrong", "said"), BAD, ids=str)
def test_what_cannot_be_done_is_refused_at_once(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ClickwiseError, match=said):
        Options(**wrong)


def test_all_answers_are_asked_for_a_minute_each_by_default() -> None:
    options = Options()
    assert options.answers == tuple(ANSWERS)
    assert (options.budget, options.trials, options.seed) == (60.0, None, 0)


def test_a_window_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ClickwiseError, match="The target window is 0 days, but it must be at"):
        Windows(target_days=0)
