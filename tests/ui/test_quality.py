"""The pages of conversion and revenue, on evaluations as training writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clickstream.bundle import open_bundle
from tests.ui import standins
from tests.ui.opening import go_to, metrics, opened, press, texts
from ui.evaluations import (
    ConversionEvaluation,
    RevenueEvaluation,
    SegmentationEvaluation,
    Thresholds,
)
from ui.join import Joined, Shopper
from ui.models import Model, RevenuePrediction, Task
from ui.quality.rescue import carts_to_rescue
from ui.quality.threshold import Outcome, outcome_at, profits

FOUND = Thresholds(
    threshold=[0.1, 0.3, 0.7], true_positives=[10, 8, 3], false_positives=[90, 20, 1]
)


def real(trained: Path) -> dict[Task, standins.Standin]:
    """Stand-ins that describe and judge real models."""
    services = {}
    for task in Task:
        bundle = open_bundle(trained / task)
        manifest = bundle.manifest.model_dump(mode="json", exclude_none=True)
        described = {"model_version": bundle.manifest.model_version, **manifest}
        found = standins.Standin(json.loads(json.dumps(described)), {"units": []})
        for name in bundle.manifest.answers:
            evaluation = bundle.evaluation(name)
            path = f"/evaluation?answer={name}"
            found.routes[path] = lambda body, said=evaluation: standins.ok(said)
        for path, said in (("/card", bundle.card()), ("/report", bundle.report())):
            found.routes[path] = lambda body, said=said: (200, said.encode())
        services[task] = found
    return services


def test_what_training_writes_is_read_whole(trained: Path) -> None:
    kinds = {
        Task.CONVERSION: ConversionEvaluation,
        Task.REVENUE: RevenueEvaluation,
        Task.SEGMENTATION: SegmentationEvaluation,
    }
    for task, kind in kinds.items():
        bundle = open_bundle(trained / task)
        found = kind.model_validate(bundle.evaluation(bundle.manifest.default_answer))
        empty = {name for name, value in found if value is None or value == []}
        # A segment has no label, so nothing is important to it and nothing is held against it.
        alone = {"importance", "effects", "price_effect", "backtest", "forecasts"}
        assert empty <= alone, (task, empty)


def test_the_page_of_conversion_draws_everything_that_was_measured(trained: Path) -> None:
    with opened(real(trained), "conversion") as page:
        said = texts(page)
        for title in (
            "ROC curve",
            "Precision and recall",
            "Gains and lift",
            "Calibration",
            "Quality by clicks seen",
            "Confusion matrix at",
            "Abandonment of full carts",
            "Important inputs",
            "Families that competed",
            "Carts to rescue",
        ):
            assert title in said
        assert len(page.get("plotly_chart")) >= 9
        assert {"Contacts", "Profit", "Precision", "Recall"} <= set(metrics(page))


def test_moving_the_threshold_moves_contacts_and_profit(trained: Path) -> None:
    with opened(real(trained), "conversion") as page:
        slider = next(one for one in page.slider if one.label == "Threshold")
        before = metrics(page)
        slider.set_value(90.0)
        page = page.run()
        after = metrics(page)
        assert int(after["Contacts"].replace(",", "")) < int(before["Contacts"].replace(",", ""))
        page.number_input(key="kept_contact_cost").set_value(0.0)
        page.number_input(key="kept_sale_value").set_value(0.0)
        assert metrics(page.run())["Profit"] == "0"


def test_a_threshold_stays_where_it_was_put_when_the_page_changes(trained: Path) -> None:
    with opened(real(trained), "conversion") as page:
        next(one for one in page.slider if one.label == "Threshold").set_value(42.0)
        page = go_to(go_to(page.run(), "segments"), "conversion")
        assert next(one for one in page.slider if one.label == "Threshold").value == 42.0


def test_the_page_of_revenue_draws_everything_that_was_measured(trained: Path) -> None:
    with opened(real(trained), "revenue") as page:
        said = texts(page)
        for title in (
            "Predicted total of the holdout",
            "Interval coverage",
            "Predicted and actual, by tenths",
            "Forecast total and actual, by week",
            "Predicted against actual",
            "Residuals",
            "level of prices",
            "Important inputs",
            "The same search at earlier moments",
        ):
            assert title in said
        assert len(page.get("plotly_chart")) >= 6


@pytest.mark.parametrize("page", ["conversion", "revenue", "segments", "about"])
def test_without_its_service_a_page_says_so(page: str) -> None:
    with opened({}, page) as app:
        assert "does not answer" in texts(app)


@pytest.mark.parametrize("page", ["conversion", "revenue", "segments"])
def test_an_evaluation_without_the_newer_parts_is_drawn_as_far_as_it_goes(page: str) -> None:
    with opened(standins.three(), page) as app:
        assert app.title


def test_the_page_of_segments_says_who_they_are_and_what_to_do(trained: Path) -> None:
    services = real(trained)
    profiles = services[Task.SEGMENTATION].described["answers"]["segment"]["segments"]
    with opened(services, "segments") as page:
        said = texts(page)
        for profile in profiles:
            assert f"**Goal:** {profile['strategy']['goal']}" in said
        for title in ("Sizes", "Profiles", "RFM classes", "Where customers are one window later"):
            assert title in said
        assert "Score the file at hand" in said


def test_the_customers_of_a_segment_are_listed_once_the_file_was_scored() -> None:
    services = standins.three()
    profiles = [{"segment": n, "name": f"segment {n}", "size": 5, "share": 0.3} for n in range(3)]
    services[Task.SEGMENTATION].described["answers"]["segment"]["segments"] = profiles
    with opened(services) as page:
        page = go_to(press(page, "Try it with the example shop"), "segments")
        page.selectbox(key="kept_segment").select("segment 1")
        page = page.run()
        listed = page.dataframe[-1].value
        assert f"{len(listed)} customers of the example shop." in texts(page)


def test_cards_and_reports_can_be_read_and_taken_away(trained: Path) -> None:
    services = real(trained)
    with opened(services, "about") as page:
        labels = [button.label for button in page.get("download_button")]
        assert {"Download the card", "Download the report"} <= set(labels)
        assert open_bundle(trained / "conversion").card().splitlines()[0] in texts(page)


def test_counts_at_a_threshold_are_those_of_the_next_known_one() -> None:
    assert outcome_at(FOUND, 0.0) == outcome_at(FOUND, 0.1) == Outcome(10, 90, 0, 0)
    assert outcome_at(FOUND, 0.2) == outcome_at(FOUND, 0.3) == Outcome(8, 20, 70, 2)
    nobody = outcome_at(FOUND, 0.9)
    assert nobody == Outcome(0, 0, 90, 10)
    assert (nobody.contacts, nobody.precision, nobody.recall) == (0, None, 0.0)


def test_profit_is_what_sales_bring_minus_what_contacts_cost() -> None:
    at = outcome_at(FOUND, 0.3)
    assert at.profit(cost=1.0, value=20.0) == 8 * 20 - 28
    assert (at.precision, at.recall) == (pytest.approx(8 / 28), 0.8)
    assert int(np.argmax(profits(FOUND, 1.0, 20.0))) == 1


def _cart(name: str, risk: float | None, spend: float, if_buys: float | None) -> Shopper:
    described = standins.model(Task.REVENUE)
    made: Mapping[str, Any] = standins.prediction(described, {"id": name, "events": []})
    own = {"value": spend, "spend_if_buys": if_buys}
    return Shopper(name, None, None, RevenuePrediction.model_validate(made | own), complement=risk)


def test_carts_come_by_risk_times_what_is_at_stake_and_only_full_ones() -> None:
    model = Model.model_validate(standins.model(Task.REVENUE))
    shoppers = [
        _cart("small", 0.9, 3.0, 10.0),
        _cart("empty", None, 50.0, 100.0),
        _cart("large", 0.5, 30.0, 80.0),
        _cart("without parts", 0.5, 30.0, None),
    ]
    table = carts_to_rescue(Joined("x", "session", 4, shoppers, {Task.REVENUE: model}))
    assert list(table["session"]) == ["large", "without parts", "small"]
    assert list(table["at_risk"]) == [40.0, 15.0, 9.0]


def test_customers_about_to_churn_come_by_what_they_would_spend() -> None:
    services = standins.three() | {Task.CONVERSION: standins.repurchase()}
    spends = services[Task.REVENUE].described["answers"]
    spends["customer_spend"] = spends["session_spend"] | {"scope": "customer"}
    with opened(services) as page:
        page = go_to(press(page, "Try it with the example shop"), "conversion")
        page = press(page, "Ask about the customers")
        table = page.dataframe[-1].value
        risk = list(table["risk × stake (currency units)"])
        assert risk == sorted(risk, reverse=True)
        assert len(table) > 5


def test_the_interests_of_a_segment_stand_beside_everyones() -> None:
    services = standins.three()
    profiles = [{"segment": n, "name": f"segment {n}", "size": 5, "share": 0.3} for n in range(3)]
    services[Task.SEGMENTATION].described["answers"]["segment"]["segments"] = profiles
    with opened(services) as page:
        page = go_to(press(page, "Try it with the example shop"), "segments")
        assert "What they look at and buy, by category" in texts(page)


def test_what_is_foretold_of_newcomers_is_judged() -> None:
    services = standins.three()
    figure = {"value": 0.7, "low": 0.6, "high": 0.8}
    interest = {
        "baseline": "the shares of the classes in training",
        "metrics": {"accuracy": figure},
        "baseline_metrics": {"accuracy": figure | {"value": 0.4}},
    }
    answers = services[Task.SEGMENTATION].described["answers"]
    answers["interest"] = answers["segment"] | interest
    found = {"classes": ["hats", "shoes"], "confusion": [[70, 30], [20, 80]]}
    path = "/evaluation?answer=interest"
    services[Task.SEGMENTATION].routes[path] = lambda body: standins.ok(found)
    with opened(services, "segments") as page:
        said = texts(page)
        assert "What is foretold of newcomers" in said
        assert "What was said against what was" in said
        (table,) = [one.value for one in page.table if "70.0%" in one.value.to_string()]
        assert "40.0%" in table.to_string()
