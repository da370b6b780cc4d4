"""Every labelled answer is released with what it uses, how, and what it was worth over time."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from automl.table import Prepared, Table
from automl.why import explain
from clickstream.answers import ANSWERS
from clickstream.bundle import open_bundle
from tests.automl.conftest import Trained
from tests.automl.hand_made import FEATURES, labels, prepared, table
from tests.automl.pages import Page

KEYS = {"importance", "effects", "price_effect", "backtest"}
PURCHASE = ANSWERS["purchase"]
DAY = np.timedelta64(1, "D")


def chance(frame: pd.DataFrame) -> np.ndarray:
    return 1 / (1 + np.exp(-frame["clicks"].to_numpy(np.float64)))


def over_days(size: int, share: float = 0.5, seed: int = 0) -> Table:
    """One session a row, as many a day, of 100 days; more clicks, more purchases."""
    made = table(np.zeros(size), seed=seed)
    random = np.random.default_rng(seed)
    bought = random.random(size) < 2 * share * chance(made.frame)
    moment = np.datetime64("2026-01-01", "us") + DAY * (np.arange(size) * 100 // size)
    return replace(made, label=bought.astype(np.float64), start=moment, end=moment)


def parted(made: Table) -> Prepared:
    """The last fifth is the holdout."""
    late = np.arange(len(made)) >= 0.8 * len(made)
    return Prepared(made.rows(~late), made.rows(late), FEATURES, None, "by time")


class Fits:
    """Notes what it is asked to fit."""

    def __init__(self) -> None:
        self.tables: list[Table] = []

    def __call__(self, training: Table):
        self.tables.append(training)
        return chance


@pytest.mark.parametrize(
    ("task", "name"),
    [("conversion", "purchase"), ("conversion", "exit"), ("revenue", "session_spend")],
)
def test_a_bundle_and_its_report_answer_why(trained: Path, task: str, name: str) -> None:
    bundle = open_bundle(trained / task)
    found = bundle.evaluation(name)
    assert found.keys() >= KEYS
    json.dumps(found, allow_nan=False)
    inputs = [one.name for one in bundle.manifest.answers[name].inputs]
    important = [one["name"] for one in found["importance"]["inputs"]]
    assert sorted(important) == sorted(inputs)
    curves = [one["name"] for one in found["effects"]["inputs"]]
    assert 1 <= len(curves) <= 6
    assert set(curves) <= set(important)
    origins = found["backtest"]["origins"]
    assert [one["at"] for one in origins] == sorted(one["at"] for one in origins)
    assert len(origins) == 3
    assert found["price_effect"]["reason"] is None
    text = bundle.report()
    told = "predicted amount" if task == "revenue" else "predicted chance"
    drawn = {f"{name}-{figure}" for figure in ("importance", "effect-0", "price", "backtest")}
    assert drawn <= set(Page(text).names)
    for heading in ("importance of inputs", f"effect of {curves[0]}", f"{told} by price level"):
        assert f"{name}: {heading}" in text
    assert re.search(rf"{name}: (roc auc|r2) at 3 origins", text)


def test_rows_without_times_have_no_backtest_and_no_price_and_say_why(visits: Trained) -> None:
    bundle = open_bundle(visits.path / "conversion")
    found = bundle.evaluation("purchase")
    assert found["backtest"]["origins"] == []
    said = "The data has no times, so nothing in it is earlier or later."
    assert found["backtest"]["reason"] == f"No backtest. {said}"
    assert "no input of this model tells the mean price" in found["price_effect"]["reason"]
    assert said in Page(bundle.report()).text
    assert found["importance"]["inputs"][0]["rise"] > 0


def test_segments_are_not_asked_why(trained: Path) -> None:
    bundle = open_bundle(trained / "segmentation")
    assert not KEYS & bundle.evaluation("segment").keys()
    assert "<h3>Why</h3>" not in bundle.report()


def test_only_inputs_that_are_surely_of_use_have_a_curve() -> None:
    found = explain(chance, parted(over_days(2_000)), PURCHASE, Fits(), seed=0)
    assert [one["name"] for one in found["importance"]["inputs"]] == ["clicks", "country"]
    assert [one["name"] for one in found["effects"]["inputs"]] == ["clicks"]
    assert found["importance"]["rows"] == 400, "of the holdout"


def test_of_many_rows_samples_are_scored_and_the_figures_say_so() -> None:
    found = explain(chance, parted(over_days(20_000)), PURCHASE, None, seed=0)
    for key, rows in (("importance", 3_000), ("effects", 1_000)):
        assert (found[key]["rows"], found[key]["rows_of"]) == (rows, 4_000)


def test_the_backtest_fits_on_training_and_holdout_what_came_before_each_origin() -> None:
    fits, made = Fits(), over_days(2_000)
    found = explain(chance, parted(made), PURCHASE, fits, seed=0)["backtest"]
    assert [len(given) for given in fits.tables] == [500, 1_000, 1_500]
    assert [one["test_rows"] for one in found["origins"]] == [500, 500, 500]
    for given, origin in zip(fits.tables, found["origins"], strict=True):
        assert given.end.max() < np.datetime64(origin["at"])
    assert (found["rows"], found["rows_of"]) == (2_000, 2_000)


def test_of_many_rows_a_sample_is_backtested_and_a_larger_one_where_yes_is_rare() -> None:
    often = explain(chance, parted(over_days(12_000)), PURCHASE, Fits(), seed=0)["backtest"]
    assert (often["rows"], often["rows_of"]) == (8_000, 12_000)
    rare = explain(chance, parted(over_days(30_000, 0.02)), PURCHASE, Fits(), seed=0)["backtest"]
    assert 15_000 < rare["rows"] < 25_000
    assert rare["reason"] is None


def test_a_customer_is_asked_again_as_of_a_later_moment() -> None:
    """Sessions are not: what a session's first clicks tell of its label is told once."""
    made = over_days(2_000)
    again = replace(made, unit_ids=np.array([f"c{n % 500}" for n in range(2_000)], dtype=object))
    customers = replace(again, cut_index=np.zeros(2_000, dtype=np.int64))
    found = explain(chance, parted(customers), PURCHASE, Fits(), seed=0)["backtest"]
    assert [one["test_rows"] for one in found["origins"]] == [500, 500, 500]
    sessions = explain(chance, parted(again), PURCHASE, Fits(), seed=0)["backtest"]
    assert "0 positives and 0 negatives in the holdout part" in sessions["reason"]


def test_whoever_waits_for_no_more_fits_has_the_reason() -> None:
    found = explain(chance, parted(over_days(2_000)), PURCHASE, None, seed=0)["backtest"]
    assert found["origins"] == []
    assert "No backtest. The search was interrupted" in found["reason"]


def test_a_log_of_one_moment_has_no_backtest() -> None:
    given = prepared(labels(60, 60), labels(30, 30))
    found = explain(chance, given, PURCHASE, Fits(), seed=0)["backtest"]
    assert "1 different moments" in found["reason"]
