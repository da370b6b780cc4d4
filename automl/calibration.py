"""Calibration of chances: none, sigmoid or isotonic, by out-of-fold log loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from automl.metrics import log_losses
from automl.splits import folds_by_unit

__all__ = ["SMALLEST_CHANCE", "Calibration", "Method", "choose_calibration"]

Floats = npt.NDArray[np.float64]
Method = Literal["none", "sigmoid", "isotonic"]

SMALLEST_CHANCE = 1e-6
"""A chance is held this far from 0 and 1, so that its log odds are finite."""
_BINS = 100
_SMALLEST_STEP = 0.1
"""In log odds, between two knots: a steeper curve would blow up the graph's rounding."""
_UNPENALISED = 1e6


@dataclass(frozen=True)
class Calibration:
    """A broken line through log odds, as steep before its first and after its last knot as told.

    Attributes
    ----------
    method : {'none', 'sigmoid', 'isotonic'}
        How the line was found.
    knots : tuple of float
        Log odds of the model where the line bends, ascending; at least one.
    slopes : tuple of float
        One before the first knot, one between each two, one after the last; none negative.
    level : float
        Calibrated log odds at the first knot.
    """

    method: Method = "none"
    knots: tuple[float, ...] = (0.0,)
    slopes: tuple[float, ...] = (1.0, 1.0)
    level: float = 0.0

    def apply(self, chance: Floats) -> Floats:
        """Calibrate.

        Parameters
        ----------
        chance : ndarray of float, shape (N,)
            The model's, 0 to 1.

        Returns
        -------
        ndarray of float, shape (N,)
            0 to 1.
        """
        if self.method == "none":
            return chance
        odds = log_odds(chance)
        knots = np.array(self.knots)
        steps = np.clip(odds[:, None] - knots[:-1], 0, np.diff(knots))
        below, above = np.minimum(odds - knots[0], 0), np.maximum(odds - knots[-1], 0)
        first, *between, last = self.slopes
        line = self.level + first * below + steps @ np.array(between) + last * above
        return np.asarray(1 / (1 + np.exp(-line)))


def choose_calibration(
    actual: Floats, unseen: Floats, units: npt.NDArray[np.object_], seed: int
) -> Calibration:
    """Fit the calibration that out-of-fold log loss prefers.

    Each is fitted on some units and judged on others. The simplest whose loss is within one
    standard error of the lowest is taken (Breiman, Friedman, Olshen and Stone 1984,
    "Classification and regression trees", section 3.4.3), so that chance bends nothing.

    Parameters
    ----------
    actual : ndarray of float, shape (N,)
        0 or 1.
    unseen : ndarray of float, shape (N,)
        Chances by models that did not see the row.
    units : ndarray of str, shape (N,)
        Rows of one unit stay together.
    seed : int
        Parts the units.
    """
    losses = {name: _out_of_fold(fit, actual, unseen, units, seed) for name, fit in _FITS.items()}
    lowest = min(losses.values(), key=lambda one: float(one.mean()))
    for name, loss in losses.items():
        behind = loss - lowest
        if behind.mean() <= behind.std() / np.sqrt(len(behind)):
            return _FITS[name](actual, unseen)
    raise AssertionError("the lowest loss is within any distance of itself")


def log_odds(chance: Floats) -> Floats:
    """Turn chances into log odds, finite ones.

    Parameters
    ----------
    chance : ndarray of float
        0 to 1.
    """
    bounded = np.clip(chance, SMALLEST_CHANCE, 1 - SMALLEST_CHANCE)
    return np.asarray(np.log(bounded) - np.log1p(-bounded))


def _out_of_fold(
    fit: Callable[[Floats, Floats], Calibration],
    actual: Floats,
    unseen: Floats,
    units: npt.NDArray[np.object_],
    seed: int,
) -> Floats:
    losses = np.zeros(len(actual))
    for training, validation in folds_by_unit(units, seed):
        if len(np.unique(actual[training])) == 2:
            chance = fit(actual[training], unseen[training]).apply(unseen[validation])
        else:
            chance = unseen[validation]
        losses[validation] = log_losses(actual[validation], chance)
    return losses


def _none(_actual: Floats, _unseen: Floats) -> Calibration:
    return Calibration()


def _sigmoid(actual: Floats, unseen: Floats) -> Calibration:
    """Platt 1999, "Probabilistic outputs for support vector machines", on log odds."""
    model = LogisticRegression(C=_UNPENALISED).fit(log_odds(unseen)[:, None], actual > 0)
    slope = max(float(model.coef_[0, 0]), 0.0)
    return Calibration("sigmoid", (0.0,), (slope, slope), float(model.intercept_[0]))


def _isotonic(actual: Floats, unseen: Floats) -> Calibration:
    """Zadrozny and Elkan 2002, with the levels of its blocks joined at their centres.

    Centred isotonic regression (Oron and Flournoy 2017) rises everywhere, so that two visitors
    whom the model told apart stay apart.
    """
    odds = log_odds(unseen)
    order = np.argsort(odds, kind="stable")
    bins = np.array_split(order, min(_BINS, len(order)))
    weights = np.array([len(part) for part in bins], dtype=np.float64)
    centres = np.array([odds[part].mean() for part in bins])
    shares = np.array([actual[part].mean() for part in bins])
    levels = IsotonicRegression().fit(centres, shares, sample_weight=weights).predict(centres)
    knots, heights = zip(*_blocks(centres, levels, weights), strict=True)
    slopes = np.diff(heights) / np.diff(knots)
    return Calibration("isotonic", knots, (1.0, *slopes.tolist(), 1.0), heights[0])


def _blocks(centres: Floats, levels: Floats, weights: Floats) -> Iterator[tuple[float, float]]:
    """Centre and height of each block of one level, both in log odds; too near ones are left out.

    Half a yes and half a no are added to every block, so that none is certain.
    """
    last = -np.inf
    for level in np.unique(levels):
        block = levels == level
        rows = float(weights[block].sum())
        centre = float(np.average(centres[block], weights=weights[block]))
        if centre - last >= _SMALLEST_STEP:
            share = (level * rows + 0.5) / (rows + 1)
            yield centre, float(np.log(share) - np.log1p(-share))
            last = centre


_FITS: dict[Method, Callable[[Floats, Floats], Calibration]] = {
    "none": _none,
    "sigmoid": _sigmoid,
    "isotonic": _isotonic,
}
