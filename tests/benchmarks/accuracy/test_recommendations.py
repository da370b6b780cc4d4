"""The plain list, and how it is judged."""

import pytest

from benchmarks.accuracy.recommendations import plain_list, reciprocal_ranks

EARLIER = [["a", "b", "c"], ["a", "b"], ["a", "c"], ["d", "d"]]


def test_the_plain_list_names_what_was_viewed_right_after_and_then_popular_products() -> None:
    way = plain_list(EARLIER)
    assert list(way(["x", "a"])) == ["b", "c", "a", "d"]
    assert list(way(["unknown"])) == ["a", "b", "c", "d"]


def test_the_place_of_the_last_product_counts() -> None:
    ranks = reciprocal_ranks(plain_list(EARLIER), [["a", "b"], ["a", "c"], ["a", "unknown"]])
    assert ranks.tolist() == pytest.approx([1, 1 / 2, 0])
