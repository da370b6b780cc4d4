from __future__ import annotations

import numpy as np
import pytest

from benchmarks.accuracy.measures import calibration_error, normalised_gini

AMOUNTS = np.array([0.0, 0.0, 5.0, 20.0, 75.0])


def test_the_order_of_the_amounts_themselves_has_a_gini_of_one() -> None:
    assert normalised_gini(AMOUNTS, np.sqrt(AMOUNTS)) == pytest.approx(1.0)
    assert normalised_gini(AMOUNTS, -AMOUNTS) == pytest.approx(-1.0)


def test_who_says_the_same_of_everybody_ranks_nobody() -> None:
    assert normalised_gini(AMOUNTS, np.full(5, 20.0)) == pytest.approx(0.0)


def test_equal_predictions_have_the_mean_gini_of_all_their_orders() -> None:
    tied = normalised_gini(AMOUNTS, np.array([1.0, 1.0, 1.0, 2.0, 2.0]))
    orders = [np.array([1.0, 1.0, 1.0, *last]) for last in ([3.0, 2.0], [2.0, 3.0])]
    assert tied == pytest.approx(np.mean([normalised_gini(AMOUNTS, order) for order in orders]))


def test_a_row_of_weight_two_is_two_rows() -> None:
    said, weights = np.array([3.0, 1.0, 2.0, 5.0, 4.0]), np.array([1.0, 2.0, 0.0, 1.0, 1.0])
    rows = np.repeat(np.arange(5), weights.astype(int))
    expected = normalised_gini(AMOUNTS[rows], said[rows])
    assert normalised_gini(AMOUNTS, said, weights) == pytest.approx(expected)


def test_chances_that_come_true_are_calibrated() -> None:
    random = np.random.default_rng(0)
    chances = random.uniform(size=100_000)
    happened = (random.uniform(size=100_000) < chances).astype(float)
    assert calibration_error(happened, chances) < 0.01
    assert calibration_error(happened, chances**2) == pytest.approx(1 / 6, abs=0.01)
