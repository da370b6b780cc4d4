from __future__ import annotations

from typing import Any

import pytest

from tests.ui import standins
from ui.models import Model, Task
from ui.texts import title


def _model(task: Task, answer: str, **described: Any) -> Model:
    found = standins.model(task, described)
    (manifest,) = found["answers"].values()
    return Model.model_validate(found | {"default_answer": answer, "answers": {answer: manifest}})


@pytest.mark.parametrize(
    ("task", "answer", "days", "said"),
    [
        (Task.CONVERSION, "purchase", None, "Chance to buy"),
        (Task.CONVERSION, "exit", None, "Chance that this was the last click"),
        (Task.CONVERSION, "repurchase", 90, "Chance to order again within 90 days"),
        (Task.REVENUE, "session_spend", None, "Expected spend"),
        (Task.REVENUE, "customer_spend", 1, "Expected spend per customer within 1 day"),
    ],
)
def test_a_number_is_called_what_it_is(
    task: Task, answer: str, days: int | None, said: str
) -> None:
    assert title(_model(task, answer, windows={"target_days": days})) == said


def test_a_proxy_is_called_a_proxy() -> None:
    assert title(_model(Task.CONVERSION, "exit", status="proxy")).endswith("last click (proxy)")
