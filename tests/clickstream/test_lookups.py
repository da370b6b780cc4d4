"""Lookups hold what was known when a period began, and nothing later."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clickstream.lookups import LOOKUPS
from tests.clickstream.features.running import (
    every_session_feature,
    features_of,
    learn,
)
from tests.clickstream.logs import END, Event, event, rows_of

FIRST, SECOND = datetime(2026, 3, 2), datetime(2026, 3, 3)
FOREVER = datetime(9999, 12, 31)


def session(name: str, day: int, *products: tuple[str, str]) -> list[Event]:
    """Views of products at their prices, a minute apart, on a day of March 2026."""
    start = datetime(2026, 3, day, 12)
    return [
        event(
            name,
            place,
            event_time=f"{(start + timedelta(minutes=place)).isoformat()}Z",
            product_id=product,
            price=price,
        )
        for place, (product, price) in enumerate(products, start=1)
    ]


@pytest.fixture
def log() -> list[Event]:
    a, b, c = ("a", "10"), ("b", "20"), ("c", "60")
    return [
        *session("s1", 1, a, a, b, a),
        *session("s2", 1, a, b, b, a),
        *session("s3", 2, c, c, c),
        *session("s4", 3, a),
        END,
    ]


def test_a_price_counts_once_however_often_it_was_viewed(read, log) -> None:
    dataset = read(log)
    learn(dataset, [FIRST, SECOND])
    assert [row[:4] for row in rows_of(dataset, "category_periods", "valid_from")] == [
        ("hats", FIRST, SECOND, 15.0),
        ("hats", SECOND, FOREVER, 20.0),
    ]


def test_exits_are_drawn_towards_the_rate_of_all(read, log) -> None:
    dataset = read(log)
    learn(dataset, [FIRST])
    # 2 of 8 views ended a session, both on product a with its 5 views; b was viewed thrice.
    ((*key, rate, _),) = rows_of(dataset, "product_periods", "ALL")
    assert key == ["a", FIRST, FOREVER]
    assert rate == pytest.approx((2 + 20 * 0.25) / (5 + 20))
    ((*_, rate),) = rows_of(dataset, "category_periods", "ALL")
    assert rate == pytest.approx(0.25)


def test_what_followed_a_product_is_drawn_towards_what_followed_all(read, log) -> None:
    dataset = read(log)
    learn(dataset, [FIRST])
    # After a came 10, 20 and 20, after b 10, 20 and 10.
    ((*_, price),) = rows_of(dataset, "product_periods", "ALL")
    assert price == pytest.approx((50 + 20 * 15) / (3 + 20))


def test_a_step_made_often_is_drawn_towards_its_product(read) -> None:
    ways = [[("a", "10"), ("b", "20")], [("a", "10"), ("b", "20"), ("c", "60")]]
    seldom = [("b", "20"), ("a", "10")]
    sessions = [ways[number % 2] for number in range(6)]
    events = [
        one
        for number, way in enumerate([*sessions, seldom])
        for one in session(f"s{number}", 1, *way)
    ]
    dataset = read([*events, END])
    learn(dataset, [FIRST])
    # 17 views, 7 of them last; b was left with 3 of its 7 views, and 3 times c at 60 came next.
    exits = (3 + 20 * 7 / 17) / (7 + 20)
    everywhere = (6 * 20 + 3 * 60 + 10) / 10
    price = (3 * 60 + 10 + 20 * everywhere) / (4 + 20)
    ((before, product, *_, share, exit_rate, next_price),) = rows_of(dataset, "step_periods", "ALL")
    assert (before, product) == ("a", "b"), "the other steps were made fewer than five times"
    assert share == pytest.approx(6 / (6 + 20))
    assert exit_rate == pytest.approx((3 + 20 * exits) / (6 + 20))
    assert next_price == pytest.approx((3 * 60 + 20 * price) / (3 + 20))


def test_a_session_that_is_not_over_when_a_period_begins_is_not_in_it(read) -> None:
    dataset = read([*session("s1", 1, ("a", "10")), *session("s1", 2, ("a", "99"))[:1], END][:1])
    learn(dataset, [datetime(2026, 3, 1, 12, 1)])
    assert rows_of(dataset, "category_periods", "ALL") == []
    learn(dataset, [datetime(2026, 3, 1, 12, 2)])
    assert len(rows_of(dataset, "category_periods", "ALL")) == 1


def test_a_session_reads_what_was_known_when_it_began(read, log) -> None:
    dataset = read(log)
    learn(dataset, [FIRST, SECOND])
    dataset.connection.execute(
        "CREATE TABLE cuts AS SELECT session_id AS unit_id, 1 AS cut_index, "
        "NULL::TIMESTAMP AS as_of FROM events WHERE event_index = 1"
    )
    found = features_of(dataset, every_session_feature()).set_index("unit_id")
    assert found.price_to_category.dropna().to_dict() == {"s3": 4.0, "s4": 0.5, "the end": 0.5}
    assert found.exit_rate["s3"] == pytest.approx(0.25), "an unknown product is as its category"
    assert found.exit_rate[["s1", "s2"]].isna().all()
    assert found.price_to_category_mean.equals(found.price_to_category), "of one view each"
    assert found.step_share.isna().all(), "no step was made yet"
    assert found.next_price["s4"] > 0


def test_a_step_seldom_made_has_no_share(read, log) -> None:
    dataset = read(log)
    learn(dataset, [FIRST])
    dataset.connection.execute(
        "CREATE TABLE cuts AS SELECT 's3' AS unit_id, 2 AS cut_index, NULL::TIMESTAMP AS as_of"
    )
    assert features_of(dataset, every_session_feature()).step_share.tolist() == [0.0]


def test_what_happens_later_changes_no_row_of_a_period(shop_data) -> None:
    moments = [datetime(2025, month, 1) for month in (3, 4, 5)]
    learn(shop_data, moments)
    before = [rows_of(shop_data, name, "ALL") for name in LOOKUPS]
    shop_data.connection.execute(
        "UPDATE events SET price = 1, product_id = 'other', category = 'other' "
        f"WHERE session_id IN (SELECT unit_id FROM bounds WHERE \"end\" >= '{moments[1]}')"
    )
    learn(shop_data, moments)
    after = [rows_of(shop_data, name, "ALL") for name in LOOKUPS]
    for mine, other in zip(before, after, strict=True):
        kept = [row for row in mine if moments[0] in row]
        assert kept
        assert [row for row in other if moments[0] in row] == kept
        assert mine != other
