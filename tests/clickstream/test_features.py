"""Laws of features: they see nothing but the past, and no order of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import sqlglot
from pandas.testing import assert_frame_equal

from clickstream.cuts import customer_cuts, session_cuts
from clickstream.features import (
    FeatureSet,
    customer_features,
    features_sql,
    frequent_categories,
    session_features,
)
from clickstream.tables import Dataset, store
from tests.clickstream.logs import END, event, frame

CONTEXT = ("country", "device")
MOMENT = "2025-05-01T00:00:00"
HISTORY = 60

SESSION = {"key": "session_id", "after": "event_index > cut_index"}
CUSTOMER = {"key": "customer_id", "after": "event_time >= as_of"}
BEHIND = "EXISTS (FROM cuts WHERE {key} = unit_id AND {after})"

CHANGES = {
    "removed": "DELETE FROM events WHERE {behind}",
    "altered": "UPDATE events SET price = price * 7 + 1, quantity = 9, product_id = 'other', "
    "category = 'other', event_type = 'purchase', country = 'other', device = NULL "
    "WHERE {behind}",
    "appended": "INSERT INTO events SELECT * REPLACE (event_index + 1000 AS event_index, "
    "event_time + INTERVAL 300 DAY AS event_time, event_date + 300 AS event_date, "
    "'purchase' AS event_type, 'new' AS category) FROM events",
}


def features_of(dataset: Dataset, features: FeatureSet) -> pd.DataFrame:
    return frame(dataset, f"FROM ({features_sql(features)}) ORDER BY unit_id, cut_index")


def change(dataset: Dataset, how: str, scope: dict[str, str]) -> None:
    behind = BEHIND.format(**scope)
    count = "SELECT count(*), sum(hash(COLUMNS(*))::HUGEINT) FROM events"
    before = dataset.connection.execute(count).fetchall()
    dataset.connection.execute(CHANGES[how].format(behind=behind))
    assert dataset.connection.execute(count).fetchall() != before, "nothing was changed"


def one_cut_each(dataset: Dataset) -> None:
    """Cut every session at one of its cuts, some early and some late."""
    store(dataset.backend, "all_cuts", session_cuts(dataset.table, "time", before_purchase=False))
    dataset.connection.execute(
        "CREATE OR REPLACE TABLE cuts AS FROM all_cuts "
        "QUALIFY row_number() OVER (PARTITION BY unit_id ORDER BY hash(unit_id, cut_index)) = 1"
    )


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize("resolution", ["time", "date"])
def test_events_after_the_cut_are_invisible_to_a_session(shop_data, how, resolution) -> None:
    one_cut_each(shop_data)
    features = session_features(CONTEXT, resolution, ["toys", "books"])
    before = features_of(shop_data, features)
    change(shop_data, how, SESSION)
    assert_frame_equal(features_of(shop_data, features), before, check_exact=True)
    assert len(before) > 5_000
    assert before.cut_index.nunique() == 7


@pytest.mark.parametrize("how", CHANGES)
def test_events_from_the_moment_on_are_invisible_to_a_customer(shop_data, how) -> None:
    store(shop_data.backend, "cuts", customer_cuts(shop_data.table, [MOMENT], HISTORY))
    features = customer_features(CONTEXT, HISTORY)
    before = features_of(shop_data, features)
    change(shop_data, how, CUSTOMER)
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
def test_other_units_are_invisible(shop_data, scope) -> None:
    if scope == "session":
        features = session_features(CONTEXT, "time", ["toys"])
        cuts = session_cuts(shop_data.table, "time")
    else:
        features = customer_features(CONTEXT, HISTORY)
        cuts = customer_cuts(shop_data.table, [MOMENT], HISTORY)
    store(shop_data.backend, "cuts", cuts)
    whole = features_of(shop_data, features)
    some = "hash({}) % 5 = 0"
    shop_data.connection.execute(f"DELETE FROM cuts WHERE NOT {some.format('unit_id')}")
    shop_data.connection.execute(f"DELETE FROM events WHERE NOT {some.format(f'{scope}_id')}")
    alone = features_of(shop_data, features)
    expected = whole[whole.unit_id.isin(set(alone.unit_id))].reset_index(drop=True)
    assert 100 < len(alone) < len(whole) / 3
    assert_frame_equal(alone, expected, check_exact=True)


def test_features_of_a_session_add_up_by_hand(read) -> None:
    dataset = read(
        [
            event("s1", 1, price="10.00", category="hats", product_id="h1"),
            event("s1", 2, price="30.00", category="shoes", product_id="s1"),
            event("s1", 3, price="20.00", category="hats", product_id="h1"),
            event("s1", 4, "cart", price="30.00", quantity=2, category="shoes", product_id="s1"),
            event("s1", 5, "remove", price="30.00", category="shoes", product_id="s1"),
            event("s1", 8, price="0.50", category="", product_id="", country="", device="laptop"),
            event("s1", 9, "purchase", price="30.00"),
            END,
        ]
    )
    dataset.connection.execute(
        "CREATE TABLE cuts AS SELECT 's1' AS unit_id, 8::INTEGER AS cut_index, "
        "TIMESTAMP '2026-03-02 12:08:00' AS as_of"
    )
    found = features_of(dataset, session_features(CONTEXT, "time", ["hats", "toys"]))
    assert found.to_dict("records")[0] == {
        "unit_id": "s1",
        "cut_index": 8,
        "as_of": pd.Timestamp("2026-03-02 12:08:00"),
        "clicks": 6.0,
        "views": 4.0,
        "products": 2.0,
        "categories": 2.0,
        "revisits": 1.0,
        "price_mean": pytest.approx(15.125),
        "price_min": 0.5,
        "price_max": 30.0,
        "price_last": 0.5,
        "carts": 1.0,
        "removals": 1.0,
        "cart_value": 30.0,
        "views_hats": 2.0,
        "views_toys": 0.0,
        "top_category_share": pytest.approx(2 / 3),
        "duration": 420.0,
        "gap_mean": pytest.approx(420 / 5),
        "gap_last": 180.0,
        "hour": 12.0,
        "weekday": 0.0,
        "event_type_last": "view",
        "category_last": None,
        "country_last": None,
        "device_last": "laptop",
    }


def test_features_of_a_customer_add_up_by_hand(read) -> None:
    def at(day: int, session: str, index: int, kind: str = "view", **changes):
        return event(session, index, kind, event_time=f"2026-03-{day:02d}T00:00:00Z", **changes)

    dataset = read(
        [
            at(1, "s0", 1, "purchase", price="999"),
            at(3, "s1", 1, price="10", category="hats"),
            at(3, "s1", 2, price="20", category="shoes"),
            at(3, "s1", 3, "cart", price="20", category="shoes"),
            at(3, "s1", 4, "purchase", price="20", quantity=2),
            at(3, "s1", 5, "purchase", price="1.50"),
            at(7, "s2", 1, price="30", category="hats"),
            at(8, "s3", 1, "return", price="20", quantity=1),
            at(9, "s4", 1, "purchase", price="999"),
            at(5, "x1", 1, "purchase", price="999", customer_id="c2"),
        ]
    )
    dataset.connection.execute(
        "CREATE TABLE cuts AS SELECT 'c1' AS unit_id, 0::INTEGER AS cut_index, "
        "TIMESTAMP '2026-03-09' AS as_of"
    )
    found = features_of(dataset, customer_features(CONTEXT, history_days=7))
    assert found.drop(columns=["unit_id", "cut_index", "as_of"]).to_dict("records") == [
        {
            "days_since_visit": 1.0,
            "days_known": 6.0,
            "sessions": 3.0,
            "clicks_per_session": pytest.approx(7 / 3),
            "orders": 1.0,
            "spend": 41.5,
            "returned": 20.0,
            "carts": 1.0,
            "days_since_order": 6.0,
            "price_mean": 20.0,
            "categories": 2.0,
            "top_category_share": pytest.approx(2 / 3),
        }
    ]


def test_without_times_no_feature_needs_one() -> None:
    timed = {feature.name for feature in session_features(CONTEXT, "time", []).features}
    dated = {feature.name for feature in session_features(CONTEXT, "date", []).features}
    assert timed - dated == {"duration", "gap_mean", "gap_last", "hour"}


@pytest.mark.parametrize(
    "features",
    [
        session_features(CONTEXT, "time", ["Toys & Games", "toys-games", "été"]),
        customer_features(CONTEXT, 365),
    ],
    ids=["session", "customer"],
)
def test_every_feature_is_a_column_of_the_query_and_described(features) -> None:
    names = [feature.name for feature in features.features]
    assert list(features.expression.columns) == ["unit_id", "cut_index", "as_of", *names]
    assert len(set(names)) == len(names)
    assert all(feature.unit and feature.description for feature in features.features)


@pytest.mark.parametrize(
    "features",
    [session_features(CONTEXT, "time", ["hats"]), customer_features(CONTEXT, 28)],
    ids=["session", "customer"],
)
def test_the_query_is_one_select_over_events_and_cuts(features) -> None:
    query = sqlglot.parse_one(features_sql(features), dialect="duckdb")
    own = {part.alias for part in query.find_all(sqlglot.exp.CTE)}
    assert {table.name for table in query.find_all(sqlglot.exp.Table)} - own == {"events", "cuts"}


def test_the_categories_viewed_most_come_first_and_ties_in_alphabetical_order(read) -> None:
    views = {"hats": 3, "ties": 2, "socks": 2, "toys": 1}
    viewed = [category for category, times in views.items() for _ in range(times)]
    dataset = read(
        [
            *(event("s1", n, category=category) for n, category in enumerate(viewed, start=1)),
            *(event("s2", n, "cart", category="toys") for n in range(1, 9)),
            event("s3", 1, category=""),
        ]
    )
    assert frequent_categories(dataset.table, limit=3) == ["hats", "socks", "ties"]
    assert len(frequent_categories(dataset.table)) == 4


def test_missing_values_stay_missing(read) -> None:
    dataset = read([event("s1", 1, category="", product_id="", country=""), END])
    store(dataset.backend, "cuts", session_cuts(dataset.table, "time"))
    found = features_of(dataset, session_features(CONTEXT, "time", ["hats"])).loc[0]
    assert np.isnan(found.gap_mean)
    assert np.isnan(found.gap_last)
    assert np.isnan(found.top_category_share)
    assert found.category_last is None
    assert (found.products, found.revisits, found.views_hats) == (0.0, 0.0, 0.0)
