"""Metrics on the holdout, each with a 95 % interval from a bootstrap over units."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from automl.ranking import Ranking
from automl.resampling import Resamples, ratio
from clickstream.manifest import CalibrationBin, Metric

__all__ = [
    "Resamples",
    "calibration_bins",
    "chance_metrics",
    "class_log_losses",
    "conversion_metrics",
    "interval_metrics",
    "log_losses",
    "paired_difference",
    "revenue_metrics",
    "root_mean_squared_log_error",
]

Floats = npt.NDArray[np.float64]
_PROBABILITY_FLOOR = 1e-7
_BINS = 10


def log_losses(actual: Floats, predicted: Floats) -> Floats:
    """Log loss of each row, in nats."""
    bounded = np.clip(predicted, _PROBABILITY_FLOOR, 1 - _PROBABILITY_FLOOR)
    return np.asarray(-np.where(actual > 0, np.log(bounded), np.log1p(-bounded)))


def class_log_losses(actual: Floats, predicted: Floats) -> Floats:
    """Log loss of each row, in nats, of one of several classes.

    Parameters
    ----------
    actual : ndarray of float, shape (N,)
        Number of the class.
    predicted : ndarray of float, shape (N, classes)
        Chance of each.
    """
    own = predicted[np.arange(len(actual)), actual.astype(np.int64)]
    return np.asarray(-np.log(np.clip(own, _PROBABILITY_FLOOR, 1)))


def conversion_metrics(
    actual: Floats, predicted: Floats, threshold: float, resamples: Resamples
) -> dict[str, Metric]:
    """Figures of a chance.

    Parameters
    ----------
    actual : ndarray of float, shape (N,)
        0 or 1.
    predicted : ndarray of float, shape (N,)
        Chance of 1.
    threshold : float
        From which to say yes.
    resamples : Resamples
        Over the same rows.
    """
    made = chance_metrics(actual, predicted, resamples)
    yes, said = actual > 0, predicted >= threshold
    hits = (yes & said).astype(np.float64)
    made["f1"] = resamples.ratio(2 * hits, yes.astype(np.float64) + said)
    made["precision"] = resamples.ratio(hits, said.astype(np.float64))
    made["recall"] = resamples.ratio(hits, yes.astype(np.float64))
    made["accuracy"] = resamples.mean((said == yes).astype(np.float64))
    return made


def chance_metrics(actual: Floats, predicted: Floats, resamples: Resamples) -> dict[str, Metric]:
    """Figures of a chance that need no threshold.

    Parameters
    ----------
    actual : ndarray of float, shape (N,)
        0 or 1.
    predicted : ndarray of float, shape (N,)
        Chance of 1.
    resamples : Resamples
        Over the same rows.
    """
    ranking, yes = Ranking(predicted), (actual > 0).astype(np.float64)
    return resamples.figures(lambda weights: ranking.of_chances(yes, weights), yes) | {
        "log_loss": resamples.mean(log_losses(actual, predicted)),
        "brier": resamples.mean((predicted - actual) ** 2),
        "calibration_error": _calibration_error(yes, predicted, resamples),
    }


def _calibration_error(actual: Floats, predicted: Floats, resamples: Resamples) -> Metric:
    """Expected calibration error (Naeini, Cooper and Hauskrecht 2015) over equally large bins.

    Bins of equal size are the less biased ones (Roelofs, Cain, Shlens and Mozer 2022,
    "Mitigating bias in calibration error estimation").
    """
    places, gaps = _bins(predicted), actual - predicted
    by_bin = [np.where(places == place, gaps, 0.0) for place in np.unique(places)]
    return resamples.of_sums(_mean_gap, np.ones(len(gaps)), *by_bin, centred=True)


def _mean_gap(rows: Floats, *gaps: Floats) -> Floats:
    return np.asarray(np.sum(np.abs(gaps), axis=0) / rows)


def revenue_metrics(actual: Floats, predicted: Floats, resamples: Resamples) -> dict[str, Metric]:
    """Figures of an amount, in currency units where they have one.

    `gini` is the Gini coefficient of the actual amounts in the order of the predicted ones,
    divided by that in their own order: 1 where the order is right, 0 where it is chance (Frees,
    Meyers and Cummings 2011, "Summarizing insurance scores using a Gini index", normalised).
    `rmsle` takes amounts below 0 as 0. `total_ratio` is the sum predicted by the actual sum.

    Parameters
    ----------
    actual, predicted : ndarray of float, shape (N,)
        Amounts.
    resamples : Resamples
        Over the same rows.
    """
    errors, ones = predicted - actual, np.ones(len(actual))
    logs = _log_errors(actual, predicted)
    centred = actual - actual.mean()
    return {
        "rmse": resamples.of_sums(_root_of_mean, errors**2, ones),
        "mse": resamples.mean(errors**2),
        "mae": resamples.mean(np.abs(errors)),
        "rmsle": resamples.of_sums(_root_of_mean, logs**2, ones),
        "r2": resamples.of_sums(_explained, errors**2, centred**2, centred, ones),
        "gini": _gini(actual, predicted, resamples),
        "bias": resamples.mean(errors),
        "total_ratio": resamples.ratio(predicted, actual),
    }


def root_mean_squared_log_error(actual: Floats, predicted: Floats) -> float:
    """The root of the mean squared difference of log(1 + amount); amounts below 0 count as 0.

    Parameters
    ----------
    actual, predicted : ndarray of float, shape (N,)
        Amounts.
    """
    return float(np.sqrt(np.mean(_log_errors(actual, predicted) ** 2)))


def _log_errors(actual: Floats, predicted: Floats) -> Floats:
    return np.asarray(np.log1p(np.maximum(predicted, 0)) - np.log1p(np.maximum(actual, 0)))


def _root_of_mean(squares: Floats, rows: Floats) -> Floats:
    return np.sqrt(squares / rows)


def _explained(errors: Floats, squares: Floats, amounts: Floats, rows: Floats) -> Floats:
    """R²; 0 in a sample of equal amounts, of which nothing is to be explained."""
    spread = squares - amounts**2 / rows
    return np.where(spread > 0, 1 - ratio(errors, spread), 0.0)


def _gini(actual: Floats, predicted: Floats, resamples: Resamples) -> Metric:
    said, best = Ranking(predicted), Ranking(actual)

    def normalised(weights: Floats) -> dict[str, float]:
        own = said.concentration(actual, weights)
        return {"gini": own / best.concentration(actual, weights)}

    return resamples.figures(normalised, actual)["gini"]


def interval_metrics(
    actual: Floats, lower: Floats, upper: Floats, resamples: Resamples
) -> dict[str, Metric]:
    """Share of amounts inside their prediction interval, and its mean width.

    Parameters
    ----------
    actual, lower, upper : ndarray of float, shape (N,)
        Amounts and the ends of their intervals, which belong to them.
    resamples : Resamples
        Over the same rows.
    """
    inside = (actual >= lower) & (actual <= upper)
    return {
        "interval_coverage": resamples.mean(inside.astype(np.float64)),
        "interval_width": resamples.mean(upper - lower),
    }


def paired_difference(better: Floats, worse: Floats, resamples: Resamples) -> Metric:
    """Mean of worse minus better, row by row; its interval above zero means a real gain."""
    return resamples.mean(worse - better)


def calibration_bins(
    actual: Floats, predicted: Floats, number: int = _BINS
) -> list[CalibrationBin]:
    """Predicted against observed share of yes, in bins of equal size.

    Parameters
    ----------
    actual, predicted : ndarray of float, shape (N,)
        0 or 1, and the chance of 1. Equal chances are in one bin, so there may be fewer.
    number : int, default 10
        How many bins.
    """
    places = _bins(predicted, number)
    return [
        CalibrationBin(
            rows=int(np.sum(places == place)),
            predicted=float(predicted[places == place].mean()),
            observed=float(actual[places == place].mean()),
        )
        for place in np.unique(places)
    ]


def _bins(predicted: Floats, number: int = _BINS) -> npt.NDArray[np.intp]:
    """The bin of each row, ascending; equal predictions are in one."""
    first_of_equals = np.searchsorted(np.sort(predicted), predicted)
    return np.asarray(first_of_equals * number // len(predicted))
