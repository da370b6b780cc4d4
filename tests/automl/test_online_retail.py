"""Real order lines, Online Retail: customers are asked about, split by time."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from automl.forecasts import LIFETIME_VALUE
from clickstream.bundle import Bundle, open_bundle
from tests.automl.conftest import run_json

PACKAGED = {
    "repurchase": "conversion",
    "customer_spend": "revenue",
    "segment": "segmentation",
    "interest": "segmentation",
    "next_segment": "segmentation",
}


@pytest.fixture(scope="module")
def retail(
    real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, dict[str, str]]]:
    """Bundles with a target window of 90 days, and what the command said of every answer."""
    out = tmp_path_factory.mktemp("retail")
    file = real_data("online-retail/online_retail.csv.gz")
    asked = ["--target-window", "90", "--trials", "8"]
    printed = run_json("train", file, "--out", out, *asked)
    return out, {line["answer"]: line for line in printed["answers"]}


def bundle_of(retail: tuple[Path, dict[str, dict[str, str]]], name: str) -> Bundle:
    return open_bundle(retail[0] / PACKAGED[name])


def test_customers_are_answered_and_sessions_are_refused_for_a_reason(retail) -> None:
    _, lines = retail
    packaged = {name for name, line in lines.items() if line["outcome"] == "packaged"}
    assert packaged == set(PACKAGED)
    for name in ("purchase", "exit", "session_spend"):
        assert f"{name} cannot be answered: every session is an order" in lines[name]["message"]
    for name, task_mate in (("purchase", "repurchase"), ("session_spend", "customer_spend")):
        refused = bundle_of(retail, task_mate).manifest.refused
        assert refused[name] == lines[name]["message"], "the bundle keeps what it does not answer"


@pytest.mark.parametrize(("name", "times"), [("interest", 1.3), ("next_segment", 1.1)])
def test_new_customers_are_told_better_than_by_the_usual_shares(
    retail, name: str, times: float
) -> None:
    answer = bundle_of(retail, name).manifest.answers[name]
    usual = answer.baseline_metrics["accuracy"].value
    assert answer.metrics["accuracy"].value >= times * usual
    assert answer.leaks == []


@pytest.mark.parametrize("name", ["repurchase", "customer_spend"])
def test_customers_are_split_by_time_with_90_days_as_the_label(retail, name: str) -> None:
    answer = bundle_of(retail, name).manifest.answers[name]
    assert answer.scope == "customer"
    assert answer.windows.target_days == 90
    assert answer.evidence.split == (
        "by time: customers as of 2011-03-14, 2011-06-12 train, customers as of 2011-09-10 test, "
        "each with the 90 days that follow as the label"
    )
    assert "in the next 90 days" in answer.meaning
    assert answer.leaks == []


def test_segments_are_split_by_time_and_made_without_views(retail) -> None:
    answer = bundle_of(retail, "segment").manifest.answers["segment"]
    assert answer.scope == "customer"
    assert answer.evidence.split == (
        "by time: customers as of 2011-09-10 train, customers as of 2011-12-09 test"
    )
    assert not {"sessions", "price_mean"} & {column.name for column in answer.inputs}


def test_who_orders_again_and_for_how_much_is_told_better_than_by_the_average(retail) -> None:
    again = bundle_of(retail, "repurchase").manifest.answers["repurchase"]
    assert 0.7 < again.metrics["roc_auc"].value < 0.8
    assert again.complement is not None
    assert again.complement.name == "churn"
    spend = bundle_of(retail, "customer_spend").manifest.answers["customer_spend"]
    assert 0.2 < spend.metrics["r2"].value < 0.8
    assert spend.metrics["rmse"].value < spend.baseline_metrics["rmse"].value


def test_spend_stands_beside_the_last_window_and_a_model_of_lifetime_value(retail) -> None:
    bundle = bundle_of(retail, "customer_spend")
    found = bundle.evaluation("customer_spend")["forecasts"]
    assert set(found) == {"last window's spend", LIFETIME_VALUE}
    ours = bundle.manifest.answers["customer_spend"].metrics
    for name, metrics in found.items():
        assert ours["rmse"].value < metrics["rmse"]["value"]
        assert f"{metrics['mae']['value']:.4g}" in bundle.report()
        assert name in unescape(bundle.report())
