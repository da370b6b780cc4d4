"""Customers train as of earlier moments than the one that they are tested as of."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from automl.splits import folds_by_time
from automl.table import Prepared, Table
from clickstream.sources import read_source
from clickstream.units import end_of_log
from tests.automl.hand_made import prepare_answer
from tests.clickstream.logs import event, write_log

TARGET = np.timedelta64(28, "D")
CUSTOMER_ANSWERS = ("repurchase", "customer_spend")


def test_customers_train_one_target_window_before_they_are_tested(shop: Path) -> None:
    dataset = read_source([shop])
    parts = prepare_answer(dataset, "segment")
    now = end_of_log(dataset)
    assert f"{now:%Y-%m-%d} test" in parts.split
    assert f"{now - timedelta(days=28):%Y-%m-%d} train" in parts.split
    assert len(parts.holdout) > len(parts.training) > 500


def test_what_customers_bought_next_is_known_of_training_and_not_of_the_end(
    orders: Path, lines: pd.DataFrame
) -> None:
    parts = prepare_answer(read_source([orders]), "segment")
    moment = parts.training.start[0]
    bought = lines[(lines.event_type == "purchase") & (lines.time >= moment)]
    spent = (bought.price * bought.quantity).groupby(bought.customer_id).sum()
    expected = [spent.get(name, 0.0) for name in parts.training.unit_ids]
    np.testing.assert_allclose(parts.training.label, expected, rtol=1e-9)
    assert parts.training.label.max() > 0
    assert np.isnan(parts.holdout.label).all()


@pytest.fixture(scope="module")
def asked(orders: Path) -> dict[str, Prepared]:
    """The order lines' tables of both answers."""
    dataset = read_source([orders])
    return {name: prepare_answer(dataset, name) for name in CUSTOMER_ANSWERS}


@pytest.fixture(scope="module")
def lines(orders: Path) -> pd.DataFrame:
    """The order lines of known customers, as another program reads them."""
    read = pd.read_csv(orders, dtype={"customer_id": str})
    return read.assign(time=times_of(read))[read.customer_id.notna()]


def times_of(lines: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(lines.event_time, format="ISO8601").dt.tz_localize(None)


@pytest.mark.parametrize("name", CUSTOMER_ANSWERS)
def test_moments_lie_one_target_window_apart_and_the_last_is_the_holdout(
    asked: dict[str, Prepared], lines: pd.DataFrame, name: str
) -> None:
    parts = asked[name]
    moments = np.unique(parts.training.start)
    (last,) = np.unique(parts.holdout.start)
    assert (np.diff([*moments, last]) == TARGET).all()
    assert last + TARGET > lines.time.max(), "the log's end is the end of the last label"
    assert moments[0] - TARGET >= lines.time.min()
    assert moments[0] - 2 * TARGET < lines.time.min(), "there is no room for an earlier moment"
    for day in (*moments, last):
        assert str(day)[:10] in parts.split
    assert set(parts.training.unit_ids) & set(parts.holdout.unit_ids), "customers come again"


@pytest.mark.parametrize("name", CUSTOMER_ANSWERS)
def test_no_label_window_reaches_the_holdout_or_a_later_fold(
    asked: dict[str, Prepared], name: str
) -> None:
    training, holdout = asked[name].training, asked[name].holdout
    instant = np.timedelta64(1, "us")
    np.testing.assert_array_equal(training.end, training.start + TARGET - instant)
    assert training.end.max() + instant == holdout.start.min()
    folds = folds_by_time(training.start, training.end)
    assert folds
    for trained_on, validated in folds:
        assert training.end[trained_on].max() < training.start[validated].min()


@pytest.mark.parametrize("part", ["training", "holdout"])
def test_labels_are_what_each_customer_orders_in_the_window_that_follows(
    asked: dict[str, Prepared], lines: pd.DataFrame, part: str
) -> None:
    bought = lines[lines.event_type == "purchase"]
    again, spend = (getattr(asked[name], part) for name in CUSTOMER_ANSWERS)
    for moment in np.unique(spend.start):
        before = lines.time < moment
        within = bought[(bought.time >= moment) & (bought.time < moment + TARGET)]
        amounts = (within.price * within.quantity).groupby(within.customer_id).sum()
        for table, known in (
            (again, lines[before & lines.index.isin(bought.index)]),
            (spend, lines[before]),
        ):
            asked_at = table.rows(table.start == moment)
            assert sorted(asked_at.unit_ids) == sorted(known.customer_id.unique())
            expected = amounts.reindex(asked_at.unit_ids).fillna(0).to_numpy()
            if table is again:
                expected = (expected > 0).astype(float)
            np.testing.assert_allclose(asked_at.label, expected, rtol=1e-9)
    assert 0 < again.label.mean() < 1


def test_only_who_has_ordered_is_asked_whether_they_order_again(
    orders: Path, tmp_path: Path
) -> None:
    visit = event("visit", 1, "cart", customer_id="visitor", event_time="2026-02-01T12:00:00Z")
    dataset = read_source([orders, write_log(tmp_path / "visit.csv", [visit])])
    for name, expected in (("repurchase", False), ("customer_spend", True)):
        parts = prepare_answer(dataset, name)
        for part in (parts.training, parts.holdout):
            assert ("visitor" in part.unit_ids) == expected


def read_changed(lines: pd.DataFrame, file: Path) -> Prepared:
    lines.to_csv(file, index=False)
    return prepare_answer(read_source([file]), "customer_spend")


def assert_same(mine: Table, other: Table) -> None:
    assert_frame_equal(mine.frame, other.frame, rtol=1e-6)
    for column in ("unit_ids", "start", "end"):
        np.testing.assert_array_equal(getattr(mine, column), getattr(other, column))
    np.testing.assert_allclose(mine.label, other.label, rtol=1e-9)


def test_nothing_after_the_holdouts_moment_changes_what_is_trained_on(
    asked: dict[str, Prepared], orders: Path, tmp_path: Path
) -> None:
    parts = asked["customer_spend"]
    changed = pd.read_csv(orders, dtype=str, keep_default_na=False)
    changed.loc[times_of(changed) >= parts.holdout.start[0], "price"] = "777.00"
    other = read_changed(changed, tmp_path / "changed.csv")
    assert_same(parts.training, other.training)
    assert_frame_equal(parts.holdout.frame, other.holdout.frame, rtol=1e-6)
    assert (parts.holdout.label != other.holdout.label).any()


def test_the_order_of_the_lines_changes_nothing(
    asked: dict[str, Prepared], orders: Path, tmp_path: Path
) -> None:
    lines = pd.read_csv(orders, dtype=str, keep_default_na=False)
    other = read_changed(lines.sample(frac=1, random_state=1), tmp_path / "shuffled.csv")
    parts = asked["customer_spend"]
    assert parts.sql == other.sql
    assert_same(parts.training, other.training)
    assert_same(parts.holdout, other.holdout)
