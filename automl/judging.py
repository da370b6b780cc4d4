"""Judge a winner on rows that it did not see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from automl.families.losses import row_losses
from automl.intervals import conformal_interval
from automl.metrics import (
    Resamples,
    calibration_bins,
    conversion_metrics,
    interval_metrics,
    paired_difference,
    revenue_metrics,
)
from automl.table import Prepared
from automl.thresholds import ThresholdRule, choose_threshold
from automl.winner import Unseen
from clickstream.answers import Kind
from clickstream.manifest import CalibrationBin, Interval, Metric
from clickstream.scoring import spend_interval

__all__ = ["Judged", "amount_metrics", "judge"]

Floats = npt.NDArray[np.float64]


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
        From which a chance counts as yes, chosen on validation rows.
    threshold_rule : str or None
        How.
    calibration : list of CalibrationBin
        Of chances.
    interval : Interval or None
        Of amounts.
    """

    metrics: dict[str, Metric]
    baseline: dict[str, Metric]
    gain: Metric
    threshold: float | None = None
    threshold_rule: str | None = None
    calibration: tuple[CalibrationBin, ...] = ()
    interval: Interval | None = None


def judge(
    kind: Kind,
    prepared: Prepared,
    predicted: Floats,
    unseen: Unseen,
    seed: int,
    rule: ThresholdRule,
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
    unseen : Unseen
        Validation rows, predicted by models that did not see them: threshold and interval are
        fitted here.
    seed : int
        Of the bootstrap.
    rule : ThresholdRule
        How the threshold of a chance is chosen.

    Raises
    ------
    ReleaseRefused
        If no threshold follows the rule.
    """
    actual = prepared.holdout.label
    resamples = Resamples(prepared.holdout.unit_ids, seed)
    constant = np.full(len(actual), prepared.training.label.mean())
    losses = row_losses(actual, predicted, kind)
    gain = paired_difference(losses, row_losses(actual, constant, kind), resamples)
    if kind == "conversion":
        return _chances(actual, predicted, constant, gain, unseen, resamples, rule)
    return _amounts(actual, predicted, constant, gain, unseen, resamples)


def _chances(
    actual: Floats,
    predicted: Floats,
    constant: Floats,
    gain: Metric,
    unseen: Unseen,
    resamples: Resamples,
    rule: ThresholdRule,
) -> Judged:
    threshold = choose_threshold(rule, unseen.actual, unseen.predicted)
    return Judged(
        conversion_metrics(actual, predicted, threshold, resamples),
        conversion_metrics(actual, constant, threshold, resamples),
        gain,
        threshold=threshold,
        threshold_rule=str(rule),
        calibration=tuple(calibration_bins(actual, predicted)),
    )


def _amounts(
    actual: Floats,
    predicted: Floats,
    constant: Floats,
    gain: Metric,
    unseen: Unseen,
    resamples: Resamples,
) -> Judged:
    interval = conformal_interval(unseen, actual, predicted)
    return Judged(
        amount_metrics(actual, predicted, interval, resamples),
        revenue_metrics(actual, constant, resamples),
        gain,
        interval=interval,
    )


def amount_metrics(
    actual: Floats, predicted: Floats, interval: Interval, resamples: Resamples
) -> dict[str, Metric]:
    """Figures of an amount and of the interval around it.

    Parameters
    ----------
    actual, predicted : ndarray of float, shape (N,)
        Amounts.
    interval : Interval
        Which belongs to the predictions.
    resamples : Resamples
        Over the same rows.
    """
    lower, upper = spend_interval(predicted, interval)
    found = revenue_metrics(actual, predicted, resamples)
    return found | interval_metrics(actual, lower, upper, resamples)
