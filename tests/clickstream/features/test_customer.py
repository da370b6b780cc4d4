"""Features of a customer add up, and are empty where nothing is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from clickstream.cuts import customer_cuts
from clickstream.features import customer_features
from clickstream.tables import Dataset, store
from tests.clickstream.features.running import CONTEXT, features_of
from tests.clickstream.logs import Event, event

nan = pytest.approx(np.nan, nan_ok=True)


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
    found = features_of(dataset, customer_features(CONTEXT, 7, ["hats", "toys"]))
    assert found.drop(columns=["unit_id", "cut_index", "as_of"]).to_dict("records") == [
        {
            "sessions": 3.0,
            "clicks_per_session": pytest.approx(7 / 3),
            "bounce_share": pytest.approx(2 / 3),
            "orders": 1.0,
            "sessions_without_order": 2.0,
            "order_value_mean": 41.5,
            "basket_items_mean": 3.0,
            "orders_28_days": 1.0,
            "orders_90_days": 1.0,
            "orders_180_days": 1.0,
            "orders_trend": 1.0,
            "spend": 41.5,
            "price_mean_bought": 10.75,
            "products_bought": 1.0,
            "returned": 20.0,
            "returns": 1.0,
            "return_rate": 0.5,
            "carts": 1.0,
            "days_since_order": 6.0,
            "days_since_visit": 1.0,
            "days_known": 6.0,
            "price_mean": 20.0,
            "products": 1.0,
            "categories": 2.0,
            "top_category_share": pytest.approx(2 / 3),
            "share_hats": pytest.approx(5 / 7),
            "share_toys": 0.0,
            "events_28_days": 7.0,
            "spend_28_days": 41.5,
            "events_90_days": 7.0,
            "spend_90_days": 41.5,
            "events_180_days": 7.0,
            "spend_180_days": 41.5,
            "events_trend": 7.0,
            "spend_trend": 41.5,
            "hour_mode": 0.0,
            "weekday_mode": 1.0,
            "order_gap_mean": nan,
            "order_gap_spread": nan,
            "order_overdue": nan,
        }
    ]


def orders_at(*days: float) -> list[Event]:
    """An order of one item for 10 on each of some days of 2026."""
    start = datetime(2026, 1, 1)
    moments = [start + timedelta(days=day) for day in days]
    return [
        event(f"order {number}", 1, "purchase", event_time=f"{moment.isoformat()}Z")
        for number, moment in enumerate(moments)
    ]


def as_of(dataset: Dataset, day: float, history_days: int = 365) -> pd.Series:
    moment = datetime(2026, 1, 1) + timedelta(days=day)
    dataset.connection.execute(
        "CREATE OR REPLACE TABLE cuts AS SELECT 'c1' AS unit_id, 0::INTEGER AS cut_index, "
        f"TIMESTAMP '{moment}' AS as_of"
    )
    return features_of(dataset, customer_features(CONTEXT, history_days)).loc[0]


def test_gaps_between_orders_are_told_in_days(read) -> None:
    found = as_of(read(orders_at(0, 10, 40, 60)), 100)
    assert found.order_gap_mean == 20.0
    assert found.order_gap_spread == pytest.approx(np.std([10, 30, 20], ddof=1))
    assert found.order_overdue == 2.0


@pytest.mark.parametrize(
    ("days", "known"),
    [((), ()), ((0,), ()), ((0, 10), ("order_gap_mean", "order_overdue"))],
)
def test_gaps_are_empty_where_orders_are_too_few(read, days, known) -> None:
    found = as_of(read([*orders_at(*days), event("s", 1, event_time="2026-01-01T12:00:00Z")]), 50)
    gaps = found[["order_gap_mean", "order_gap_spread", "order_overdue"]]
    assert set(gaps.dropna().index) == set(known)


def test_orders_at_one_moment_are_not_overdue_without_end(read) -> None:
    found = as_of(read(orders_at(5, 5, 5)), 50)
    assert (found.orders, found.order_gap_mean, found.order_gap_spread) == (3.0, 0.0, 0.0)
    assert pd.isna(found.order_overdue)


def test_trends_compare_the_last_28_days_with_the_28_before(read) -> None:
    found = as_of(read(orders_at(43.9, 44.1, 60, 71.9, 72.1, 95)), 100)
    assert (found.orders_28_days, found.orders_trend) == (2.0, -1.0)
    assert (found.spend_trend, found.events_trend) == (-10.0, -1.0)
    assert (found.orders_90_days, found.spend_180_days) == (6.0, 60.0)


def test_the_favourite_hour_is_the_first_of_several(read) -> None:
    hours = [9, 9, 14, 14, 20]
    dataset = read(
        [event("s", n, event_time=f"2026-01-05T{h:02d}:00:00Z") for n, h in enumerate(hours, 1)]
    )
    found = as_of(dataset, 50)
    assert (found.hour_mode, found.weekday_mode) == (9.0, 0.0)


def test_a_log_of_order_lines_alone_has_its_features(shop_data) -> None:
    shop_data.connection.execute(
        "DELETE FROM events WHERE event_type NOT IN ('purchase', 'return')"
    )
    store(shop_data.backend, "cuts", customer_cuts(shop_data.table, ["2025-06-01"], 365))
    found = features_of(shop_data, customer_features(CONTEXT, 365, ["shoes"]))
    numbers = found.select_dtypes("number")
    assert np.isfinite(numbers.fillna(0)).all(axis=None)
    empty = {"price_mean", "top_category_share"}
    assert set(numbers.columns[numbers.isna().all()]) == empty
    assert (found.share_shoes > 0).any()
