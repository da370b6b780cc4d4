from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from automl.metrics import (
    Resamples,
    calibration_bins,
    conversion_metrics,
    interval_metrics,
    log_losses,
    paired_difference,
    revenue_metrics,
)

RANDOM = np.random.default_rng(2)
N = 1_500
UNITS = np.array([f"u{n}" for n in RANDOM.integers(0, 600, N)], dtype=object)
CHANCE = RANDOM.beta(1, 4, N)
ACTUAL = (RANDOM.random(N) < CHANCE).astype(np.float64)
AMOUNT = RANDOM.gamma(2.0, 20.0, N)
SAID = AMOUNT + RANDOM.normal(0, 15, N)
RESAMPLES = Resamples(UNITS, seed=0)


def test_figures_of_chances_are_those_of_scikit_learn() -> None:
    found = conversion_metrics(ACTUAL, CHANCE, 0.3, RESAMPLES)
    yes = CHANCE >= 0.3
    expected = {
        "roc_auc": reference.roc_auc_score(ACTUAL, CHANCE),
        "average_precision": reference.average_precision_score(ACTUAL, CHANCE),
        "f1": reference.f1_score(ACTUAL, yes),
        "precision": reference.precision_score(ACTUAL, yes),
        "recall": reference.recall_score(ACTUAL, yes),
        "log_loss": reference.log_loss(ACTUAL, CHANCE),
        "brier": reference.brier_score_loss(ACTUAL, CHANCE),
        "accuracy": reference.accuracy_score(ACTUAL, yes),
    }
    own = {"calibration_error", "lift_top_decile"}
    assert set(found) - own == set(expected)
    assert {name: found[name].value for name in expected} == pytest.approx(expected)


def test_intervals_of_chances_are_those_that_scikit_learn_would_give() -> None:
    rounded = np.round(CHANCE, 1)
    found = conversion_metrics(ACTUAL, rounded, 0.3, RESAMPLES)
    for name, own in {
        "roc_auc": reference.roc_auc_score,
        "average_precision": reference.average_precision_score,
        "f1": lambda a, p, sample_weight: reference.f1_score(
            a, p >= 0.3, sample_weight=sample_weight
        ),
    }.items():
        (expected,) = RESAMPLES.figures(
            lambda w, own=own: {"": own(ACTUAL, rounded, sample_weight=w)}, ACTUAL
        ).values()
        assert found[name].model_dump() == pytest.approx(expected.model_dump())


def test_the_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    for said in (CHANCE, np.round(CHANCE, 1), CHANCE**2):
        bins = calibration_bins(ACTUAL, said)
        expected = sum(part.rows * abs(part.predicted - part.observed) for part in bins) / N
        found = conversion_metrics(ACTUAL, said, 0.3, RESAMPLES)["calibration_error"]
        assert found.value == pytest.approx(expected)
        assert 0 <= found.low <= found.value <= found.high


def test_one_chance_for_everyone_is_off_by_its_distance_to_the_share_of_yes() -> None:
    found = conversion_metrics(ACTUAL, np.full(N, 0.5), 0.3, RESAMPLES)
    assert found["calibration_error"].value == pytest.approx(0.5 - ACTUAL.mean())
    assert found["lift_top_decile"].value == pytest.approx(1), "no row is ahead of another"


def test_the_lift_is_the_share_of_yes_in_the_top_tenth_by_that_of_all() -> None:
    found = conversion_metrics(ACTUAL, CHANCE, 0.3, RESAMPLES)["lift_top_decile"]
    top = np.argsort(-CHANCE)[: N // 10]
    assert found.value == pytest.approx(ACTUAL[top].mean() / ACTUAL.mean())
    perfect = conversion_metrics(ACTUAL, ACTUAL, 0.3, RESAMPLES)["lift_top_decile"]
    assert perfect.value == pytest.approx(min(1 / ACTUAL.mean(), 10))


def test_figures_of_amounts_are_those_of_scikit_learn() -> None:
    found = revenue_metrics(AMOUNT, SAID, RESAMPLES)
    expected = {
        "mse": reference.mean_squared_error(AMOUNT, SAID),
        "rmsle": reference.root_mean_squared_log_error(AMOUNT, SAID.clip(0)),
        "total_ratio": SAID.sum() / AMOUNT.sum(),
        "rmse": reference.root_mean_squared_error(AMOUNT, SAID),
        "r2": reference.r2_score(AMOUNT, SAID),
        "mae": reference.mean_absolute_error(AMOUNT, SAID),
        "bias": float(np.mean(SAID - AMOUNT)),
    }
    assert set(found) - {"gini"} == set(expected)
    assert {name: found[name].value for name in expected} == pytest.approx(expected)


def test_intervals_of_amounts_are_those_that_scikit_learn_would_give() -> None:
    found = revenue_metrics(AMOUNT, SAID, RESAMPLES)
    for name, own in {
        "rmse": reference.root_mean_squared_error,
        "r2": reference.r2_score,
        "mae": reference.mean_absolute_error,
    }.items():
        (expected,) = RESAMPLES.figures(
            lambda w, own=own: {"": own(AMOUNT, SAID, sample_weight=w)}, AMOUNT
        ).values()
        assert found[name].model_dump() == pytest.approx(expected.model_dump())


def test_the_gini_is_one_for_the_right_order_and_of_two_outcomes_the_auc_stretched() -> None:
    assert revenue_metrics(AMOUNT, np.sqrt(AMOUNT), RESAMPLES)["gini"].value == pytest.approx(1)
    assert revenue_metrics(AMOUNT, -AMOUNT, RESAMPLES)["gini"].value == pytest.approx(-1)
    assert revenue_metrics(AMOUNT, np.full(N, 3.0), RESAMPLES)["gini"].value == pytest.approx(0)
    found = revenue_metrics(ACTUAL, CHANCE, RESAMPLES)["gini"].value
    assert found == pytest.approx(2 * reference.roc_auc_score(ACTUAL, CHANCE) - 1)


def test_an_amount_counts_as_covered_up_to_the_ends_of_its_interval() -> None:
    lower, upper = np.where(np.arange(N) < 300, AMOUNT + 1, AMOUNT - 3), AMOUNT + 5
    found = interval_metrics(AMOUNT, lower, upper, RESAMPLES)
    assert found["interval_coverage"].value == pytest.approx(0.8)
    assert found["interval_width"].value == pytest.approx(0.2 * 4 + 0.8 * 8)
    exact = interval_metrics(AMOUNT, AMOUNT, AMOUNT, RESAMPLES)
    assert (exact["interval_coverage"].value, exact["interval_width"].value) == (1, 0)


def test_every_interval_holds_its_value_and_is_a_real_one() -> None:
    found = conversion_metrics(ACTUAL, CHANCE, 0.3, RESAMPLES) | revenue_metrics(
        AMOUNT, SAID, RESAMPLES
    )
    for metric in found.values():
        assert metric.low < metric.value < metric.high
        assert metric.high - metric.low < 0.5 * max(abs(metric.value), 4)


def test_who_never_says_yes_has_no_precision_and_no_recall() -> None:
    found = conversion_metrics(ACTUAL, np.full(N, 0.1), 0.3, RESAMPLES)
    assert found["f1"].value == found["precision"].value == found["recall"].value == 0
    assert found["roc_auc"].value == 0.5


def test_an_interval_is_wider_where_rows_of_a_unit_are_alike() -> None:
    units = np.repeat(np.arange(150), 10)
    values = np.repeat(RANDOM.normal(size=150), 10)
    together = Resamples(units, seed=0).mean(values)
    apart = Resamples(np.arange(1_500), seed=0).mean(values)
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_a_95_per_cent_interval_covers_the_truth_about_as_often() -> None:
    covered = [
        (lambda metric: metric.low <= 0 <= metric.high)(
            Resamples(np.arange(200), seed=n).mean(np.random.default_rng(n).normal(size=200))
        )
        for n in range(200)
    ]
    assert 0.89 < np.mean(covered) < 0.99


def test_the_seed_settles_the_interval() -> None:
    again = Resamples(UNITS, seed=0).mean(AMOUNT)
    assert again == RESAMPLES.mean(AMOUNT)
    assert again != Resamples(UNITS, seed=1).mean(AMOUNT)


def test_log_loss_is_bounded_where_a_chance_is_certain_and_wrong() -> None:
    found = log_losses(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, 1.0, 0.25]))
    assert np.isfinite(found).all()
    assert found == pytest.approx([-np.log(1e-7), -np.log(1e-7), 0.0, -np.log(0.75)], abs=1e-6)


def test_bins_of_calibration_are_equally_large_ordered_and_hold_every_row() -> None:
    bins = calibration_bins(ACTUAL, CHANCE)
    assert [part.rows for part in bins] == [150] * 10
    predicted = [part.predicted for part in bins]
    assert predicted == sorted(predicted)
    assert sum(part.rows * part.observed for part in bins) == pytest.approx(ACTUAL.sum())
    assert all(abs(part.predicted - part.observed) < 0.12 for part in bins), "CHANCE is calibrated"
    assert [part.rows for part in calibration_bins(ACTUAL[:7], CHANCE[:7])] == [1] * 7


def test_a_gain_is_the_worse_loss_minus_the_better_row_by_row() -> None:
    better, worse = RANDOM.random(N), RANDOM.random(N)
    found = paired_difference(better, worse, RESAMPLES)
    assert found.value == pytest.approx(np.mean(worse - better))
    shifted = paired_difference(better, better + 0.01, RESAMPLES)
    assert (shifted.low, shifted.high) == pytest.approx((0.01, 0.01))
