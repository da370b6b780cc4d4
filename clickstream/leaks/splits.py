"""Splits that let training see what it is judged by."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from clickstream.manifest import Leak

__all__ = ["split_leaks", "window_leaks"]

Moments = npt.NDArray[np.datetime64]


def split_leaks(training: Iterable[str], holdout: Iterable[str]) -> list[Leak]:
    """The same unit on both sides of a split."""
    both = set(training) & set(holdout)
    if not both:
        return []
    example = min(both)
    reason = f"{len(both)} units stand in training and in the holdout, such as {example!r}"
    return [Leak(kind="split", columns=[], reason=reason, action="blocks release")]


def window_leaks(training_end: Moments, holdout_start: Moments) -> list[Leak]:
    """Labels of training that reach past the holdout's first moment.

    Parameters
    ----------
    training_end : ndarray of datetime64, shape (N,)
        Where what a training label looks at ends; the end itself is no part of it. NaT where the
        source has no time.
    holdout_start : ndarray of datetime64, shape (M,)
        Where the units of the holdout begin.
    """
    known_end = training_end[~np.isnat(training_end)]
    known_start = holdout_start[~np.isnat(holdout_start)]
    if not len(known_end) or not len(known_start):
        return []
    first = known_start.min()
    late = known_end > first
    if not late.any():
        return []
    reason = (
        f"{late.sum()} of {len(known_end)} training rows have a label that reaches past the "
        f"holdout's first moment {_shown(first)} UTC, up to {_shown(known_end.max())} UTC; "
        "training would see what it is judged by"
    )
    return [Leak(kind="window", columns=[], reason=reason, action="blocks release")]


def _shown(moment: np.datetime64) -> str:
    return str(np.datetime_as_string(moment, unit="m")).replace("T", " ")
