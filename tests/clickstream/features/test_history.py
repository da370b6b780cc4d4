"""What a session's features say of its customer's earlier sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from clickstream.cuts import session_cuts
from clickstream.features import session_features
from clickstream.tables import Dataset, store
from tests.clickstream.features.running import CONTEXT, features_of
from tests.clickstream.logs import END, Event, event, frame

NAMES = [
    "sessions_before",
    "orders_before",
    "spend_before",
    "clicks_before",
    "carts_before",
    "returns_before",
    "price_mean_before",
    "buying_share_before",
    "days_since_event",
    "days_since_order",
]


def at(day: float, session: str, index: int, kind: str = "view", **changes: Any) -> Event:
    moment = datetime(2026, 3, 1) + timedelta(days=day)
    return event(session, index, kind, event_time=f"{moment.isoformat()}Z", **changes)


def history_of(dataset: Dataset, days: int) -> pd.DataFrame:
    """The history of every session, by session."""
    store(dataset.backend, "cuts", session_cuts(dataset.table, "time", before_purchase=False))
    found = features_of(dataset, session_features(CONTEXT, "time", [], history_days=days))
    return found.drop_duplicates("unit_id").set_index("unit_id")[NAMES]


def test_earlier_sessions_add_up_by_hand(read) -> None:
    dataset = read(
        [
            at(0, "too old", 1, "purchase", price="999"),
            at(2, "s1", 1, price="10"),
            at(2.1, "s1", 2, price="20"),
            at(2.2, "s1", 3, "cart", price="20"),
            at(2.3, "s1", 4, "purchase", price="20", quantity=2),
            at(2.4, "s1", 5, "purchase", price="1.50"),
            at(5, "s2", 1, "return", price="20"),
            at(8, "now", 1, "purchase", price="999"),
            at(8.1, "now", 2, price="999"),
            at(9, "later", 1, price="999"),
            at(6, "someone else's", 1, "purchase", price="999", customer_id="c2"),
            END,
        ]
    )
    assert history_of(dataset, 7).loc["now"].to_dict() == {
        "sessions_before": 2.0,
        "orders_before": 1.0,
        "spend_before": 41.5,
        "clicks_before": 6.0,
        "carts_before": 1.0,
        "returns_before": 1.0,
        "price_mean_before": 15.0,
        "buying_share_before": 0.5,
        "days_since_event": 3.0,
        "days_since_order": pytest.approx(5.6),
    }


def test_a_session_that_goes_on_meanwhile_counts_up_to_the_first_event_alone(read) -> None:
    dataset = read(
        [
            at(1.0, "other device", 1),
            at(1.2, "now", 1),
            at(1.2, "other device", 2, "cart"),
            at(1.3, "other device", 3, "purchase"),
            at(1.4, "now", 2),
            END,
        ]
    )
    found = history_of(dataset, 30).loc["now"]
    assert (found.sessions_before, found.clicks_before) == (1.0, 1.0)
    assert (found.carts_before, found.orders_before, found.spend_before) == (0.0, 0.0, 0.0)


def test_the_days_of_the_history_begin_with_their_first_moment(read) -> None:
    dataset = read([at(0, "before", 1), at(1, "at it", 1), at(8, "now", 1), END])
    found = history_of(dataset, 7).loc["now"]
    assert (found.sessions_before, found.days_since_event) == (1.0, 7.0)
    assert history_of(dataset, 6).loc["now"].sessions_before == 0.0


def test_an_event_longer_ago_than_the_history_was_never_known(read) -> None:
    dataset = read([at(0, "old", 1, "purchase"), at(8, "now", 1), END])
    found = history_of(dataset, 7).loc["now"]
    assert found[:6].tolist() == [0.0] * 6
    assert found[6:].isna().all()


def test_of_an_unknown_customer_nothing_is_known(read) -> None:
    dataset = read([at(day, f"s{day}", 1, customer_id="") for day in range(5)] + [END])
    found = history_of(dataset, 30)
    assert (found[NAMES[:6]] == 0).all(axis=None)
    assert found[NAMES[6:]].isna().all(axis=None)


def test_a_session_belongs_to_the_customer_of_its_first_event(read) -> None:
    dataset = read(
        [
            at(0, "first", 1),
            at(1, "begun unknown", 1, customer_id=""),
            at(1.1, "begun unknown", 2),
            at(2, "second", 1),
            END,
        ]
    )
    found = history_of(dataset, 30)
    assert found.sessions_before[["begun unknown", "second"]].tolist() == [0.0, 1.0]
    assert found.clicks_before["second"] == 1.0


def days_between(earlier: pd.Timestamp, later: pd.Timestamp) -> float:
    """In whole seconds, as every engine counts them."""
    return (later.floor("s") - earlier.floor("s")).total_seconds() / 86_400


def counted_one_by_one(log: pd.DataFrame, days: int) -> pd.DataFrame:
    """The history of every session by its definition, session by session."""
    log = log.sort_values(["session_id", "event_index"]).copy()
    purchases = log.event_type == "purchase"
    log["opens"] = log.groupby("session_id").cumcount() == 0
    log["order"] = purchases & (purchases.groupby(log.session_id).cumsum() == 1)
    log["amount"] = log.price * log.quantity
    rows = {}
    for _, own in log.groupby("customer_id"):
        for first in own[own.opens].itertuples():
            begun = first.event_time
            past = own[
                (own.event_time < begun) & (own.event_time >= begun - pd.Timedelta(days, "D"))
            ]
            bought = past[past.event_type == "purchase"]
            rows[first.session_id] = [
                past.opens.sum(),
                past.order.sum(),
                bought.amount.sum(),
                len(past),
                (past.event_type == "cart").sum(),
                (past.event_type == "return").sum(),
                past.price[past.event_type == "view"].mean(),
                past.order.sum() / past.opens.sum() if past.opens.any() else np.nan,
                days_between(past.event_time.max(), begun),
                days_between(bought.event_time.max(), begun),
            ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=NAMES).astype(float)


def test_the_history_of_every_session_is_what_counting_one_by_one_finds(shop_data) -> None:
    shop_data.connection.execute("DELETE FROM events WHERE hash(customer_id) % 8 <> 0")
    log = frame(shop_data, "SELECT * REPLACE (price::DOUBLE AS price) FROM events")
    expected = counted_one_by_one(log, days=20)
    found = history_of(shop_data, 20)
    assert len(found) > 500
    assert (found.sessions_before > 0).sum() > 200
    assert_frame_equal(found, expected.loc[found.index], check_names=False, rtol=1e-9, atol=1e-9)
