"""The effect of the price level on a chance or on an amount, for whoever sets prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl.effects import NumberEffect, number_effect
from automl.importance import Score, sampled_rows
from clickstream.features import Feature

__all__ = ["ASSOCIATION", "PriceChange", "PriceEffect", "price_effect"]

ASSOCIATION = (
    "This is an association within the data, not an experiment: prices were not set by chance, "
    "and whoever looks at dearer products may differ in ways that the log does not show. Try a "
    "new price on some shoppers, drawn at random, before you rely on it."
)
_LEVELS = ("price_mean", "price_mean_bought")
"""The inputs that tell the price level: of products viewed, of order lines."""
_RATIOS = ("price_to_category", "price_to_category_mean")
"""Prices, too, over medians that were learned before: they move with the price."""
_EARLIER = ("_before", "next_price")
"""How inputs end that tell of sessions before this one, which its prices do not change."""
_CHANGES = (-0.1, 0.1)


@dataclass(frozen=True)
class PriceChange:
    """What would be predicted if all prices were other ones.

    Attributes
    ----------
    share : float
        By which they would be higher; below 0, lower.
    mean : float
        Mean prediction.
    """

    share: float
    mean: float


@dataclass(frozen=True)
class PriceEffect:
    """How a prediction goes with the price level.

    Attributes
    ----------
    reason : str or None
        Why it was not measured, where it was not; all else is empty then.
    mean : float or None
        Mean prediction of the rows with a price, as they are.
    effect : NumberEffect or None
        By the price level in currency units.
    changes : tuple of PriceChange
        Of all prices together.
    moved : tuple of str
        The inputs that move with the price level, in proportion to it.
    rows, rows_of : int
        How many were scored, of how many: a random sample where there are many.
    remark : str
        What the figures are, and what they are not.
    """

    reason: str | None
    mean: float | None = None
    effect: NumberEffect | None = None
    changes: tuple[PriceChange, ...] = ()
    moved: tuple[str, ...] = ()
    rows: int = 0
    rows_of: int = 0
    remark: str = ASSOCIATION

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def price_effect(
    score: Score, rows: pd.DataFrame, features: Sequence[Feature], *, seed: int
) -> PriceEffect:
    """How a prediction goes with the price level.

    The inputs that tell of prices go together: the mean price cannot rise above the highest one.
    So all amounts of money move in proportion, as if everything that the row tells of had been
    so much dearer, and counts stay as they are: the accumulated local effect of the level, with
    all its inputs as one.

    Parameters
    ----------
    score : callable
        Of the model.
    rows : DataFrame, shape (N, inputs)
        Such as those of the holdout.
    features : sequence of Feature
        What the inputs are; prices are known by their names and their unit in the catalogue.
    seed : int
        Draws the rows where there are many.
    """
    sample = rows.iloc[sampled_rows(len(rows), seed)]
    name = _level(sample, features)
    if name is None:
        return PriceEffect(
            "No effect of the price level was measured: no input of this model tells the mean "
            "price of products viewed or bought."
        )
    sample = sample[_priced(sample, name)].reset_index(drop=True)
    levels = sample[name].to_numpy()
    if len(np.unique(levels)) < 2:
        return PriceEffect(
            f"No effect of the price level was measured: {len(sample):,} rows have a price, and "
            "it must differ between them."
        )
    moved = _moved(features)
    effect = number_effect(
        score, sample, name, levels, lambda frame, to: _scaled(frame, moved, to / frame[name])
    )
    changes = tuple(
        PriceChange(share, _mean(score, _scaled(sample, moved, 1 + share))) for share in _CHANGES
    )
    mean = _mean(score, sample)
    return PriceEffect(None, mean, effect, changes, moved, len(sample), len(rows))


def _level(rows: pd.DataFrame, features: Sequence[Feature]) -> str | None:
    """The price level that most rows have: a log of order lines has none of products viewed."""
    found = [one.name for one in features if one.name in _LEVELS and one.unit == "currency"]
    return max(found, key=lambda name: int(_priced(rows, name).sum()), default=None)


def _priced(rows: pd.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    return np.asarray(rows[name] > 0)


def _moved(features: Sequence[Feature]) -> tuple[str, ...]:
    return tuple(
        one.name
        for one in features
        if (one.unit == "currency" and not one.name.endswith(_EARLIER)) or one.name in _RATIOS
    )


def _scaled(rows: pd.DataFrame, names: Sequence[str], factor: Any) -> pd.DataFrame:
    return rows.assign(**{name: (rows[name] * factor).astype(np.float32) for name in names})


def _mean(score: Score, rows: pd.DataFrame) -> float:
    return float(np.mean(score(rows)))
