from __future__ import annotations

from typing import Any

from tests.ui import standins
from ui.about import inputs_of, questions
from ui.models import Model, Task


def _model(answer: dict[str, Any] | None = None, **changes: Any) -> Model:
    return Model.model_validate(standins.model(Task.CONVERSION, answer or {}, **changes))


def test_questions_come_with_what_refused_them() -> None:
    evidence = {"training_rows": 9_858, "training_positives": 1_514, "training_negatives": 8_250}
    proxy = {"status": "proxy", "status_reason": "the log has no purchase", "evidence": evidence}
    refused = {"exit": "exit cannot be answered: nothing is seen before an order."}
    assert questions([_model(proxy, refused=refused)]) == [
        {
            "answer": "purchase",
            "given": "proxy",
            "why": "The log has no purchase.",
            "learned from": "9,858 rows, 1,514 yes and 8,250 no",
        },
        {
            "answer": "exit",
            "given": "no",
            "why": "Exit cannot be answered: nothing is seen before an order.",
            "learned from": "",
        },
    ]


def test_what_says_neither_yes_nor_no_is_counted_in_rows() -> None:
    (segment,) = questions([_model({"evidence": {"training_rows": 1_000}})])
    assert segment["learned from"] == "1,000 rows"


def test_inputs_are_described_by_the_catalogue() -> None:
    price = {
        "name": "price_mean",
        "type": "number",
        "unit": "currency units",
        "description": "mean price of the products viewed",
        "minimum": 0.5,
        "maximum": 120.0,
    }
    answer = _model({"inputs": [*standins.INPUTS, price]}).answer
    assert inputs_of(answer) == [
        {"input": "clicks", "what it is": "clicks so far", "unit": "events", "in training": ""},
        {
            "input": "country_last",
            "what it is": "country of the last click",
            "unit": "name",
            "in training": "NO, SE",
        },
        {
            "input": "price_mean",
            "what it is": "mean price of the products viewed",
            "unit": "currency units",
            "in training": "0.5 to 120",
        },
    ]
