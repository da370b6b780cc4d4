"""What pages and reports draw: scores, curves, thresholds, deciles, weeks, quality by clicks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn import metrics

from automl.ranking import Ranking
from automl.resampling import Resamples
from automl.table import Table
from clickstream.cuts import CUT_CLICKS

__all__ = ["conversion_evaluation", "revenue_evaluation"]

Floats = npt.NDArray[np.float64]

_POINTS = 101
_BINS = 20
_DECILES = 10
_DRAWN = 1_000
"""Points that a chart still shows apart."""


def conversion_evaluation(
    holdout: Table, predicted: Floats, threshold: float, seed: int = 0
) -> dict[str, Any]:
    """Score histogram, ROC and precision-recall curves, thresholds, gains, quality by clicks seen.

    Parameters
    ----------
    holdout : Table
        N rows.
    predicted : ndarray of float, shape (N,)
        Chances.
    threshold : float
        From which the answer is yes.
    seed : int, default 0
        Of the bootstrap.
    """
    actual = holdout.label > 0
    edges = np.linspace(0, 1, _BINS + 1)
    return {
        "scores": {
            "edges": edges.tolist(),
            "positives": np.histogram(predicted[actual], edges)[0].tolist(),
            "negatives": np.histogram(predicted[~actual], edges)[0].tolist(),
        },
        "roc": _roc(actual, predicted),
        "precision_recall": _precision_recall(actual, predicted),
        "thresholds": _thresholds(actual, predicted),
        "gains": _gains(actual, predicted),
        "confusion": metrics.confusion_matrix(
            actual, predicted >= threshold, labels=[False, True]
        ).tolist(),
        "by_clicks": _by_clicks(holdout, predicted, seed),
    }


def _roc(actual: npt.NDArray[np.bool_], predicted: Floats) -> dict[str, list[float]]:
    false, true, _ = metrics.roc_curve(actual, predicted)
    grid = np.linspace(0, 1, _POINTS)
    return {"false_positive_rate": grid.tolist(), "true_positive_rate": _at(grid, false, true)}


def _at(grid: Floats, false: Floats, true: Floats) -> list[float]:
    return [float(value) for value in np.interp(grid, false, true)]


def _precision_recall(actual: npt.NDArray[np.bool_], predicted: Floats) -> dict[str, list[float]]:
    """The precision at which each recall is reached.

    Steps, since between two points precision is no straight line (Davis and Goadrich 2006).
    """
    precision, recall, _ = metrics.precision_recall_curve(actual, predicted)
    # Scikit-learn begins at the lowest threshold, and ends with a point of no row at all.
    reached, own = recall[-2::-1], precision[-2::-1]
    grid = np.linspace(0, 1, _POINTS)
    first = np.minimum(np.searchsorted(reached, grid), len(reached) - 1)
    return {"recall": grid.tolist(), "precision": own[first].tolist()}


def _thresholds(actual: npt.NDArray[np.bool_], predicted: Floats) -> dict[str, list[Any]]:
    """How many rows stand at or above each of the thresholds that rising shares of rows reach."""
    reached = np.quantile(predicted, np.linspace(0, 1, _POINTS), method="inverted_cdf")
    thresholds = np.unique(reached)
    yes, no = np.sort(predicted[actual]), np.sort(predicted[~actual])
    return {
        "threshold": thresholds.tolist(),
        "true_positives": (len(yes) - np.searchsorted(yes, thresholds)).tolist(),
        "false_positives": (len(no) - np.searchsorted(no, thresholds)).tolist(),
    }


def _gains(actual: npt.NDArray[np.bool_], predicted: Floats) -> list[dict[str, float]]:
    """What the tenths of rows of highest chance hold, alone and together with those before."""
    shares = np.arange(1, _DECILES + 1) / _DECILES
    gains = Ranking(predicted).gains(actual.astype(np.float64), shares)
    lifts = np.diff(gains, prepend=0) * _DECILES
    return [
        {
            "share_of_rows": float(share),
            "gain": float(gain),
            "lift": float(lift),
            "cumulative_lift": float(gain / share),
        }
        for share, gain, lift in zip(shares, gains, lifts, strict=True)
    ]


def _by_clicks(holdout: Table, predicted: Floats, seed: int) -> list[dict[str, Any]]:
    """Quality among rows with as many clicks seen, where both classes occur."""
    found = []
    for clicks in CUT_CLICKS:
        rows = holdout.cut_index == clicks
        actual = holdout.label[rows] > 0
        if actual.any() and not actual.all():
            part = {
                "clicks": clicks,
                "rows": int(rows.sum()),
                "share_of_yes": float(actual.mean()),
            }
            found.append(part | _ranked(holdout.unit_ids[rows], actual, predicted[rows], seed))
    return found


def _ranked(
    units: npt.NDArray[np.object_],
    actual: npt.NDArray[np.bool_],
    predicted: Floats,
    seed: int,
) -> dict[str, float]:
    """ROC AUC and average precision, each with the ends of its interval."""
    ranking, yes = Ranking(predicted), actual.astype(np.float64)
    found = Resamples(units, seed).figures(lambda weights: ranking.of_chances(yes, weights), yes)
    return {
        name + end: value
        for name in ("roc_auc", "average_precision")
        for end, value in (
            ("", found[name].value),
            ("_low", found[name].low),
            ("_high", found[name].high),
        )
    }


def revenue_evaluation(holdout: Table, predicted: Floats, seed: int = 0) -> dict[str, Any]:
    """Histogram of expected amounts; predicted against actual by row, decile, week and in total.

    Parameters
    ----------
    holdout : Table
        N rows.
    predicted : ndarray of float, shape (N,)
        Amounts.
    seed : int, default 0
        Of the bootstrap.
    """
    counts, edges = np.histogram(predicted, _BINS)
    order = np.argsort(predicted, kind="stable")
    return {
        "scores": {"edges": edges.tolist(), "counts": counts.tolist()},
        "deciles": [
            _decile(holdout, predicted, part, seed)
            for part in np.array_split(order, _DECILES)
            if len(part)
        ],
        # Rows are in the order of a hash of their unit, so the first are a sample.
        "points": np.column_stack([predicted, holdout.label])[:_DRAWN].tolist(),
        "weeks": _weeks(holdout, predicted),
        "total": {"predicted": float(predicted.sum()), "actual": float(holdout.label.sum())},
    }


def _weeks(holdout: Table, predicted: Floats) -> list[dict[str, Any]]:
    """What units were expected to spend when they were asked about first, by week of their start.

    Each unit counts once, as in the shop's books.
    """
    rows = pd.DataFrame(
        {
            "unit": holdout.unit_ids,
            "cut": holdout.cut_index,
            "week": holdout.start.astype("datetime64[D]"),
            "predicted": predicted,
            "actual": holdout.label,
        }
    ).dropna(subset="week")
    first = rows.sort_values(["unit", "week", "cut"]).drop_duplicates(["unit", "week"])
    monday = first["week"] - pd.to_timedelta(first["week"].dt.day_of_week, unit="D")
    weeks = first.groupby(monday).agg(
        units=("unit", "size"), predicted=("predicted", "sum"), actual=("actual", "sum")
    )
    return [
        {"week": f"{week:%Y-%m-%d}"} | row
        for week, row in zip(weeks.index, weeks.to_dict("records"), strict=True)
    ]


def _decile(
    holdout: Table, predicted: Floats, part: npt.NDArray[np.intp], seed: int
) -> dict[str, float]:
    actual = Resamples(holdout.unit_ids[part], seed).mean(holdout.label[part])
    return {
        "rows": len(part),
        "predicted": float(predicted[part].mean()),
        "actual": actual.value,
        "actual_low": actual.low,
        "actual_high": actual.high,
    }
