"""What is recommended, in which order, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickstream.recommending import Recommender, recommender_of

LEARNED = {
    "neighbours": [
        {"product_id": "a", "neighbour_id": "b", "relation": "viewed", "share": 0.4},
        {"product_id": "a", "neighbour_id": "a", "relation": "viewed", "share": 0.2},
        {"product_id": "b", "neighbour_id": "c", "relation": "viewed", "share": 0.3},
        {"product_id": "b", "neighbour_id": "d", "relation": "bought", "share": 0.5},
    ],
    "popular": [
        {"kind": "all", "key": "", "product_id": "e", "share": 0.3},
        {"kind": "all", "key": "", "product_id": "a", "share": 0.1},
        {"kind": "category", "key": "hats", "product_id": "f", "share": 0.6},
        {"kind": "segment", "key": "2", "product_id": "g", "share": 0.7},
    ],
    "product_categories": [
        {"product_id": name, "category": "hats" if name in "af" else None} for name in "abcdefg"
    ],
}
KNOWN = st.sampled_from("abcdefgxyz")


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return recommender_of(LEARNED)


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


def test_the_segment_is_asked_before_everyone(recommender) -> None:
    assert _told(recommender.recommend([], [], 2, segment=2)) == [
        ("g", "segment", "2"),
        ("e", "all", ""),
    ]
    assert _told(recommender.recommend([], [], 2, segment=7))[0] == ("e", "all", "")


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
