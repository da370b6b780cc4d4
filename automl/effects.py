"""Effects of inputs: how the prediction moves with one of them, all others as they are in the data.

Accumulated local effects (Apley and Zhu, Visualizing the effects of predictor variables in black
box supervised learning models, Journal of the Royal Statistical Society B 82, 2020, 1059-1086).
Each row is moved only as far as the ends of the bin that it stands in, so that the model is not
asked about shoppers who cannot be, as partial dependence asks it where inputs go together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl.importance import Score, sampled_rows

__all__ = [
    "Density",
    "Effects",
    "NumberEffect",
    "StringEffect",
    "accumulated_local_effects",
    "number_effect",
]

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Move = Callable[[pd.DataFrame, Floats], pd.DataFrame]
"""Rows, and the value that each is to have, to rows that have it."""

_MOST_BINS = 40
_BIN_ROWS = 30
"""Rows that a bin or a level has at least: fewer only draw noise."""
_MOST_LEVELS = 12
_DENSITY_BINS = 30
_SHOWN = (0.01, 0.99)
"""Quantiles between which a density is drawn, so that a few far values do not flatten it."""


@dataclass(frozen=True)
class Density:
    """How many rows have which value.

    Attributes
    ----------
    edges : tuple of float
        Bins + 1, from the 1 % to the 99 % quantile.
    counts : tuple of int
        One per bin.
    beyond : int
        Rows below the first edge or above the last one.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    beyond: int


@dataclass(frozen=True)
class NumberEffect:
    """The effect of a number.

    Attributes
    ----------
    name : str
        The input.
    values : tuple of float, length K + 1
        Edges of bins that hold about equally many rows, as far as values are not equal; empty
        where no row has a value.
    effects : tuple of float, length K + 1
        What the prediction is above its mean at each edge; their mean over the rows is 0.
    density : Density or None
        Of the rows; None where no row has a value.
    missing : int
        Rows without a value, which the curve is silent on.
    """

    name: str
    values: tuple[float, ...]
    effects: tuple[float, ...]
    density: Density | None
    missing: int


@dataclass(frozen=True)
class StringEffect:
    """The effect of a string.

    Attributes
    ----------
    name : str
        The input.
    levels : tuple of str
        The commonest ones, "" for missing. Neighbours are levels whose rows are alike in all else:
        they stand in the order of what the model says of their rows when all are given the
        commonest level. Between such neighbours a row can be moved without becoming one that
        cannot be, for which Apley and Zhu order levels by their likeness, too.
    effects : tuple of float
        What the prediction is above its mean at each level; their mean over the rows is 0.
    rows : tuple of int
        Of each level.
    others : int
        Rows of all rarer levels, which are left out.
    """

    name: str
    levels: tuple[str, ...]
    effects: tuple[float, ...]
    rows: tuple[int, ...]
    others: int


@dataclass(frozen=True)
class Effects:
    """The effects of some inputs.

    Attributes
    ----------
    mean : float
        Mean prediction of the rows.
    rows, rows_of : int
        How many were scored, of how many: a random sample where there are many.
    inputs : tuple of NumberEffect or StringEffect
        In the order asked for.
    """

    mean: float
    rows: int
    rows_of: int
    inputs: tuple[NumberEffect | StringEffect, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def accumulated_local_effects(
    score: Score, rows: pd.DataFrame, names: Sequence[str], *, seed: int, most: int = 3_000
) -> Effects:
    """The effect of each of some inputs.

    Parameters
    ----------
    score : callable
        Of the model.
    rows : DataFrame, shape (N, inputs)
        Such as those of the holdout.
    names : sequence of str
        Inputs: the most important ones, say.
    seed : int
        Draws the rows where there are many.
    most : int, default 3_000
        How many are drawn.
    """
    sample = rows.iloc[sampled_rows(len(rows), seed, most)].reset_index(drop=True)
    found = tuple(
        _number(score, sample, name)
        if pd.api.types.is_numeric_dtype(sample[name])
        else _string(score, sample, name)
        for name in names
    )
    return Effects(float(np.mean(score(sample))), len(sample), len(rows), found)


def _number(score: Score, rows: pd.DataFrame, name: str) -> NumberEffect:
    return number_effect(
        score, rows, name, rows[name].to_numpy(), lambda frame, to: frame.assign(**{name: to})
    )


def number_effect(
    score: Score, rows: pd.DataFrame, name: str, values: npt.NDArray[Any], move: Move
) -> NumberEffect:
    """The effect of a number that may be made of several inputs.

    Parameters
    ----------
    score : callable
        Of the model.
    rows : DataFrame, shape (N, inputs)
        All of them are scored.
    name : str
        Of the number.
    values : ndarray of float, shape (N,)
        What it is in each row, NaN where it is not known.
    move : callable
        Gives rows another value of it.
    """
    known = np.isfinite(values)
    missing = int((~known).sum())
    if not known.any():
        return NumberEffect(name, (), (), None, missing)
    values, rows = values[known], rows[known]
    edges = _quantiles(values)
    curve = np.zeros(len(edges))
    if len(edges) > 1:
        # The least value belongs to the first bin; all others hold their upper edge.
        upper = np.maximum(np.searchsorted(edges, values), 1)
        local = score(move(rows, edges[upper])) - score(move(rows, edges[upper - 1]))
        curve[1:] = np.cumsum(_means(local, upper - 1, len(edges) - 1))
    effects = curve - np.interp(values, edges, curve).mean()
    return NumberEffect(name, _floats(edges), _floats(effects), _density(values), missing)


def _quantiles(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Edges of bins, each of them a value of some row.

    They are thinned only after equal ones are gone: where most rows are 0, the others have edges
    of their own.
    """
    bins = max(1, len(values) // _BIN_ROWS)
    found = np.quantile(values, np.linspace(0, 1, bins + 1), method="inverted_cdf")
    edges = np.unique(found)
    places = np.linspace(0, len(edges) - 1, min(len(edges), _MOST_BINS + 1))
    return np.asarray(edges[places.round().astype(np.intp)])


def _means(values: Floats, places: Places, number: int) -> Floats:
    """Mean value of each place; every place has a value."""
    sums = np.bincount(places, weights=values, minlength=number)
    return np.asarray(sums / np.bincount(places, minlength=number))


def _floats(values: npt.NDArray[Any]) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _density(values: npt.NDArray[Any]) -> Density:
    values = values.astype(np.float64)
    low, high = np.quantile(values, _SHOWN, method="inverted_cdf")
    if low == high:
        low, high = values.min(), values.max()
    bins = _DENSITY_BINS
    if (values == np.floor(values)).all() and high - low < bins:
        bins, low, high = int(high - low) + 1, low - 0.5, high + 0.5
    counts, edges = np.histogram(values, bins, range=(low, high))
    beyond = len(values) - int(counts.sum())
    return Density(_floats(edges), tuple(int(count) for count in counts), beyond)


def _string(score: Score, rows: pd.DataFrame, name: str) -> StringEffect:
    common = _common_levels(rows[name])
    kept = rows[rows[name].isin(common)]
    levels = _in_order(score, kept, name, common)
    place = pd.Index(levels).get_indexer(kept[name])
    last = len(levels) - 1
    own = score(kept)
    up = _at(score, kept, name, levels, np.minimum(place + 1, last)) - own
    down = own - _at(score, kept, name, levels, np.maximum(place - 1, 0))
    counts = np.bincount(place)
    # A step between two levels is the mean over the rows of both.
    steps = np.bincount(place, up)[:-1] + np.bincount(place, down)[1:]
    curve = np.append(0.0, np.cumsum(steps / (counts[:-1] + counts[1:])))
    return StringEffect(
        name,
        tuple(levels),
        _floats(curve - np.average(curve, weights=counts)),
        tuple(int(count) for count in counts),
        len(rows) - len(kept),
    )


def _common_levels(values: pd.Series[str]) -> list[str]:
    """The commonest first, and of equally common ones the first by name; the first at least."""
    levels, counts = np.unique(values.to_numpy(str), return_counts=True)
    order = np.argsort(-counts, kind="stable")[:_MOST_LEVELS]
    kept = [order[0], *(place for place in order[1:] if counts[place] >= _BIN_ROWS)]
    return [str(levels[place]) for place in kept]


def _in_order(score: Score, rows: pd.DataFrame, name: str, common: list[str]) -> list[str]:
    """Levels by what is said of their rows, the level itself aside."""
    place = pd.Index(common).get_indexer(rows[name])
    alike = _means(_at(score, rows, name, common, np.zeros_like(place)), place, len(common))
    return [common[index] for index in np.argsort(alike, kind="stable")]


def _at(score: Score, rows: pd.DataFrame, name: str, levels: list[str], places: Places) -> Floats:
    """Predictions of rows that are given these levels."""
    return score(rows.assign(**{name: np.array(levels, dtype=object)[places]}))
