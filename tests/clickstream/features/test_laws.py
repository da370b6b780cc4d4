"""Laws of features: they see nothing but the past, and no order of rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import sqlglot
from pandas.testing import assert_frame_equal

from clickstream.cuts import customer_cuts, session_cuts
from clickstream.features import FeatureSet, customer_features, features_sql, session_features
from clickstream.lookups import LOOKUPS
from clickstream.sources import read_source
from clickstream.tables import Dataset, store
from tests.clickstream.features.running import (
    CONTEXT,
    HISTORY,
    every_session_feature,
    features_of,
    learn,
)

MOMENT = "2025-05-01T00:00:00"

AFTER = {
    # What others do after the click is not known, and neither is what the same customer does in
    # other sessions from this session's beginning on.
    "session": "EXISTS (FROM cuts c WHERE (session_id = c.unit_id AND event_index > c.cut_index)"
    " OR (customer_id = c.owner AND session_id <> c.unit_id AND event_time >= c.start))",
    "customer": "EXISTS (FROM cuts WHERE customer_id = unit_id AND event_time >= as_of)",
}
CHANGES = {
    "removed": "DELETE FROM events WHERE {after}",
    "altered": "UPDATE events SET price = price * 7 + 1, quantity = 9, product_id = 'other', "
    "category = 'other', event_type = 'purchase', country = 'other', device = NULL "
    "WHERE {after}",
    "appended": "INSERT INTO events SELECT * REPLACE (event_index + 1000 AS event_index, "
    "event_time + INTERVAL 300 DAY AS event_time, event_date + 300 AS event_date, "
    "'purchase' AS event_type, 'new' AS category) FROM events",
}


def change(dataset: Dataset, how: str, scope: str) -> None:
    count = "SELECT count(*), sum(hash(COLUMNS(*))::HUGEINT) FROM events"
    before = dataset.connection.execute(count).fetchall()
    dataset.connection.execute(CHANGES[how].format(after=AFTER[scope]))
    assert dataset.connection.execute(count).fetchall() != before, "nothing was changed"


def one_cut_each(dataset: Dataset) -> None:
    """Cut one session of every customer at one of its cuts, some early and some late."""
    store(dataset.backend, "all_cuts", session_cuts(dataset.table, "time", before_purchase=False))
    dataset.connection.execute(
        "CREATE OR REPLACE TABLE cuts AS SELECT c.*, b.owner, b.start FROM all_cuts c JOIN ("
        "SELECT session_id, min(customer_id) AS owner, min(event_time) AS start FROM events "
        "GROUP BY session_id) b ON unit_id = session_id "
        "QUALIFY row_number() OVER (PARTITION BY owner ORDER BY hash(unit_id, cut_index)) = 1"
    )


@pytest.fixture
def session_set(shop_data: Dataset) -> FeatureSet:
    learn(shop_data)
    one_cut_each(shop_data)
    return every_session_feature()


@pytest.mark.parametrize("how", CHANGES)
def test_events_after_the_cut_are_invisible_to_a_session(shop_data, session_set, how) -> None:
    before = features_of(shop_data, session_set)
    change(shop_data, how, "session")
    assert_frame_equal(features_of(shop_data, session_set), before, check_exact=True)
    assert len(before) > 1_500
    assert before.cut_index.nunique() == 7
    assert (before.sessions_before > 0).sum() > 500


@pytest.mark.parametrize("how", CHANGES)
def test_events_after_the_cut_are_invisible_to_a_session_of_days(shop_data, how) -> None:
    one_cut_each(shop_data)
    features = session_features(CONTEXT, "date", ["shoes", "shirts"])
    before = features_of(shop_data, features)
    change(shop_data, how, "session")
    assert_frame_equal(features_of(shop_data, features), before, check_exact=True)


@pytest.mark.parametrize("how", CHANGES)
def test_events_from_the_moment_on_are_invisible_to_a_customer(shop_data, how) -> None:
    store(shop_data.backend, "cuts", customer_cuts(shop_data.table, [MOMENT], HISTORY))
    features = customer_features(CONTEXT, HISTORY, ["shoes"])
    before = features_of(shop_data, features)
    change(shop_data, how, "customer")
    assert_frame_equal(features_of(shop_data, features), before, check_exact=True)
    assert len(before) > 500


def test_events_older_than_the_history_are_invisible_to_a_customer(shop_data) -> None:
    store(shop_data.backend, "cuts", customer_cuts(shop_data.table, [MOMENT], HISTORY))
    features = customer_features(CONTEXT, HISTORY)
    before = features_of(shop_data, features)
    old = f"event_time < TIMESTAMP '{MOMENT}' - INTERVAL {HISTORY} DAY"
    (removed,) = shop_data.connection.execute(f"DELETE FROM events WHERE {old}").fetchall()[0]
    assert removed > 1_000
    assert_frame_equal(features_of(shop_data, features), before, check_exact=True)


@pytest.mark.parametrize("scope", ["session", "customer"])
def test_other_customers_are_invisible(shop_data, scope) -> None:
    if scope == "session":
        learn(shop_data)
        one_cut_each(shop_data)
        features, unit = every_session_feature(), "owner"
    else:
        features, unit = customer_features(CONTEXT, HISTORY), "unit_id"
        store(shop_data.backend, "cuts", customer_cuts(shop_data.table, [MOMENT], HISTORY))
    whole = features_of(shop_data, features)
    some = "hash({}) % 5 = 0"
    shop_data.connection.execute(f"DELETE FROM cuts WHERE NOT {some.format(unit)}")
    shop_data.connection.execute(f"DELETE FROM events WHERE NOT {some.format('customer_id')}")
    alone = features_of(shop_data, features)
    expected = whole[whole.unit_id.isin(set(alone.unit_id))].reset_index(drop=True)
    assert 100 < len(alone) < len(whole) / 3
    assert_frame_equal(alone, expected, check_exact=True)


@pytest.mark.parametrize("scope", ["session", "customer"])
def test_the_order_of_rows_changes_nothing(shop: Path, tmp_path: Path, scope) -> None:
    table = pq.read_table(shop)
    order = np.random.default_rng(0).permutation(table.num_rows)
    pq.write_table(table.take(order), tmp_path / "shuffled.parquet")
    found = []
    for file in (shop, tmp_path / "shuffled.parquet"):
        dataset = read_source([file])
        learn(dataset)
        if scope == "session":
            store(dataset.backend, "cuts", session_cuts(dataset.table, "time"))
            found.append(features_of(dataset, every_session_feature()))
        else:
            store(dataset.backend, "cuts", customer_cuts(dataset.table, [MOMENT], HISTORY))
            found.append(features_of(dataset, customer_features(CONTEXT, HISTORY, ["shoes"])))
    assert_frame_equal(*found, check_exact=False, rtol=1e-9, atol=0)
    counted = [column for column in found[0].columns if "mean" not in column]
    assert_frame_equal(found[0][counted], found[1][counted], check_exact=True)


@pytest.mark.parametrize(
    ("features", "read"),
    [
        (session_features(CONTEXT, "time", ["hats"]), set()),
        (every_session_feature(), set(LOOKUPS)),
        (customer_features(CONTEXT, 28), set()),
    ],
    ids=["session", "session with lookups", "customer"],
)
def test_the_query_is_one_select_over_events_cuts_and_lookups(features, read) -> None:
    query = sqlglot.parse_one(features_sql(features), dialect="duckdb")
    own = {part.alias for part in query.find_all(sqlglot.exp.CTE)}
    tables = {table.name for table in query.find_all(sqlglot.exp.Table)} - own
    assert tables == {"events", "cuts"} | read
