from __future__ import annotations

import numpy as np
import pytest

from automl.judging import judge
from automl.thresholds import ThresholdRule, parse_threshold
from automl.winner import Unseen
from clickstream.scoring import spend_interval
from tests.automl.hand_made import prepared

F1 = ThresholdRule()
RANDOM = np.random.default_rng(6)
N = 3_000


def _unseen(actual: np.ndarray, predicted: np.ndarray) -> Unseen:
    units = np.array([f"u{number}" for number in range(len(actual))], dtype=object)
    return Unseen(actual, predicted, units)


def test_a_good_chance_gains_on_the_prior_of_training() -> None:
    chance = RANDOM.beta(1, 3, N)
    actual = (RANDOM.random(N) < chance).astype(float)
    parts = prepared(np.repeat([1.0, 0.0], [250, 750]), actual)
    judged = judge("conversion", parts, chance, _unseen(actual, chance), 0, F1)
    assert judged.gain.low > 0
    prior = -np.where(actual > 0, np.log(0.25), np.log(0.75)).mean()
    assert judged.baseline["log_loss"].value == pytest.approx(prior)
    expected = judged.baseline["log_loss"].value - judged.metrics["log_loss"].value
    assert judged.gain.value == pytest.approx(expected)
    assert judged.interval is None
    assert len(judged.calibration) == 10


def test_a_chance_that_knows_nothing_does_not_gain() -> None:
    actual = (RANDOM.random(N) < 0.25).astype(float)
    parts = prepared(np.repeat([1.0, 0.0], [250, 750]), actual)
    judged = judge("conversion", parts, RANDOM.beta(1, 3, N), _unseen(actual, actual), 0, F1)
    assert judged.gain.high < 0


def test_the_threshold_comes_from_rows_the_model_did_not_see_and_not_from_the_holdout() -> None:
    chance = RANDOM.random(N)
    actual = (RANDOM.random(N) < chance).astype(float)
    parts = prepared(actual, actual)
    unseen = _unseen(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.2, 0.93, 0.95]))
    assert judge("conversion", parts, chance, unseen, 0, F1).threshold == 0.93


def test_the_threshold_follows_the_rule_and_says_which() -> None:
    chance = RANDOM.random(N)
    actual = (RANDOM.random(N) < chance).astype(float)
    rule = parse_threshold("cost=1,5")
    judged = judge("conversion", prepared(actual, actual), chance, _unseen(actual, chance), 0, rule)
    assert (judged.threshold, judged.threshold_rule) == (0.2, "cost=1.0,5.0")
    said = chance >= 0.2
    assert judged.metrics["precision"].value == pytest.approx(actual[said].mean())


def test_an_interval_comes_from_unseen_residuals_and_is_checked_on_the_holdout() -> None:
    predicted = RANDOM.uniform(50, 100, N)
    residual = RANDOM.uniform(-10, 30, N)
    parts = prepared(np.full(100, 80.0), predicted + residual)
    unseen = _unseen(100 + np.linspace(-10, 30, 401), np.full(401, 100.0))
    judged = judge("revenue", parts, predicted, unseen, 0, F1)
    interval = judged.interval
    assert interval is not None
    assert judged.metrics["interval_coverage"].value == interval.holdout_coverage
    assert judged.metrics["interval_width"].value == pytest.approx(36.2)
    (only,) = interval.bins
    # The 20th residual from each end: 0.05 of 402, since a new one may fall into any gap.
    assert (only.rows, only.low, only.high) == pytest.approx((401, -8.1, 28.1))
    assert interval.holdout_coverage == pytest.approx(0.9, abs=0.02)


def test_an_interval_is_as_wide_as_the_errors_of_similar_predictions() -> None:
    chance = RANDOM.choice([0.02, 0.5], N)
    actual = (RANDOM.random(N) < chance) * RANDOM.uniform(50, 150, N)
    expected = 100 * chance
    parts = prepared(actual, actual)
    interval = judge("revenue", parts, expected, _unseen(actual, expected), 0, F1).interval
    assert interval is not None
    lower, upper = spend_interval(np.array([2.0, 50.0]), interval)
    assert lower.tolist() == [0.0, 0.0], "half of those who are likely to buy buy nothing"
    assert upper[0] < 10 < 100 < upper[1]


def test_an_interval_of_mostly_nothing_begins_at_nothing_whatever_was_predicted() -> None:
    actual = np.where(RANDOM.random(N) < 0.3, RANDOM.uniform(50, 150, N), 0.0)
    # The refitted model says a little more than those of the folds did.
    parts = prepared(actual, actual)
    unseen = _unseen(actual, np.full(N, 29.0))
    judged = judge("revenue", parts, np.full(N, 30.0), unseen, 0, F1)
    assert judged.interval is not None
    (only,) = judged.interval.bins
    assert only.low is None
    assert judged.interval.holdout_coverage == pytest.approx(0.9, abs=0.02)


def test_the_mean_of_training_is_the_baseline_of_amounts() -> None:
    actual = RANDOM.gamma(2.0, 20.0, N)
    parts = prepared(np.array([10.0, 30.0] * 50), actual)
    judged = judge("revenue", parts, actual * 0.9, _unseen(actual, actual), 0, F1)
    assert judged.baseline["rmse"].value == pytest.approx(np.sqrt(np.mean((actual - 20) ** 2)))
    assert judged.baseline["bias"].value == pytest.approx(20 - actual.mean())
    assert judged.gain.low > 0
