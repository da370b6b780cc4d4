"""Features of a session add up, and are empty where nothing is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from clickstream.cuts import session_cuts
from clickstream.features import customer_features, frequent_categories, session_features
from clickstream.tables import store
from tests.clickstream.features.running import CONTEXT, every_session_feature, features_of
from tests.clickstream.logs import END, event


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
        "revisit_rate": 0.25,
        "bounce": 0.0,
        "price_mean": pytest.approx(15.125),
        "price_min": 0.5,
        "price_max": 30.0,
        "price_last": 0.5,
        "price_lag_1": pytest.approx(np.nan, nan_ok=True),
        "price_lag_2": pytest.approx(np.nan, nan_ok=True),
        "price_lag_3": 30.0,
        "carts": 1.0,
        "removals": 1.0,
        "cart_value": 30.0,
        "first_cart": 4.0,
        "views_hats": 2.0,
        "views_toys": 0.0,
        "seconds_hats": 120.0,
        "seconds_toys": 0.0,
        "top_category_share": pytest.approx(2 / 3),
        "category_entropy": pytest.approx(-(2 / 3) * np.log(2 / 3) - (1 / 3) * np.log(1 / 3)),
        "back_and_forth": pytest.approx(2 / 6),
        "view_to_cart": 1.0,
        "cart_to_view": 0.0,
        "cart_to_remove": 1.0,
        "view_again": 0.0,
        "last_steps": "cart > remove > view",
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


def test_without_times_no_feature_needs_one() -> None:
    timed = {feature.name for feature in session_features(CONTEXT, "time", ["toys"]).features}
    dated = {feature.name for feature in session_features(CONTEXT, "date", ["toys"]).features}
    assert timed - dated == {"duration", "gap_mean", "gap_last", "hour", "seconds_toys"}


@pytest.mark.parametrize(
    "features",
    [
        session_features(CONTEXT, "time", ["Toys & Games", "toys-games", "été"]),
        every_session_feature(),
        customer_features(CONTEXT, 365, ["Toys & Games", "toys-games", "été"]),
    ],
    ids=["session", "session with everything", "customer"],
)
def test_every_feature_is_a_column_of_the_query_and_described(features) -> None:
    names = [feature.name for feature in features.features]
    assert list(features.expression.columns) == ["unit_id", "cut_index", "as_of", *names]
    assert len(set(names)) == len(names)
    assert all(feature.unit and feature.description for feature in features.features)


def test_the_categories_met_most_come_first_and_ties_in_alphabetical_order(read) -> None:
    views = {"hats": 3, "ties": 2, "socks": 2, "toys": 1}
    viewed = [category for category, times in views.items() for _ in range(times)]
    dataset = read(
        [
            *(event("s1", n, category=category) for n, category in enumerate(viewed, start=1)),
            event("s2", 1, category=""),
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


def last_cut(read, *changes: dict[str, object]) -> pd.Series:
    """Features of a session after the last of its events."""
    events = [event("s1", n, **change) for n, change in enumerate(changes, start=1)]
    dataset = read([*events, END])
    dataset.connection.execute(
        f"CREATE TABLE cuts AS SELECT 's1' AS unit_id, {len(events)} AS cut_index, "
        "NULL::TIMESTAMP AS as_of"
    )
    return features_of(dataset, session_features(CONTEXT, "time", ["hats"])).loc[0]


def products(*ids: str) -> list[dict[str, object]]:
    return [{"product_id": name} for name in ids]


def test_a_session_bounces_until_its_second_event(read) -> None:
    assert last_cut(read, {}).bounce == 1.0
    assert last_cut(read, {}, {}).bounce == 0.0


@pytest.mark.parametrize(
    ("path", "share", "again"),
    [("ab", 0, 0), ("aba", 1 / 3, 0), ("aaa", 0, 2), ("abab", 2 / 4, 0), ("abca", 0, 0)],
)
def test_going_back_and_forth_is_not_staying(read, path, share, again) -> None:
    found = last_cut(read, *products(*path))
    assert found.back_and_forth == pytest.approx(share)
    assert found.view_again == again


@pytest.mark.parametrize(
    ("kinds", "steps"),
    [(["view"], "view"), (["view", "cart"], "view > cart"), (["view"] * 5, "view > view > view")],
)
def test_the_last_steps_are_three_at_most(read, kinds, steps) -> None:
    assert last_cut(read, *({"kind": kind} for kind in kinds)).last_steps == steps


def test_views_spread_evenly_have_the_entropy_of_their_number(read) -> None:
    found = last_cut(read, *({"category": name} for name in ("hats", "toys", "ties", "hats")[:3]))
    assert found.category_entropy == pytest.approx(np.log(3))
    # Of one category there is no spread, however often it was viewed.
    for views in range(2, 12):
        assert last_cut(read, *[{}] * views).category_entropy == 0.0


def test_time_is_spent_on_the_product_that_was_left(read) -> None:
    found = last_cut(read, {"category": "hats"}, {"category": "toys"}, {"category": "hats"})
    assert found.seconds_hats == 60.0
    assert found.duration == 120.0


def test_a_shop_may_call_its_columns_as_we_call_ours(read) -> None:
    dataset = read([event("s1", 1, country="SE", device="phone"), END])
    for name, other in (("country", "place"), ("device", "order")):
        dataset.connection.execute(f'ALTER TABLE events RENAME {name} TO "{other}"')
    dataset.connection.execute(
        "CREATE TABLE cuts AS SELECT 's1' AS unit_id, 1 AS cut_index, NULL::TIMESTAMP AS as_of"
    )
    features = session_features(("place", "order"), "time", [], history_days=30)
    found = features_of(dataset, features).loc[0]
    assert (found.place_last, found.order_last, found.clicks) == ("SE", "phone", 1.0)
