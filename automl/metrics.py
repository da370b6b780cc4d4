"""Metrics on the holdout, each with a 95 % interval from a bootstrap over units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from clickstream.manifest import CalibrationBin, Metric

__all__ = [
    "Resamples",
    "calibration_bins",
    "chance_metrics",
    "conversion_metrics",
    "f1_threshold",
    "log_losses",
    "paired_difference",
    "revenue_metrics",
]

Floats = npt.NDArray[np.float64]
Measure = Callable[[Floats, Floats, Floats], float]
"""Figure of (actual, predicted, weights)."""

_PROBABILITY_FLOOR = 1e-7
_RESAMPLES = 200


class Resamples:
    """Bootstrap samples of units, as weights of rows.

    Rows of one unit are drawn together, since they resemble each other (Field and Welsh, 2007).

    Parameters
    ----------
    units : ndarray of str, shape (N,)
        The unit of each row.
    seed : int
        Makes the samples.
    """

    def __init__(self, units: npt.NDArray[Any], seed: int) -> None:
        names, inverse = np.unique(units.astype(str), return_inverse=True)
        drawn = np.random.default_rng(seed).multinomial(
            len(names), np.full(len(names), 1 / len(names)), size=_RESAMPLES
        )
        self._drawn = drawn
        self._inverse = inverse

    def metric(self, measure: Measure, actual: Floats, predicted: Floats) -> Metric:
        """A figure with its interval.

        Parameters
        ----------
        measure : callable
            Takes actual, predicted and weights, (N,) each; rows that were not drawn weigh 0.
        actual, predicted : ndarray of float, shape (N,)
            What happened and what was said.
        """
        value = measure(actual, predicted, np.ones(len(actual)))
        drawn = [
            measure(actual, predicted, weights)
            for weights in self._samples()
            if _both_classes(actual[weights > 0])
        ]
        low, high = np.quantile(drawn, [0.025, 0.975])
        return Metric(value=float(value), low=float(low), high=float(high))

    def mean(self, values: Floats) -> Metric:
        """Mean of a value per row, with its interval."""
        return self.ratio(values, np.ones(len(values)))

    def ratio(self, above: Floats, below: Floats) -> Metric:
        """Ratio of two sums over rows, with its interval; 0 where nothing is below the line."""
        drawn = _ratio(self._sums(above), self._sums(below))
        low, high = np.quantile(drawn, [0.025, 0.975])
        value = _ratio(np.atleast_1d(above.sum()), np.atleast_1d(below.sum()))
        return Metric(value=float(value[0]), low=float(low), high=float(high))

    def _sums(self, values: Floats) -> Floats:
        """Sum of every sample."""
        return np.asarray(self._drawn @ np.bincount(self._inverse, weights=values))

    def _samples(self) -> Any:
        for counts in self._drawn:
            yield counts[self._inverse].astype(np.float64)


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(len(above)), where=below > 0)


def _both_classes(actual: Floats) -> bool:
    return bool(len(np.unique(actual)) > 1)


def log_losses(actual: Floats, predicted: Floats) -> Floats:
    """Log loss of each row, in nats."""
    bounded = np.clip(predicted, _PROBABILITY_FLOOR, 1 - _PROBABILITY_FLOOR)
    return np.asarray(-np.where(actual > 0, np.log(bounded), np.log1p(-bounded)))


def f1_threshold(actual: Floats, predicted: Floats) -> float:
    """The score from which to say yes so that F1 is best, on rows the model did not see."""
    precision, recall, thresholds = metrics.precision_recall_curve(actual, predicted)
    total = precision + recall
    f1 = np.divide(2 * precision * recall, total, out=np.zeros_like(total), where=total > 0)
    return float(thresholds[int(np.argmax(f1[:-1]))])


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
    ranking = _Ranking(predicted)
    measures: dict[str, Measure] = {
        "roc_auc": lambda a, _, w: ranking.roc_auc(a, w),
        "average_precision": lambda a, _, w: ranking.average_precision(a, w),
    }
    made = {
        name: resamples.metric(measure, actual, predicted) for name, measure in measures.items()
    }
    made["log_loss"] = resamples.mean(log_losses(actual, predicted))
    made["brier"] = resamples.mean((predicted - actual) ** 2)
    return made


class _Ranking:
    """Figures of an order of rows under many weights.

    Scikit-learn's own sort and check the rows anew for every one of the samples.
    """

    def __init__(self, predicted: Floats) -> None:
        self._order = np.argsort(-predicted, kind="stable")
        ranked = predicted[self._order]
        self._ties_end = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)

    def roc_auc(self, actual: Floats, weights: Floats) -> float:
        yes, no = self._found(actual, weights)
        return float(np.trapezoid(np.append(0, yes), np.append(0, no)) / (yes[-1] * no[-1]))

    def average_precision(self, actual: Floats, weights: Floats) -> float:
        yes, no = self._found(actual, weights)
        precision = yes / np.maximum(yes + no, np.finfo(np.float64).tiny)
        return float(np.diff(yes, prepend=0) @ precision / yes[-1])

    def _found(self, actual: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """Weights of yes and of no among the rows ranked up to each value."""
        positives = np.cumsum((weights * (actual > 0))[self._order])[self._ties_end]
        everything = np.cumsum(weights[self._order])[self._ties_end]
        return positives, everything - positives


def revenue_metrics(actual: Floats, predicted: Floats, resamples: Resamples) -> dict[str, Metric]:
    """Figures of an amount, in currency units where they have one.

    Parameters
    ----------
    actual, predicted : ndarray of float, shape (N,)
        Amounts.
    resamples : Resamples
        Over the same rows.
    """
    return {
        "rmse": resamples.metric(_rmse, actual, predicted),
        "r2": resamples.metric(
            lambda a, p, w: metrics.r2_score(a, p, sample_weight=w), actual, predicted
        ),
        "mae": resamples.mean(np.abs(predicted - actual)),
        "bias": resamples.mean(predicted - actual),
    }


def _rmse(actual: Floats, predicted: Floats, weights: Floats) -> float:
    return float(np.sqrt(np.average((predicted - actual) ** 2, weights=weights)))


def paired_difference(better: Floats, worse: Floats, resamples: Resamples) -> Metric:
    """Mean of worse minus better, row by row; its interval above zero means a real gain."""
    return resamples.mean(worse - better)


def calibration_bins(actual: Floats, predicted: Floats, number: int = 10) -> list[CalibrationBin]:
    """Predicted against observed share of yes, in bins of equal size.

    Parameters
    ----------
    actual, predicted : ndarray of float, shape (N,)
        0 or 1, and the chance of 1.
    number : int, default 10
        How many bins.
    """
    order = np.argsort(predicted, kind="stable")
    return [
        CalibrationBin(
            rows=len(part),
            predicted=float(predicted[part].mean()),
            observed=float(actual[part].mean()),
        )
        for part in np.array_split(order, number)
        if len(part)
    ]
