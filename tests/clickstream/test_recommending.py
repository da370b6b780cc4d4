"""What is recommended, in which order, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickstream.recommending import Recommender

NEIGHBOURS = {
    ("viewed", "a"): [("b", 0.4), ("a", 0.2)],
    ("viewed", "b"): [("c", 0.3)],
    ("bought", "b"): [("d", 0.5)],
    ("bought", "c"): [("e", 0.4)],
}
POPULAR = {
    ("all", ""): [("e", 0.3), ("a", 0.1)],
    ("category", "hats"): [("f", 0.6)],
    ("segment", "2"): [("g", 0.7)],
}
CATEGORIES = {name: "hats" if name in "af" else None for name in "abcdefg"}
KNOWN = st.sampled_from("abcdefgxyz")


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender(NEIGHBOURS, POPULAR, CATEGORIES)


def _told(found) -> list[tuple[str, str, str]]:
    return [(one.product_id, one.relation, one.because_of) for one in found]


def test_neighbours_of_the_latest_view_come_first_and_popular_products_last(recommender) -> None:
    assert _told(recommender.recommend(["b", "a"], [], 10)) == [
        ("b", "viewed", "a"),
        ("a", "viewed", "a"),
        ("c", "viewed", "b"),
        ("f", "category", "hats"),
        ("e", "all", ""),
    ]


def test_a_basket_recommends_what_goes_with_it(recommender) -> None:
    assert _told(recommender.recommend([], ["b"], 1)) == [("d", "bought", "b")]


def test_a_product_put_twice_in_the_basket_counts_once(recommender) -> None:
    once, twice = (recommender.recommend([], basket, 9) for basket in (["b", "c"], list("bccc")))
    assert _told(once) == _told(twice)
    assert _told(once)[:2] == [("d", "bought", "b"), ("e", "bought", "c")]


def test_the_segment_is_asked_before_everyone(recommender) -> None:
    assert _told(recommender.recommend([], [], 2, segment=2)) == [
        ("g", "segment", "2"),
        ("e", "all", ""),
    ]
    assert _told(recommender.recommend([], [], 2, segment=7))[0] == ("e", "all", "")


def test_segments_are_known_by_their_popular_products(recommender) -> None:
    assert recommender.knows_segment(2)
    assert not recommender.knows_segment(7)


def test_what_was_viewed_may_be_left_out(recommender) -> None:
    named = {one.product_id for one in recommender.recommend(["b", "a"], [], 10, new_only=True)}
    assert named == {"c", "e", "f"}


@given(
    viewed=st.lists(KNOWN, max_size=30),
    basket=st.lists(KNOWN, max_size=5),
    limit=st.integers(1, 20),
    new_only=st.booleans(),
)
def test_nothing_of_the_basket_nothing_twice_and_nothing_unknown(
    recommender, viewed, basket, limit, new_only
) -> None:
    found = recommender.recommend(viewed, basket, limit, new_only=new_only)
    named = [one.product_id for one in found]
    assert len(named) <= limit
    assert len(set(named)) == len(named)
    assert not set(named) & (set(basket) | (set(viewed) if new_only else set()))
    assert all(map(recommender.knows, named))
