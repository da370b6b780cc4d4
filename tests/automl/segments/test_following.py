"""What members did next is counted once each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from automl.segments.following import explained_share, moved_share, moves, next_windows


def test_members_are_counted_by_where_they_are_next() -> None:
    before = pd.Series([1, 1, 1, 1, 2], index=list("abcde"))
    after = pd.Series([2, 1, 1, 3], index=["b", "a", "e", "new"])
    assert moves(before, after) == {1: {"1": 0.25, "2": 0.25, "gone": 0.5}, 2: {"1": 1.0}}
    assert moved_share(before, after) == 0.8


def test_shares_of_what_members_do_add_up() -> None:
    random = np.random.default_rng(0)
    before = pd.Series(random.integers(1, 5, 300))
    after = pd.Series(random.integers(1, 5, 300)).sample(200, random_state=0)
    for shares in moves(before, after).values():
        assert sum(shares.values()) == pytest.approx(1)


def test_who_buys_nothing_counts_in_the_mean() -> None:
    found = next_windows(np.array([0.0, 30.0, 5.0]), np.array([1, 1, 2]))
    assert (found[1].buying_share, found[1].spend_mean) == (0.5, 15.0)
    assert (found[2].buying_share, found[2].spend_mean) == (1.0, 5.0)


def test_between_nothing_and_everything_lies_between_segments() -> None:
    labels = np.array([1, 1, 2, 2])
    assert explained_share(np.array([3.0, 3.0, 8.0, 8.0]), labels) == pytest.approx(1)
    assert explained_share(np.array([1.0, 5.0, 1.0, 5.0]), labels) == pytest.approx(0)
    assert explained_share(np.zeros(4), labels) == 0
    # Within: 4 of a total of 20 squared.
    assert explained_share(np.array([1.0, 3.0, 5.0, 7.0]), labels) == pytest.approx(0.8)
