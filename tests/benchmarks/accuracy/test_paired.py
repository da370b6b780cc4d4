from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy.measures import mae
from benchmarks.accuracy.paired import over_splits, over_units


def test_splits_that_agree_on_the_difference_leave_no_error() -> None:
    pair = over_splits([0.9, 0.8, 0.7], [0.8, 0.7, 0.6])
    assert pair.ours == pytest.approx(0.8)
    assert pair.difference == pytest.approx(0.1)
    assert pair.error == pytest.approx(0.0)


def test_the_error_is_that_of_a_mean_of_differences() -> None:
    pair = over_splits([1.0, 2.0, 3.0, 6.0], [0.0, 0.0, 0.0, 0.0])
    assert pair.error == pytest.approx(np.std([1, 2, 3, 6], ddof=1) / 2)
    assert over_splits([1.0], [0.0]).cells(1) == ("1.0", "0.0", "+1.0")


def test_rows_of_one_unit_are_one_observation() -> None:
    random = np.random.default_rng(1)
    noise = random.normal(size=400)
    actual, ours, theirs = np.zeros(400), np.abs(noise), np.full(400, 0.5)
    single = over_units(mae, actual, ours, theirs, np.arange(400))
    assert single.error == pytest.approx(np.abs(noise).std() / 20, rel=0.2)
    copies = [np.repeat(values, 9) for values in (actual, ours, theirs, np.arange(400))]
    assert over_units(mae, *copies).error == pytest.approx(single.error)
    assert over_units(mae, *copies).difference == pytest.approx(single.difference)


def test_a_model_does_not_differ_from_itself() -> None:
    said = np.array([1.0, 2.0, 4.0])
    pair = over_units(mae, np.zeros(3), said, said, np.arange(3))
    assert (pair.difference, pair.error) == (0.0, 0.0)
    assert pair.cells(2) == ("2.33", "2.33", "+0.00 ± 0.00")
