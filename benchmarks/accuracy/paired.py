"""Differences of two models on the same rows, with their standard error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.accuracy.measures import Floats, Measure

__all__ = ["Paired", "over_splits", "over_units"]

_RESAMPLES = 200


@dataclass(frozen=True)
class Paired:
    """A figure of two models.

    Attributes
    ----------
    ours, theirs : float
        The figure of each, or its mean over splits.
    error : float
        Standard error of the difference; NaN where there is one split only.
    """

    ours: float
    theirs: float
    error: float

    @property
    def difference(self) -> float:
        """Ours less theirs."""
        return self.ours - self.theirs

    def cells(self, digits: int = 4) -> tuple[str, str, str]:
        """Ours, theirs, and the difference with its standard error, as cells of a table."""
        error = "" if np.isnan(self.error) else f" ± {self.error:.{digits}f}"
        difference = f"{self.difference:+.{digits}f}{error}"
        return f"{self.ours:.{digits}f}", f"{self.theirs:.{digits}f}", difference


def over_splits(ours: Sequence[float], theirs: Sequence[float]) -> Paired:
    """Means over splits; the standard error is that of the mean of their differences.

    It takes the splits for independent, which splits of the same rows are not quite.
    """
    differences = np.subtract(ours, theirs)
    error = differences.std(ddof=1) / np.sqrt(len(ours)) if len(ours) > 1 else np.nan
    return Paired(float(np.mean(ours)), float(np.mean(theirs)), float(error))


def over_units(
    measure: Measure, actual: Floats, ours: Floats, theirs: Floats, units: npt.NDArray[Any]
) -> Paired:
    """A figure on one split; the standard error is that of a bootstrap over units.

    Parameters
    ----------
    measure : callable
        The figure.
    actual, ours, theirs : ndarray of float, shape (N,)
        What happened, and what either model said.
    units : ndarray, shape (N,)
        Session or customer of each row; all rows of one are drawn together.
    """
    names, inverse = np.unique(units.astype(str), return_inverse=True)
    drawn = np.random.default_rng(0).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=_RESAMPLES
    )
    differences = [
        measure(actual, ours, weights) - measure(actual, theirs, weights)
        for weights in (counts[inverse].astype(np.float64) for counts in drawn)
    ]
    return Paired(
        measure(actual, ours, None), measure(actual, theirs, None), float(np.std(differences))
    )
