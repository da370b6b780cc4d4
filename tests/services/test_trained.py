"""Bundles as training makes them, whatever their default answer is, in the services."""

from __future__ import annotations

from pathlib import Path

import pytest

from clickstream.bundle import open_bundle
from services.common.answers import Prediction
from services.common.application import make_application
from services.conversion.answers import ConversionPrediction
from services.revenue.answers import RevenuePrediction
from services.segmentation.answers import SegmentPrediction
from tests.services.calling import Caller

KINDS: dict[str, type[Prediction]] = {
    "conversion": ConversionPrediction,
    "revenue": RevenuePrediction,
    "segmentation": SegmentPrediction,
}
OF_CUSTOMERS = {
    "conversion": ("repurchase", "orders again in the next 28 days"),
    "revenue": ("customer_spend", "spends in the next 28 days"),
    "segmentation": ("segment", "customer"),
}


def _caller(bundles: Path, task: str) -> Caller:
    return Caller(make_application(open_bundle(bundles / task, task), KINDS[task]))


@pytest.mark.parametrize("task", KINDS)
def test_models_of_order_lines_answer_their_own_example(trained_on_orders: Path, task: str) -> None:
    answer, meaning = OF_CUSTOMERS[task]
    service = _caller(trained_on_orders, task)
    assert service.get("/model").json()["default_answer"] == answer
    example = service.get("/example").json()
    answered = service.post("/predict", json=example).json()
    assert answered["answer"] == answer
    assert len(answered["predictions"]) == len(example["units"])
    assert all(meaning in said["meaning"] for said in answered["predictions"])


@pytest.mark.parametrize(
    ("task", "answer"),
    [("conversion", "purchase"), ("conversion", "exit"), ("revenue", "session_spend")],
)
def test_every_answer_of_a_shop_answers_its_own_example(
    trained: Path, task: str, answer: str
) -> None:
    service = _caller(trained, task)
    example = service.get(f"/example?answer={answer}").json()
    answered = service.post("/predict", json=example).json()
    assert answered["answer"] == answer
    assert len(answered["predictions"]) == len(example["units"])


def test_a_chance_says_what_one_minus_it_is(trained: Path, trained_on_orders: Path) -> None:
    purchase = _caller(trained, "conversion").get("/model").json()["answers"]["purchase"]
    assert purchase["complement"]["name"] == "abandonment"
    repurchase = _caller(trained_on_orders, "conversion").get("/model").json()["answers"]
    assert repurchase["repurchase"]["complement"]["name"] == "churn"


def test_a_customer_is_scored_by_recency_frequency_and_monetary_value(
    trained_on_orders: Path,
) -> None:
    service = _caller(trained_on_orders, "segmentation")
    example = service.get("/example").json()
    line = {"event_type": "purchase", "product_id": "p1", "price": 5.0}
    often = [
        line | {"session_id": f"s{day}", "event_time": f"2026-01-{day:02d}T12:00:00Z", "price": 900}
        for day in range(1, 28)
    ]
    never = [
        line | {"session_id": "s1", "event_time": "2026-01-01T12:00:00Z", "event_type": "view"}
    ]
    units = [
        {"id": "often", "as_of": "2026-01-28T00:00:00Z", "events": often},
        {"id": "never", "as_of": "2026-01-28T00:00:00Z", "events": never},
    ]
    best, none = service.post("/predict", json=example | {"units": units}).json()["predictions"]
    assert best["rfm"] == {
        "recency": 5,
        "frequency": 5,
        "monetary": 5,
        "name": "champion",
        "meaning": "bought of late, often and for much",
    }
    assert "rfm" not in none
