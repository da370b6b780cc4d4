"""DuckDB and Spark yield the same rows of every expression."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import ibis.expr.types as ir
import pytest
from pandas import DataFrame
from pandas.testing import assert_frame_equal

from clickstream.cuts import (
    customer_cuts,
    first_cuts,
    last_cuts,
    last_of_first_cuts,
    session_cuts,
)
from clickstream.features import customer_features, session_features
from clickstream.features.sets import relations
from clickstream.lookups import LOOKUPS
from clickstream.spark import SparkLog
from clickstream.tables import Dataset, Label, store
from clickstream.targets import customer_labels, session_labels
from tests.clickstream.features.running import CONTEXT, learn

HISTORY = 60
MOMENTS = ["2025-05-01T00:00:00", "2025-06-01T12:34:56"]
CATEGORIES = ["shoes", "shirts", 'it\'s a \\ "hat"']
EVENTS, CUTS = relations(CONTEXT)

CUT_AT: dict[str, Callable[[], ir.Table]] = {
    "sessions": lambda: session_cuts(EVENTS, "time"),
    "sessions of days": lambda: session_cuts(EVENTS, "date", before_purchase=False),
    "last clicks": lambda: last_cuts(EVENTS),
    "customers": lambda: customer_cuts(EVENTS, MOMENTS, HISTORY),
    "new customers": lambda: first_cuts(EVENTS),
    "the last of new customers": lambda: last_of_first_cuts(EVENTS),
    "buyers": lambda: customer_cuts(EVENTS, MOMENTS[:1], HISTORY, ordered=True),
}

OF_SESSIONS: dict[str, Callable[[], ir.Table]] = {
    "features": lambda: (
        session_features(CONTEXT, "time", CATEGORIES, history_days=HISTORY, lookups=True).expression
    ),
    "features of days": lambda: session_features(CONTEXT, "date", CATEGORIES).expression,
    "purchase": lambda: session_labels(EVENTS, CUTS, Label("purchase")),
    "spend": lambda: session_labels(EVENTS, CUTS, Label("spend")),
    "exit": lambda: session_labels(EVENTS, CUTS, Label("exit")),
    "next price": lambda: session_labels(EVENTS, CUTS, Label("next_price")),
    "next flag": lambda: session_labels(
        EVENTS, CUTS, Label("next_flag", column="device", positive="phone")
    ),
}

OF_CUSTOMERS: dict[str, Callable[[], ir.Table]] = {
    "features": lambda: customer_features(CONTEXT, HISTORY, CATEGORIES).expression,
    "repurchase": lambda: customer_labels(EVENTS, CUTS, Label("repurchase"), 28),
    "customer spend": lambda: customer_labels(EVENTS, CUTS, Label("customer_spend"), 28),
}

ROUNDED = ["category_entropy"]
"""Logarithms, whose last digit is up to each engine."""


def on_duckdb(dataset: Dataset, expression: ir.Table) -> DataFrame:
    return ordered(store(dataset.backend, "found", expression).to_pandas())


def on_spark(log: SparkLog, expression: ir.Table) -> DataFrame:
    return ordered(log.frame(expression).toArrow().to_pandas())


def ordered(rows: DataFrame) -> DataFrame:
    names = [name for name in ("unit_id", "cut_index", "as_of") if name in rows]
    assert not rows[names].duplicated().any()
    return rows.sort_values(names, ignore_index=True)


def assert_same_rows(dataset: Dataset, log: SparkLog, expression: ir.Table) -> None:
    expected, found = on_duckdb(dataset, expression), on_spark(log, expression)
    assert len(expected) > 50
    assert_frame_equal(found, expected, rtol=1e-9, atol=0)
    exact = [name for name in expected if name not in ROUNDED]
    assert_frame_equal(found[exact], expected[exact], check_exact=True)


@pytest.mark.parametrize("cuts", CUT_AT)
def test_cuts_are_the_same(odd_log, odd_log_on_spark, cuts) -> None:
    assert_same_rows(odd_log, odd_log_on_spark, CUT_AT[cuts]())


@pytest.fixture(scope="module")
def cut_sessions(odd_log, odd_log_on_spark, tmp_path_factory) -> None:
    """The same cuts in both engines, and the lookups that one of them learned."""
    learn(odd_log, [datetime(2025, month, 1) for month in (2, 3, 4, 5)])
    folder = tmp_path_factory.mktemp("lookups")
    files = {name: folder / f"{name}.parquet" for name in LOOKUPS}
    for name, file in files.items():
        odd_log.connection.table(name).write_parquet(str(file))
    odd_log_on_spark.load(files)


def cut(dataset: Dataset, log: SparkLog, cuts: ir.Table) -> None:
    store(dataset.backend, "cuts", cuts)
    log.keep("cuts", log.frame(cuts))


@pytest.mark.parametrize("what", OF_SESSIONS)
@pytest.mark.usefixtures("cut_sessions")
def test_what_is_made_of_sessions_is_the_same(odd_log, odd_log_on_spark, what) -> None:
    cut(odd_log, odd_log_on_spark, CUT_AT["sessions"]())
    assert_same_rows(odd_log, odd_log_on_spark, OF_SESSIONS[what]())


@pytest.mark.parametrize("what", OF_CUSTOMERS)
def test_what_is_made_of_customers_is_the_same(odd_log, odd_log_on_spark, what) -> None:
    cut(odd_log, odd_log_on_spark, CUT_AT["customers"]())
    assert_same_rows(odd_log, odd_log_on_spark, OF_CUSTOMERS[what]())


def test_both_see_the_log_end_at_the_same_moment(odd_log, odd_log_on_spark) -> None:
    from clickstream.units import end_of_log

    assert odd_log_on_spark.end == end_of_log(odd_log)
