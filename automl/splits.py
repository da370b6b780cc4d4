"""Splits: by time where there is time, by unit otherwise, never by row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "FIRST_EDGE",
    "HOLDOUT_SHARE",
    "Fold",
    "folds_by_time",
    "folds_by_unit",
    "grouped_holdout",
]

HOLDOUT_SHARE = 0.2
FIRST_EDGE = 0.4
"""Share of the rows, by time, that every fold by time trains on at least."""
ONE_FOLD_FROM = 20_000
"""Rows from which one fold tells enough, so that the budget goes into more candidates."""

Rows = npt.NDArray[np.intp]
Fold = tuple[Rows, Rows]
"""Places of training rows and of validation rows."""


def grouped_holdout(units: npt.NDArray[Any], seed: int) -> npt.NDArray[np.bool_]:
    """Choose a share of the units at random.

    Parameters
    ----------
    units : ndarray of str, shape (N,)
        Rows of one unit stay together.
    seed : int
        Makes the choice.

    Returns
    -------
    ndarray of bool, shape (N,)
        Rows of the holdout.
    """
    names, inverse = np.unique(units.astype(str), return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    chosen = order < round(HOLDOUT_SHARE * len(names))
    return np.asarray(chosen[inverse])


def folds_by_unit(units: npt.NDArray[Any], seed: int, number: int = 5) -> list[Fold]:
    """Part the units at random into folds of equal size.

    Parameters
    ----------
    units : ndarray of str, shape (N,)
        Rows of one unit stay together.
    seed : int
        Makes the choice.
    number : int, default 5
        How many folds.
    """
    names, inverse = np.unique(units.astype(str), return_inverse=True)
    fold = (np.random.default_rng(seed).permutation(len(names)) % number)[inverse]
    return [(np.flatnonzero(fold != part), np.flatnonzero(fold == part)) for part in range(number)]


def folds_by_time(start: npt.NDArray[np.datetime64], end: npt.NDArray[np.datetime64]) -> list[Fold]:
    """Validate on later units than those trained on.

    Parameters
    ----------
    start, end : ndarray of datetime64, shape (N,)
        First and last moment of each row's unit. A unit that began before a fold's first
        validation moment and ended after it is in neither part.

    Returns
    -------
    list of (training, validation)
        The last fifth validates where there are many rows; three ever longer histories otherwise.
    """
    edges = (0.8, 1.0) if len(start) >= ONE_FOLD_FROM else (FIRST_EDGE, 0.6, 0.8, 1.0)
    ordered = np.sort(start)
    moments = [_moment(ordered, share) for share in edges]
    folds = [
        (np.flatnonzero(end < first), np.flatnonzero((start >= first) & (start < last)))
        for first, last in _pairs(moments)
    ]
    return [(training, validation) for training, validation in folds if len(training)]


def _moment(ordered: npt.NDArray[np.datetime64], share: float) -> np.datetime64:
    if share >= 1:
        return np.datetime64(ordered[-1] + np.timedelta64(1, "s"))
    return np.datetime64(ordered[int(share * len(ordered))])


def _pairs(moments: Sequence[np.datetime64]) -> list[tuple[np.datetime64, np.datetime64]]:
    return [(first, last) for first, last in pairwise(moments) if first < last]
