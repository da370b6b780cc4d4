"""Values are measured on units that have no part in it."""

from __future__ import annotations

import numpy as np
import pytest

from clickstream.leaks.coded import binned, coded_numbers, coded_strings, told_by_others

RANDOM = np.random.default_rng(0)
N = 4_000
HALF = np.arange(N) % 2 == 0


def test_rare_values_tell_nothing_of_labels_by_chance() -> None:
    codes, label = RANDOM.integers(0, N // 12, N), RANDOM.random(N) < 0.3
    told = told_by_others(codes, N // 12, label, HALF)
    assert told.auc == pytest.approx(0.5, abs=0.03)
    assert told.errors_saved < 0
    assert told.covered > 0.5


def test_values_that_fix_the_label_tell_all_of_it() -> None:
    codes = RANDOM.integers(0, 50, N)
    told = told_by_others(codes, 50, codes % 7 == 0, HALF)
    assert (told.auc, told.errors_saved, told.covered) == (1, 1, 1)


def test_values_of_one_half_alone_tell_nothing() -> None:
    told = told_by_others(HALF.astype(np.intp), 2, RANDOM.random(N) < 0.3, HALF)
    assert (told.auc, told.errors_saved, told.covered) == (0.5, 0, 0)


def test_numbers_are_coded_in_order_and_missing_ones_last() -> None:
    column = coded_numbers(np.array([3.0, np.nan, -1.0, 3.0, np.nan]))
    assert column.codes.tolist() == [1, 2, 0, 1, 2]
    assert (column.size, column.ordered, column.missing) == (3, True, True)


def test_numbers_fall_into_bins_of_about_equal_size_and_missing_ones_into_their_own() -> None:
    values = np.concatenate([np.exp(RANDOM.normal(size=N)), np.full(100, np.nan)])
    column = binned(coded_numbers(values), 11)
    counts = np.bincount(column.codes, minlength=11)
    assert counts[-1] == 100
    assert counts[:-1] == pytest.approx(np.full(10, N / 10), abs=N / 100)
    assert (np.diff(column.codes[:N][np.argsort(values[:N])]) >= 0).all()


def test_the_commonest_strings_keep_a_bin() -> None:
    values = np.array(["a"] * 5 + ["b"] * 3 + ["c", "d", "e"], dtype=object)
    column = binned(coded_strings(values), 3)
    assert column.codes.tolist() == [0] * 5 + [1] * 3 + [2] * 3
