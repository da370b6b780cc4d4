"""Importance of inputs: how much a model loses on the holdout when an input is shuffled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn import inspection

from automl.splits import folds_by_unit

__all__ = ["Importance", "Importances", "Loss", "Score", "permutation_importance", "sampled_rows"]

Floats = npt.NDArray[np.float64]
Score = Callable[[pd.DataFrame], Floats]
"""Predictions, (N,) or (N, classes), of a frame with the bundle's input columns, (N, inputs)."""
Loss = Callable[[Floats, Floats], float]
"""Figure of (actual, predicted), the less the better."""

_MOST_ROWS = 3_000
"""Rows that are scored once per input; more cost time and move no bar."""
_MOST_REPEATS = 10
_PARTS = 20
"""Random groups of units; 19 degrees of freedom make 2.1 standard errors a 95 % interval."""
_ALL = "all"


@dataclass(frozen=True)
class Importance:
    """What one input is worth to the model.

    Attributes
    ----------
    name : str
        The input.
    rise : float
        In the loss when the input is shuffled; exactly 0 where the model ignores it, about 0,
        below it too, where it is of no use.
    standard_error : float
        Of the rise, over units and shuffles.
    """

    name: str
    rise: float
    standard_error: float


@dataclass(frozen=True)
class Importances:
    """What every input is worth to the model.

    Attributes
    ----------
    loss_name : str
        What rises.
    loss : float
        Of the rows as they are.
    rows, rows_of : int
        How many were scored, of how many: a random sample where there are many.
    repeats : int
        How often each input was shuffled.
    inputs : tuple of Importance
        All of them, the most important first.
    """

    loss_name: str
    loss: float
    rows: int
    rows_of: int
    repeats: int
    inputs: tuple[Importance, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def permutation_importance(
    score: Score,
    rows: pd.DataFrame,
    actual: Floats,
    units: npt.NDArray[Any],
    loss: Loss,
    *,
    loss_name: str,
    seed: int,
) -> Importances:
    """Shuffle one input after the other and see how much the loss rises (Breiman 2001, section 10).

    Inputs that tell the same share their importance: where one is shuffled, the model still has
    the other. Each input is shuffled by itself, since the catalogue of features does not say which
    of them belong together.

    The standard error is that of random groups (Wolter, Introduction to Variance Estimation, 2007,
    chapter 2): the rise within each of 20 groups of units, whose spread holds the luck of the
    draw as well as that of the shuffle, and which keeps rows of one unit together.

    Parameters
    ----------
    score : callable
        Of the model.
    rows : DataFrame, shape (N, inputs)
        Of the holdout.
    actual : ndarray of float, shape (N,)
        What happened.
    units : ndarray of str, shape (N,)
        The unit of each row; two different ones at least.
    loss : callable
        A mean over rows, such as the log loss, so that groups of rows can be compared.
    loss_name : str
        For readers.
    seed : int
        Draws the rows, the groups and the shuffles.
    """
    chosen = sampled_rows(len(rows), seed)
    sample, known = rows.iloc[chosen], actual[chosen]
    parts = _parts(units[chosen], seed)
    repeats = min(_MOST_REPEATS, _MOST_ROWS // len(chosen))
    found = inspection.permutation_importance(
        _Fitted(score),
        sample,
        known,
        scoring=_by_part(loss, parts),
        n_repeats=repeats,
        random_state=seed,
    )
    inputs = _importances(sample, found, len(parts))
    lost = float(loss(known, score(sample)))
    return Importances(loss_name, lost, len(chosen), len(rows), repeats, inputs)


def _importances(
    sample: pd.DataFrame, found: Mapping[str, Any], parts: int
) -> tuple[Importance, ...]:
    """The most important first, from what scikit-learn found for all rows and for each part."""
    rises = found[_ALL]["importances"].mean(axis=1)
    by_part = np.array([found[str(part)]["importances"].mean(axis=1) for part in range(parts)])
    errors = by_part.std(axis=0, ddof=1) / np.sqrt(parts)
    inputs = [
        Importance(str(name), float(rise), float(error))
        for name, rise, error in zip(sample.columns, rises, errors, strict=True)
    ]
    return tuple(sorted(inputs, key=lambda one: -one.rise))


def sampled_rows(size: int, seed: int, most: int = _MOST_ROWS) -> npt.NDArray[np.intp]:
    """Places of some of so many rows, drawn at random, in their order; of all where they are few.

    Parameters
    ----------
    size : int
        How many rows there are.
    seed : int
        Makes the draw.
    most : int, default 3_000
        How many are drawn.
    """
    if size <= most:
        return np.arange(size)
    drawn = np.random.default_rng(seed).choice(size, most, replace=False)
    return np.asarray(np.sort(drawn))


def _parts(units: npt.NDArray[Any], seed: int) -> list[npt.NDArray[np.intp]]:
    number = min(_PARTS, len(np.unique(units.astype(str))))
    return [rows for _, rows in folds_by_unit(units, seed, number)]


def _by_part(
    loss: Loss, parts: list[npt.NDArray[np.intp]]
) -> Callable[[_Fitted, pd.DataFrame, Floats], dict[str, float]]:
    """A scorer as scikit-learn takes it, the more the better, of all rows and of each part."""

    def scores(model: _Fitted, rows: pd.DataFrame, actual: Floats) -> dict[str, float]:
        predicted = model.predict(rows)
        whole = {_ALL: -loss(actual, predicted)}
        return whole | {
            str(place): -loss(actual[part], predicted[part]) for place, part in enumerate(parts)
        }

    return scores


class _Fitted:
    """A model as scikit-learn wants to see it."""

    def __init__(self, score: Score) -> None:
        self.predict = score

    def fit(self) -> _Fitted:
        """Nothing is left to be fitted."""
        return self
