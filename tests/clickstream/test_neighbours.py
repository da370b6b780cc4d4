"""Which products follow each other, go together and are popular."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from clickstream.cuts import session_bounds
from clickstream.neighbours import learn_recommendations
from clickstream.tables import Dataset, store
from tests.clickstream.logs import Event, event, rows_of

UNTIL = datetime(2026, 4, 1)


def session(
    name: str, products: str, *, kind: str = "view", day: datetime = UNTIL, **changes: Any
) -> list[Event]:
    """Products of one letter each, a minute apart, that ended right before a day."""
    start = day - timedelta(hours=1)
    return [
        event(
            name,
            place,
            kind,
            event_time=f"{(start + timedelta(minutes=place)).isoformat()}Z",
            product_id=product,
            **changes,
        )
        for place, product in enumerate(products, start=1)
    ]


def _learned(dataset: Dataset, segments: Any = None) -> dict[str, list[tuple[Any, ...]]]:
    bounds = store(dataset.backend, "bounds", session_bounds(dataset.table))
    found = learn_recommendations(dataset.table, bounds, UNTIL, segments)
    for name, table in found.items():
        store(dataset.backend, name, table)
    return {name: rows_of(dataset, name, "ALL") for name in found}


def _shares(dataset: Dataset) -> dict[tuple[str, ...], float]:
    return {
        (relation, product, neighbour): share
        for product, neighbour, relation, share in _learned(dataset)["neighbours"]
    }


def test_what_was_viewed_next_counts_more_than_what_was_viewed_later(read) -> None:
    shares = _shares(read(session("s1", "abc")))
    assert shares["viewed", "a", "b"] == pytest.approx(2 * shares["viewed", "a", "c"], rel=1e-3)


def test_five_cases_that_led_nowhere_are_added(read) -> None:
    shares = _shares(read([*session("s1", "ab"), *session("s2", "ab"), *session("s3", "ac")]))
    assert shares["viewed", "a", "b"] == pytest.approx(2 / 8, rel=1e-3)
    assert shares["viewed", "a", "c"] == pytest.approx(1 / 8, rel=1e-3)
    assert ("viewed", "b", "a") not in shares


def test_what_is_viewed_again_is_a_neighbour_of_itself(read) -> None:
    assert _shares(read(session("s1", "aa")))["viewed", "a", "a"] > 0


def test_an_older_session_counts_less(read) -> None:
    old = UNTIL - timedelta(days=90)
    shares = _shares(read([*session("s1", "ab"), *session("s2", "ac", day=old)]))
    assert shares["viewed", "a", "b"] == pytest.approx(2 * shares["viewed", "a", "c"], rel=1e-3)


def test_nothing_is_learned_from_a_session_that_was_not_over(read) -> None:
    # It began before the moment and ended after it.
    open_still = session("s2", "ac", day=UNTIL + timedelta(minutes=58, seconds=30))
    assert open_still[0]["event_time"] < f"{UNTIL.isoformat()}Z" < open_still[1]["event_time"]
    assert ("viewed", "a", "c") not in _shares(read([*session("s1", "ab"), *open_still]))


def test_what_is_years_old_is_forgotten(read) -> None:
    years_ago = UNTIL - timedelta(days=6 * 365)
    old = session("s2", "cd", day=years_ago, category="shoes")
    learned = _learned(read([*session("s1", "ab"), *old]))
    assert {key for kind, key, *_ in learned["popular"] if kind == "category"} == {"hats"}
    assert {product for product, *_ in learned["neighbours"]} == {"a"}


def test_fifty_neighbours_are_kept_and_ties_are_broken_by_name(read) -> None:
    log = []
    for number in range(60):
        visit = session(f"s{number}", "ab")
        visit[1]["product_id"] = f"p{number:02d}"
        log += visit
    kept = [neighbour for _, neighbour, *_ in _learned(read(log))["neighbours"]]
    assert kept == [f"p{number:02d}" for number in range(50)]


def test_products_of_one_basket_go_together_in_both_directions(read) -> None:
    shares = _shares(read(session("s1", "abc", kind="purchase")))
    assert shares["bought", "a", "b"] == shares["bought", "b", "a"]
    # The one basket with a held b; five more are added that did not.
    assert shares["bought", "a", "b"] == pytest.approx(1 / 6, rel=1e-3)
    assert ("bought", "a", "a") not in shares


def test_a_wholesalers_basket_says_nothing(read) -> None:
    basket = session("s1", "a" * 101, kind="purchase")
    for number, line in enumerate(basket):
        line["product_id"] = f"p{number}"
    assert _shares(read(basket)) == {}


def test_popularity_is_told_of_all_of_a_category_and_of_a_segment(read) -> None:
    shoes = session("s2", "cc", category="shoes")
    dataset = read([*session("s1", "aab"), *shoes])
    dataset.connection.execute("CREATE TABLE own AS SELECT 's2' AS session_id, 1 AS segment")
    popular = _learned(dataset, dataset.backend.table("own"))["popular"]
    found = {(kind, key, product): share for kind, key, product, share in popular}
    expected = {
        ("all", "", "a"): 0.4,
        ("all", "", "b"): 0.2,
        ("all", "", "c"): 0.4,
        ("category", "hats", "a"): 2 / 3,
        ("category", "hats", "b"): 1 / 3,
        ("category", "shoes", "c"): 1.0,
        ("segment", "1", "c"): 1.0,
    }
    # A minute more of age weighs a little less.
    assert found == pytest.approx(expected, rel=1e-4)


def test_purchases_make_popularity_only_where_there_are_no_views(read) -> None:
    bought = session("s2", "b", kind="purchase")
    with_views = _learned(read([*session("s1", "a"), *bought]))["popular"]
    assert {product for _, _, product, _ in with_views} == {"a"}
    assert {product for _, _, product, _ in _learned(read(bought))["popular"]} == {"b"}


def test_the_order_of_the_log_changes_nothing(read) -> None:
    log = [*session("s1", "abcab"), *session("s2", "bca"), *session("s3", "ab", kind="purchase")]
    moved = random.Random(0).sample(log, len(log))
    assert _learned(read(moved)) == _learned(read(log))
