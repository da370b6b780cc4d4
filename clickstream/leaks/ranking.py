"""How well values rank yes before no, from counts per value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Floats", "Mask", "counted_auc", "rank_auc", "rank_correlation"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def rank_auc(scores: Floats, positive: Mask) -> float:
    """Area under the ROC curve from ranks, ties halved (Mann and Whitney, 1947).

    Parameters
    ----------
    scores : ndarray of float, shape (N,)
        Higher means more likely yes.
    positive : ndarray of bool, shape (N,)
        Both values must occur.
    """
    ranks = _ranks(scores)
    yes = int(positive.sum())
    no = positive.size - yes
    return float((ranks[positive].sum() - yes * (yes + 1) / 2) / (yes * no))


def counted_auc(yes: Floats, no: Floats) -> float:
    """The same from counts.

    Parameters
    ----------
    yes, no : ndarray of float, shape (values,)
        How often each value goes with either, values in ascending order. Both sums must be
        above zero.
    """
    below = np.cumsum(no) - no / 2
    return float((yes * below).sum() / (yes.sum() * no.sum()))


def rank_correlation(first: Floats, second: Floats) -> float:
    """Correlation of ranks, ties at their mean rank (Spearman, 1904); 0 where one is constant.

    Parameters
    ----------
    first, second : ndarray of float, shape (N,)
        Without missing values.
    """
    a, b = _ranks(first), _ranks(second)
    a, b = a - a.mean(), b - b.mean()
    scale = np.sqrt((a * a).sum() * (b * b).sum())
    return float((a * b).sum() / scale) if scale > 0 else 0.0


def _ranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)
