"""What pages and reports draw: histograms of scores, curves and quality by clicks seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from automl.table import Table
from clickstream.leaks import rank_auc

__all__ = ["conversion_evaluation", "revenue_evaluation"]

Floats = npt.NDArray[np.float64]

_POINTS = 101
_BINS = 20


def conversion_evaluation(holdout: Table, predicted: Floats, threshold: float) -> dict[str, Any]:
    """Score histogram, ROC curve, confusion matrix and quality by clicks seen.

    Parameters
    ----------
    holdout : Table
        N rows.
    predicted : ndarray of float, shape (N,)
        Chances.
    threshold : float
        From which the answer is yes.
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
        "confusion": metrics.confusion_matrix(actual, predicted >= threshold).tolist(),
        "by_clicks": _by_clicks(holdout, predicted),
    }


def _roc(actual: npt.NDArray[np.bool_], predicted: Floats) -> dict[str, list[float]]:
    false, true, _ = metrics.roc_curve(actual, predicted)
    grid = np.linspace(0, 1, _POINTS)
    return {"false_positive_rate": grid.tolist(), "true_positive_rate": _at(grid, false, true)}


def _at(grid: Floats, false: Floats, true: Floats) -> list[float]:
    return [float(value) for value in np.interp(grid, false, true)]


def _by_clicks(holdout: Table, predicted: Floats) -> list[dict[str, Any]]:
    """ROC AUC among rows with as many clicks seen, where both classes occur."""
    found = []
    for clicks in np.unique(holdout.cut_index):
        rows = holdout.cut_index == clicks
        actual = holdout.label[rows] > 0
        if clicks > 0 and actual.any() and not actual.all():
            auc = rank_auc(predicted[rows], actual)
            found.append(
                {
                    "clicks": int(clicks),
                    "rows": int(rows.sum()),
                    "roc_auc": auc,
                    "share_of_yes": float(actual.mean()),
                }
            )
    return found


def revenue_evaluation(holdout: Table, predicted: Floats) -> dict[str, Any]:
    """Histogram of expected amounts, deciles of predicted against actual, and the totals.

    Parameters
    ----------
    holdout : Table
        N rows.
    predicted : ndarray of float, shape (N,)
        Amounts.
    """
    counts, edges = np.histogram(predicted, _BINS)
    order = np.argsort(predicted, kind="stable")
    deciles = [
        {"predicted": float(predicted[part].mean()), "actual": float(holdout.label[part].mean())}
        for part in np.array_split(order, 10)
        if len(part)
    ]
    return {
        "scores": {"edges": edges.tolist(), "counts": counts.tolist()},
        "deciles": deciles,
        "total": {"predicted": float(predicted.sum()), "actual": float(holdout.label.sum())},
    }
