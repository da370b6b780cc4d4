"""Every answer that training packages is served, whichever of them is the task's default."""

from __future__ import annotations

from pathlib import Path

import pytest

from clickstream.bundle import open_bundle
from services.common.application import make_application
from tests.services.calling import Caller
from tests.services.contract import KINDS

SERVED = [
    ("trained", "conversion", "purchase", {"purchase", "exit"}),
    ("trained", "revenue", "session_spend", {"session_spend"}),
    ("trained", "segmentation", "segment", {"segment"}),
    ("trained_on_orders", "conversion", "repurchase", {"repurchase"}),
    ("trained_on_orders", "revenue", "customer_spend", {"customer_spend"}),
    ("trained_on_orders", "segmentation", "segment", {"segment"}),
]


@pytest.mark.parametrize(("fixture", "task", "default", "answers"), SERVED)
def test_every_answer_takes_its_own_example(
    request: pytest.FixtureRequest, fixture: str, task: str, default: str, answers: set[str]
) -> None:
    folder: Path = request.getfixturevalue(fixture)
    caller = Caller(make_application(open_bundle(folder / task, task), KINDS[task]))
    described = caller.get("/model").json()
    assert described["default_answer"] == default
    assert set(described["answers"]) == answers
    for name in answers:
        body = caller.get(f"/example?answer={name}").json()
        said = caller.post("/predict", json=body)
        assert said.status_code == 200, said.text
        predictions = said.json()["predictions"]
        assert [part["id"] for part in predictions] == [unit["id"] for unit in body["units"]]
        assert {part["meaning"] for part in predictions} == {described["answers"][name]["meaning"]}
    body.pop("answer")
    if len(answers) == 1:
        assert caller.post("/predict", json=body).json()["answer"] == default


def test_what_a_number_means_names_the_window(trained_on_orders: Path) -> None:
    caller = Caller(
        make_application(open_bundle(trained_on_orders / "conversion"), KINDS["conversion"])
    )
    answer = caller.get("/model").json()["answers"]["repurchase"]
    assert answer["meaning"] == (
        "chance that this customer, who has ordered before, orders again in the next 28 days"
    )
    assert answer["complement"]["name"] == "churn"
