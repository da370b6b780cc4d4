from __future__ import annotations

import numpy as np
import pytest

from automl.splits import ONE_FOLD_FROM, folds_by_time, folds_by_unit, grouped_holdout

RANDOM = np.random.default_rng(1)
UNITS = np.array([f"u{n}" for n in RANDOM.integers(0, 700, 3_000)], dtype=object)


def moments(size: int, longest: int = 100_000) -> tuple[np.ndarray, np.ndarray]:
    """Sessions that begin anywhere in 30 days and last up to `longest` seconds."""
    start = np.datetime64("2026-01-01", "us") + RANDOM.integers(0, 30 * 86_400, size).astype(
        "timedelta64[s]"
    )
    return start, start + RANDOM.integers(0, longest, size).astype("timedelta64[s]")


def test_the_holdout_is_a_fifth_of_the_units_and_keeps_each_together() -> None:
    held = grouped_holdout(UNITS, seed=3)
    inside, outside = set(UNITS[held]), set(UNITS[~held])
    assert not inside & outside
    assert len(inside) == round(0.2 * len(inside | outside))


def test_the_holdout_depends_on_the_seed_and_not_on_the_order_of_rows() -> None:
    order = RANDOM.permutation(len(UNITS))
    held = grouped_holdout(UNITS, seed=3)
    np.testing.assert_array_equal(grouped_holdout(UNITS[order], seed=3), held[order])
    assert (grouped_holdout(UNITS, seed=4) != held).any()


def test_folds_by_unit_validate_every_row_once_and_part_no_unit() -> None:
    folds = folds_by_unit(UNITS, seed=3)
    assert len(folds) == 5
    validated = np.concatenate([validation for _, validation in folds])
    assert sorted(validated) == list(range(len(UNITS)))
    for training, validation in folds:
        assert not set(UNITS[training]) & set(UNITS[validation])
        assert len(training) + len(validation) == len(UNITS)
        assert len(set(UNITS[validation])) == pytest.approx(len(set(UNITS)) / 5, abs=1)


@pytest.mark.parametrize(("size", "number"), [(2_000, 3), (ONE_FOLD_FROM, 1)])
def test_folds_by_time_never_validate_before_training_ends(size: int, number: int) -> None:
    start, end = moments(size)
    folds = folds_by_time(start, end)
    assert len(folds) == number
    for training, validation in folds:
        assert end[training].max() < start[validation].min()
        assert not set(training) & set(validation)
    validated = [set(validation) for _, validation in folds]
    assert sum(map(len, validated)) == len(set().union(*validated))
    assert max(start[list(validated[-1])]) == start.max()
    lengths = [len(training) for training, _ in folds]
    assert lengths == sorted(lengths)


def test_a_unit_that_goes_on_into_the_validation_is_in_neither_part() -> None:
    start, end = moments(2_000, longest=10 * 86_400)
    for training, validation in folds_by_time(start, end):
        first = start[validation].min()
        across = np.flatnonzero((start < first) & (end >= first))
        assert len(across) > 100
        assert not set(across) & (set(training) | set(validation))


@pytest.mark.parametrize("windows", [1, 2])
def test_folds_keep_label_windows_apart(windows: int) -> None:
    """Customers as of six moments a target window apart, with labels of one window or of two."""
    target = np.timedelta64(28, "D")
    start = np.datetime64("2026-01-01", "us") + RANDOM.integers(0, 6, 1_500) * target
    end = start + windows * target - np.timedelta64(1, "us")
    folds = folds_by_time(start, end)
    assert len(folds) == 3
    for training, validation in folds:
        first = start[validation].min()
        assert end[training].max() < first
        assert start[training].max() == first - windows * target, "no further apart than need be"
        assert not set(start[training]) & set(start[validation])


def test_a_log_of_one_moment_has_no_folds_by_time() -> None:
    start = np.full(100, np.datetime64("2026-01-01", "us"))
    assert folds_by_time(start, start) == []


def test_whole_days_are_never_parted() -> None:
    start = np.sort(moments(1_000)[0]).astype("datetime64[D]").astype("datetime64[us]")
    for training, validation in folds_by_time(start, start):
        assert not set(start[training]) & set(start[validation])
