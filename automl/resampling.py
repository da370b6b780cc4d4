"""Bootstrap samples of units, and the 95 % intervals that they give to figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from clickstream.manifest import Metric

__all__ = ["Resamples", "ratio"]

Floats = npt.NDArray[np.float64]

_RESAMPLES = 200
_QUANTILES = (0.025, 0.975)


class Resamples:
    """Bootstrap samples of units, as weights of rows.

    Rows of one unit are drawn together, since they resemble each other (Field and Welsh, 2007).

    Parameters
    ----------
    units : ndarray of str, shape (N,)
        The unit of each row.
    seed : int
        Makes the samples.
    """

    def __init__(self, units: npt.NDArray[Any], seed: int) -> None:
        names, inverse = np.unique(units.astype(str), return_inverse=True)
        drawn = np.random.default_rng(seed).multinomial(
            len(names), np.full(len(names), 1 / len(names)), size=_RESAMPLES
        )
        self._drawn = drawn.astype(np.float64)
        self._inverse = inverse

    def figures(
        self, measure: Callable[[Floats], Mapping[str, float]], actual: Floats
    ) -> dict[str, Metric]:
        """Figures that need every row of a sample, with their intervals.

        Parameters
        ----------
        measure : callable
            Takes weights, (N,), 0 for rows that were not drawn; gives all figures by name.
        actual : ndarray of float, shape (N,)
            What happened: a sample in which it is everywhere the same is left out.
        """
        value = measure(np.ones(len(actual)))
        drawn = [measure(weights) for weights in self._samples() if _varies(actual, weights)]
        return {
            name: _metric(own, np.array([one[name] for one in drawn]))
            for name, own in value.items()
        }

    def of_sums(
        self, figure: Callable[..., Floats], *columns: Floats, centred: bool = False
    ) -> Metric:
        """A figure that is made of sums over rows, with its interval.

        Parameters
        ----------
        figure : callable
            Takes the sum of each column, (samples,) each, and gives the figure of each sample.
        *columns : ndarray of float, shape (N,)
            What is summed.
        centred : bool, default False
            Whether the samples are moved so that their mean is the figure itself. A sum of absolute
            values grows with the noise of resampling, and all of its samples may lie above it
            (Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 10).
        """
        (value,) = figure(*(np.atleast_1d(column.sum()) for column in columns))
        drawn = figure(*(self._sums(column) for column in columns))
        return _metric(value, np.maximum(drawn - drawn.mean() + value, 0) if centred else drawn)

    def mean(self, values: Floats) -> Metric:
        """Mean of a value per row, with its interval."""
        return self.ratio(values, np.ones(len(values)))

    def ratio(self, above: Floats, below: Floats) -> Metric:
        """Ratio of two sums over rows, with its interval; 0 where nothing is below the line."""
        return self.of_sums(ratio, above, below)

    def _sums(self, values: Floats) -> Floats:
        """Sum of every sample."""
        return np.asarray(self._drawn @ np.bincount(self._inverse, weights=values))

    def _samples(self) -> Iterator[Floats]:
        for counts in self._drawn:
            yield counts[self._inverse]


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide, giving 0 where nothing is below the line.

    Parameters
    ----------
    above, below : ndarray of float, shape (N,)
        Sums.
    """
    return np.divide(above, below, out=np.zeros(len(above)), where=below > 0)


def _metric(value: float, drawn: Floats) -> Metric:
    low, high = np.quantile(drawn, _QUANTILES)
    return Metric(value=float(value), low=float(low), high=float(high))


def _varies(actual: Floats, weights: Floats) -> bool:
    drawn = actual[weights > 0]
    return bool(drawn.min() < drawn.max())
