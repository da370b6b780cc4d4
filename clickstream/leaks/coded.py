"""Columns as small whole numbers, so that counting replaces sorting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clickstream.leaks.ranking import Mask, counted_auc

__all__ = [
    "ENOUGH",
    "Coded",
    "Told",
    "binned",
    "coded_numbers",
    "coded_strings",
    "one_sided_auc",
    "told_by_others",
]

_KNOWN = 5
"""Rows of other units that a value needs; a copy or two of a row prove nothing of its values."""

ENOUGH = 0.5
"""Share of either answer that must be covered before values are said to tell anything."""

Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Coded:
    """A column of N rows.

    Attributes
    ----------
    codes : ndarray of int, shape (N,)
        Place of each row's value among the values in ascending order.
    size : int
        How many values there are.
    ordered : bool
        Whether the order of the values means something.
    missing : bool
        Whether the last value stands for missing numbers.
    """

    codes: Codes
    size: int
    ordered: bool
    missing: bool = False


@dataclass(frozen=True)
class Told:
    """What the values of a column tell of rows that had no part in measuring it.

    Attributes
    ----------
    auc : float
        Of the share of yes that a value has among other units, 0.5 where nothing can be told.
    errors_saved : float
        Share of the errors of always guessing the commoner answer that guessing by value saves
        (lambda of Goodman and Kruskal, 1954).
    covered : float
        Share of the yes, or of the no where it is smaller, whose value other units have often
        enough. Where it is small, the rest would have told something else.
    """

    auc: float
    errors_saved: float
    covered: float


def coded_numbers(values: npt.NDArray[Any]) -> Coded:
    """Code numbers in their order; missing ones (NaN) are a value of their own, the last."""
    distinct, codes = np.unique(values, return_inverse=True)
    missing = bool(len(distinct) and np.isnan(distinct[-1]))
    return Coded(codes, len(distinct), ordered=True, missing=missing)


def coded_strings(values: npt.NDArray[np.object_]) -> Coded:
    """Code strings in alphabetical order, which means nothing."""
    place = {name: number for number, name in enumerate(sorted(set(values.tolist())))}
    codes = np.fromiter((place[name] for name in values.tolist()), np.intp, len(values))
    return Coded(codes, len(place), ordered=False)


def binned(column: Coded, bins: int) -> Coded:
    """Put the values of a column into few bins.

    Parameters
    ----------
    column : Coded
        Where it has no more values than `bins`, it stays as it is.
    bins : int
        Numbers are parted into bins of about equal size; of strings the commonest keep a bin of
        their own. What is missing does so, too.
    """
    if column.size <= bins:
        return column
    counts = np.bincount(column.codes, minlength=column.size)
    if column.ordered:
        known = column.size - column.missing
        middle = np.cumsum(counts[:known]) - counts[:known] / 2
        place = np.minimum(middle / counts[:known].sum() * (bins - 1), bins - 2).astype(np.intp)
        place = np.append(place, bins - 1) if column.missing else place
    else:
        common = np.argsort(-counts, kind="stable")[: bins - 1]
        place = np.full(column.size, bins - 1, dtype=np.intp)
        place[common] = np.arange(bins - 1)
    return Coded(place[column.codes], bins, column.ordered, column.missing)


def told_by_others(codes: Codes, size: int, positive: Mask, half: Mask) -> Told:
    """Measure each value's share of yes in one half of the units and try it on the other.

    A share that had seen the row, or another row of its unit, would tell its label wherever
    values are rare.

    Parameters
    ----------
    codes : ndarray of int, shape (N,)
        Values, from 0.
    size : int
        How many values there are.
    positive : ndarray of bool, shape (N,)
        The label; both values must occur.
    half : ndarray of bool, shape (N,)
        Rows of one half of the units.
    """
    cells = half.astype(np.intp) * size + codes
    total = np.bincount(cells, minlength=2 * size).reshape(2, size).astype(np.float64)
    yes = np.bincount(cells[positive], minlength=2 * size).reshape(2, size).astype(np.float64)
    seen = total[::-1] >= _KNOWN
    others = yes[::-1][seen] / total[::-1][seen]
    all_yes, all_no = yes.sum(), total.sum() - yes.sum()
    yes, no = yes[seen], (total - yes)[seen]
    covered = float(min(yes.sum() / all_yes, no.sum() / all_no))
    if covered == 0:
        return Told(0.5, 0.0, 0.0)
    wrong = np.where(others > 0.5, no, yes).sum()
    shares, place = np.unique(others, return_inverse=True)
    auc = counted_auc(
        *(np.bincount(place, part, len(shares)).astype(np.float64) for part in (yes, no))
    )
    commoner = min(yes.sum(), no.sum())
    return Told(auc, float(1 - wrong / commoner), covered)


def one_sided_auc(column: Coded, positive: Mask) -> float:
    """AUC of a number in the better direction, missing values at either end."""
    yes = np.bincount(column.codes[positive], minlength=column.size).astype(np.float64)
    no = np.bincount(column.codes[~positive], minlength=column.size).astype(np.float64)
    ends = [counted_auc(yes, no)]
    if column.missing:
        ends.append(counted_auc(np.roll(yes, 1), np.roll(no, 1)))
    return max(max(auc, 1 - auc) for auc in ends)
