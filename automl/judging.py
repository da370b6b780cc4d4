"""Judge a winner on rows that it did not see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from automl.leaderboard import family_losses
from automl.metrics import (
    Resamples,
    calibration_bins,
    conversion_metrics,
    f1_threshold,
    paired_difference,
    revenue_metrics,
)
from automl.table import Prepared
from clickstream.answers import Kind
from clickstream.manifest import CalibrationBin, Interval, IntervalBin, Metric
from clickstream.scoring import spend_interval

__all__ = ["Judged", "judge"]

Floats = npt.NDArray[np.float64]

_LEVEL = 0.9
_BIN_SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98)
"""Where bins of the prediction begin, finer at the top, where the amounts are."""
_BIN_ROWS = 50


@dataclass(frozen=True)
class Judged:
    """What a winner is worth on the holdout.

    Attributes
    ----------
    metrics, baseline : dict of str to Metric
        Of the winner, and of the constant that training alone would say.
    gain : Metric
        The constant's loss minus the winner's, row by row.
    threshold : float or None
        From which a chance counts as yes; best F1 on validation rows.
    calibration : list of CalibrationBin
        Of chances.
    interval : Interval or None
        Of amounts.
    """

    metrics: dict[str, Metric]
    baseline: dict[str, Metric]
    gain: Metric
    threshold: float | None = None
    calibration: tuple[CalibrationBin, ...] = ()
    interval: Interval | None = None


def judge(
    kind: Kind, prepared: Prepared, predicted: Floats, unseen: tuple[Floats, Floats], seed: int
) -> Judged:
    """Measure predictions on the holdout beside the constant baseline.

    Parameters
    ----------
    kind : {'conversion', 'revenue'}
        A chance or an amount.
    prepared : Prepared
        With the holdout's labels and the training's mean.
    predicted : ndarray of float, shape (rows of the holdout,)
        By the winner, fitted on the training part alone.
    unseen : tuple of ndarray
        Actual and predicted of validation rows, by models that did not see them: threshold and
        interval are fitted here.
    seed : int
        Of the bootstrap.
    """
    actual = prepared.holdout.label
    resamples = Resamples(prepared.holdout.unit_ids, seed)
    constant = np.full(len(actual), prepared.training.label.mean())
    losses = family_losses(actual, predicted, kind)
    gain = paired_difference(losses, family_losses(actual, constant, kind), resamples)
    if kind == "conversion":
        return _chances(actual, predicted, constant, gain, unseen, resamples)
    return _amounts(actual, predicted, constant, gain, unseen, resamples)


def _chances(
    actual: Floats,
    predicted: Floats,
    constant: Floats,
    gain: Metric,
    unseen: tuple[Floats, Floats],
    resamples: Resamples,
) -> Judged:
    threshold = f1_threshold(*unseen)
    return Judged(
        conversion_metrics(actual, predicted, threshold, resamples),
        conversion_metrics(actual, constant, threshold, resamples),
        gain,
        threshold=threshold,
        calibration=tuple(calibration_bins(actual, predicted)),
    )


def _amounts(
    actual: Floats,
    predicted: Floats,
    constant: Floats,
    gain: Metric,
    unseen: tuple[Floats, Floats],
    resamples: Resamples,
) -> Judged:
    return Judged(
        revenue_metrics(actual, predicted, resamples),
        revenue_metrics(actual, constant, resamples),
        gain,
        interval=_interval(actual, predicted, unseen),
    )


def _interval(actual: Floats, predicted: Floats, unseen: tuple[Floats, Floats]) -> Interval:
    """Quantiles of validation residuals by size of the prediction, checked on the holdout.

    One pair for all would be right on average and wrong for nearly everyone: where most spend
    nothing, the errors of small and of large predictions have little in common.
    """
    bins = _bins(*unseen)
    interval = Interval(level=_LEVEL, bins=bins, holdout_coverage=0.0)
    lower, upper = spend_interval(predicted, interval)
    inside = (actual >= lower) & (actual <= upper)
    return interval.model_copy(update={"holdout_coverage": float(inside.mean())})


def _bins(actual: Floats, predicted: Floats) -> list[IntervalBin]:
    shares = [
        share for share in _BIN_SHARES if share == 0 or (1 - share) * len(actual) >= _BIN_ROWS
    ]
    starts = np.unique(np.quantile(predicted, shares, method="lower"))
    place = np.searchsorted(starts[1:], predicted, side="right")
    residuals = actual - predicted
    return [_bin(float(start), residuals[place == number]) for number, start in enumerate(starts)]


def _bin(start: float, residuals: Floats) -> IntervalBin:
    low, high = np.quantile(residuals, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return IntervalBin(start=start, rows=len(residuals), low=float(low), high=float(high))
