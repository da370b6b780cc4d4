"""Figures of predictions, with weights so that a bootstrap can draw rows again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from sklearn import metrics

__all__ = [
    "Floats",
    "Measure",
    "average_precision",
    "calibration_error",
    "mae",
    "normalised_gini",
    "r2",
    "roc_auc",
]

Floats = npt.NDArray[np.float64]
Measure = Callable[[Floats, Floats, Floats | None], float]
"""Figure of what happened, what was said, and the weights of the rows (None for equal ones)."""

_BINS = 10


def roc_auc(actual: Floats, predicted: Floats, weights: Floats | None = None) -> float:
    """Chance that a yes is ranked above a no."""
    return float(metrics.roc_auc_score(actual, predicted, sample_weight=weights))


def average_precision(actual: Floats, predicted: Floats, weights: Floats | None = None) -> float:
    """Mean precision over the ranks of all yes."""
    return float(metrics.average_precision_score(actual, predicted, sample_weight=weights))


def r2(actual: Floats, predicted: Floats, weights: Floats | None = None) -> float:
    """Share of the variance that is explained."""
    return float(metrics.r2_score(actual, predicted, sample_weight=weights))


def mae(actual: Floats, predicted: Floats, weights: Floats | None = None) -> float:
    """Mean absolute error."""
    return float(np.average(np.abs(predicted - actual), weights=weights))


def normalised_gini(actual: Floats, predicted: Floats, weights: Floats | None = None) -> float:
    """How well amounts are ranked: 0 by chance, 1 as by the amounts themselves.

    The area between the curve of cumulated amounts by prediction and the diagonal, over the same
    area by the amounts (Frees, Meyers and Cummings, 2011, Journal of the American Statistical
    Association 106, 1085-1098). Equal predictions share what they have.
    """
    weights = np.ones(len(actual)) if weights is None else weights
    return _gini(actual, predicted, weights) / _gini(actual, actual, weights)


def _gini(amounts: Floats, ranking: Floats, weights: Floats) -> float:
    order = np.argsort(-ranking, kind="stable")
    ranked = ranking[order]
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    people = np.append(0, np.cumsum(weights[order])[ends])
    money = np.append(0, np.cumsum((weights * amounts)[order])[ends])
    return float(np.trapezoid(money, people) / (money[-1] * people[-1]) - 0.5)


def calibration_error(actual: Floats, predicted: Floats) -> float:
    """Mean distance of chance and frequency over ten bins of equal count.

    The expected calibration error of Naeini, Cooper and Hauskrecht (2015), Obtaining Well
    Calibrated Probabilities Using Bayesian Binning, AAAI 29.
    """
    bins = np.array_split(np.argsort(predicted, kind="stable"), _BINS)
    return float(
        sum(len(rows) * abs(predicted[rows].mean() - actual[rows].mean()) for rows in bins)
        / len(actual)
    )
