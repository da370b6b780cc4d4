"""Leaks: inputs and splits that give the label away, found and named before release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from clickstream.manifest import Leak
from clickstream.scoring import FeatureBatch

__all__ = ["AUC_LIMIT", "column_leaks", "derived_leaks", "rank_auc", "split_leaks"]

AUC_LIMIT = 0.95
"""An input that alone ranks yes before no this well is not a cause but an echo."""

Floats = npt.NDArray[np.float64]


def derived_leaks(derived: Mapping[str, str]) -> list[Leak]:
    """Leaks that the source declares: columns made from a label, which are left out."""
    return [
        Leak(kind="derived", columns=[column], reason=reason, action="dropped")
        for column, reason in derived.items()
    ]


def column_leaks(
    batch: FeatureBatch,
    numbers: Iterable[str],
    strings: Iterable[str],
    label: Floats,
) -> list[Leak]:
    """Inputs that alone predict the label almost perfectly.

    Parameters
    ----------
    batch : FeatureBatch
        N rows of training.
    numbers, strings : iterable of str
        Names of the batch's columns.
    label : ndarray of float, shape (N,)
        The label; an amount counts as yes where it lies above its median.
    """
    positive = _as_yes(label)
    if positive.all() or not positive.any():
        return []
    half = _halves(batch.unit_ids)
    scores = dict(zip(numbers, batch.numeric.T.astype(np.float64), strict=True)) | {
        name: _category_rates(values, positive, half)
        for name, values in zip(strings, batch.categorical.T, strict=True)
    }
    found = {name: _one_sided(values, positive) for name, values in scores.items()}
    return [_column_leak(name, auc) for name, auc in found.items() if auc > AUC_LIMIT]


def split_leaks(training: Iterable[str], holdout: Iterable[str]) -> list[Leak]:
    """The same unit on both sides of a split."""
    both = set(training) & set(holdout)
    if not both:
        return []
    example = min(both)
    reason = f"{len(both)} units stand in training and in the holdout, such as {example!r}"
    return [Leak(kind="split", columns=[], reason=reason, action="blocks release")]


def rank_auc(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """Area under the ROC curve from ranks, ties halved (Mann and Whitney, 1947).

    Parameters
    ----------
    scores : ndarray of float, shape (N,)
        Higher means more likely yes.
    positive : ndarray of bool, shape (N,)
        Both values must occur.
    """
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[inverse]
    yes = int(positive.sum())
    no = positive.size - yes
    return float((ranks[positive].sum() - yes * (yes + 1) / 2) / (yes * no))


def _as_yes(label: Floats) -> npt.NDArray[np.bool_]:
    if set(np.unique(label)) <= {0.0, 1.0}:
        return label > 0
    return label > np.median(label)


def _one_sided(scores: Floats, positive: npt.NDArray[np.bool_]) -> float:
    """AUC in the better direction; missing values are a value of their own, at either end."""
    below = rank_auc(np.where(np.isnan(scores), -np.inf, scores), positive)
    above = rank_auc(np.where(np.isnan(scores), np.inf, scores), positive)
    return max(below, 1 - below, above, 1 - above)


def _halves(unit_ids: list[str]) -> npt.NDArray[np.bool_]:
    """Rows of every second unit."""
    _, unit = np.unique(np.array(unit_ids, dtype=str), return_inverse=True)
    return np.asarray(unit % 2 == 0)


def _category_rates(
    values: npt.NDArray[np.object_],
    positive: npt.NDArray[np.bool_],
    half: npt.NDArray[np.bool_],
) -> Floats:
    """Share of yes in each row's category, measured on the other half of the units.

    A rate that had seen the row, or another row of its unit, would tell its label wherever
    categories are rare.
    """
    _, inverse = np.unique(values.astype(str), return_inverse=True)
    rates = np.empty(len(inverse))
    for mine in (half, ~half):
        others = inverse[~mine]
        totals = np.bincount(others, minlength=inverse.max() + 1)
        yes = np.bincount(others, weights=positive[~mine], minlength=inverse.max() + 1)
        prior = positive[~mine].mean()
        rates[mine] = ((yes + prior) / (totals + 1))[inverse[mine]]
    return rates


def _column_leak(name: str, auc: float) -> Leak:
    reason = (
        f"{name} alone separates yes from no with AUC {auc:.3f} (limit {AUC_LIMIT}); it is "
        "probably made from the label or recorded after it"
    )
    return Leak(kind="predicts alone", columns=[name], reason=reason, action="blocks release")
