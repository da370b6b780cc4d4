"""Prediction intervals of amounts, by conformal prediction."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from automl.winner import Unseen
from clickstream.manifest import Interval, IntervalBin
from clickstream.scoring import spend_interval

with warnings.catch_warnings():
    # The library turns on a category of warnings for the whole process when it is imported.
    from crepes import ConformalPredictiveSystem

__all__ = ["conformal_interval"]

Floats = npt.NDArray[np.float64]

_LEVEL = 0.9
_BIN_SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98)
"""Where bins of the prediction begin, finer at the top, where the amounts are."""
_BIN_ROWS = 50


def conformal_interval(unseen: Unseen, actual: Floats, predicted: Floats) -> Interval:
    """Learn how far amounts lie from their predictions, and check it on the holdout.

    A Mondrian conformal predictive system (Boström, Johansson and Löfström 2021, "Mondrian
    conformal predictive distributions") with the size of the prediction as its categories: one
    pair of quantiles for all would be right on average and wrong for nearly everyone, since where
    most spend nothing, the errors of small and of large predictions have little in common.

    Parameters
    ----------
    unseen : Unseen
        Validation rows, on which the quantiles are learned.
    actual, predicted : ndarray of float, shape (N,)
        Of the holdout, in currency units; only the share inside the interval comes from them.
    """
    interval = Interval(level=_LEVEL, bins=_bins(unseen), holdout_coverage=0.0)
    lower, upper = spend_interval(predicted, interval)
    inside = (actual >= lower) & (actual <= upper)
    return interval.model_copy(update={"holdout_coverage": float(inside.mean())})


def _bins(unseen: Unseen) -> list[IntervalBin]:
    starts = _starts(unseen.predicted)
    place = np.searchsorted(starts[1:], unseen.predicted, side="right")
    # Nobody spends less than nothing: an amount of 0 is inside every interval that begins at 0,
    # whatever was predicted for it, and must not pass for a residual that another prediction has.
    residuals = np.where(unseen.actual > 0, unseen.actual - unseen.predicted, -np.inf)
    system = ConformalPredictiveSystem().fit(residuals, bins=place)
    bins = np.arange(len(starts))
    quantiles = system.predict_percentiles(
        np.zeros(len(bins)),
        bins=bins,
        lower_percentiles=50 * (1 - _LEVEL),
        higher_percentiles=[100 * _LEVEL, 50 * (1 + _LEVEL)],
    )
    return [
        _bin(start, int(size), *row)
        for start, size, row in zip(starts, np.bincount(place), quantiles.tolist(), strict=True)
    ]


def _bin(start: float, rows: int, low: float, one_sided: float, two_sided: float) -> IntervalBin:
    """Where the interval begins at 0 nothing can lie below it, and all that is missed lies above.

    Its upper end is at least the prediction itself.
    """
    if np.isinf(low):
        return IntervalBin(start=start, rows=rows, low=None, high=max(one_sided, 0.0))
    return IntervalBin(start=start, rows=rows, low=low, high=max(two_sided, 0.0))


def _starts(predicted: Floats) -> list[float]:
    """Where bins begin; none is left with too few rows, as between ties it might be."""
    rows = len(predicted)
    shares = [share for share in _BIN_SHARES if share == 0 or (1 - share) * rows >= _BIN_ROWS]
    first, *others = np.quantile(predicted, shares, method="lower").tolist()
    starts = [float(first)]
    for start in others:
        if np.sum((predicted >= starts[-1]) & (predicted < start)) >= _BIN_ROWS:
            starts.append(float(start))
    return starts
