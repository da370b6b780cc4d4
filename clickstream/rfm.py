"""Recency, frequency and monetary value of a customer, scored by quintile, and the classes of it.

Scores and their order follow Hughes 1994, "Strategic database marketing"; the classes are the
table below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clickstream.manifest import RfmBorders

__all__ = ["CLASSES", "RFM_COLUMNS", "RfmScores", "rfm_borders", "rfm_class", "rfm_scores"]

RFM_COLUMNS = ("days_since_order", "orders", "spend")
"""Columns of a query that recency, frequency and monetary value are."""

CLASSES: Mapping[str, str] = {
    "champion": "bought of late, often and for much",
    "loyal": "buys often or for much, and not long ago",
    "promising": "bought of late, and more than once or for more than the least",
    "new": "bought of late for the first time",
    "needs attention": "in the middle of everything",
    "about to sleep": "bought little, and not of late",
    "dormant": "used to buy often or for much, long ago",
    "lost": "bought little, long ago",
}
"""What a customer of each class did."""

_TABLE = {
    5: ("new", "promising", "loyal", "champion", "champion"),
    4: ("new", "promising", "loyal", "loyal", "champion"),
    3: ("about to sleep", "needs attention", "needs attention", "loyal", "loyal"),
    2: ("about to sleep", "about to sleep", "needs attention", "dormant", "dormant"),
    1: ("lost", "lost", "dormant", "dormant", "dormant"),
}
"""By the score of recency: the classes of the mean of the other two scores, 1 to 5."""

_SHARES = (0.2, 0.4, 0.6, 0.8)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RfmScores:
    """Scores of a customer, 1 to 5, the higher the better.

    Attributes
    ----------
    recency, frequency, monetary : int
        By quintile of days since the last order (fewer are better), orders, and amount bought.
    name : str
        The class, of `CLASSES`.
    """

    recency: int
    frequency: int
    monetary: int
    name: str


def rfm_borders(columns: Mapping[str, npt.NDArray[Any]]) -> RfmBorders | None:
    """Learn the borders of the quintiles from customers who ordered.

    Parameters
    ----------
    columns : mapping of str to ndarray, shape (N,)
        `RFM_COLUMNS`: days, a count, and currency units; days are missing where nothing was
        ordered.

    Returns
    -------
    RfmBorders or None
        None where nobody ordered.
    """
    values = _values(columns)
    ordered = values[~np.isnan(values[:, 0])]
    if not len(ordered):
        return None
    # Borders that are values of the data move with them, whatever unit these are in.
    borders = np.quantile(ordered, _SHARES, axis=0, method="inverted_cdf")
    recency, frequency, monetary = borders.T.tolist()
    return RfmBorders(recency=recency, frequency=frequency, monetary=monetary)


def rfm_scores(
    borders: RfmBorders, columns: Mapping[str, npt.NDArray[Any]]
) -> list[RfmScores | None]:
    """Score customers.

    Parameters
    ----------
    borders : RfmBorders
        Of training.
    columns : mapping of str to ndarray, shape (N,)
        As for `rfm_borders`.

    Returns
    -------
    list of RfmScores or None
        N entries; None for who ordered nothing.
    """
    values = _values(columns)
    recency = 5 - _above(borders.recency, values[:, 0])
    frequency = 1 + _above(borders.frequency, values[:, 1])
    monetary = 1 + _above(borders.monetary, values[:, 2])
    scores = np.column_stack([recency, frequency, monetary]).tolist()
    return [
        None if np.isnan(days) else RfmScores(r, f, m, rfm_class(r, f, m))
        for days, (r, f, m) in zip(values[:, 0], scores, strict=True)
    ]


def rfm_class(recency: int, frequency: int, monetary: int) -> str:
    """The class of three scores, 1 to 5 each.

    Parameters
    ----------
    recency, frequency, monetary : int
        The scores; the mean of the last two is rounded up.

    Returns
    -------
    str
        Of `CLASSES`.
    """
    value = -(-(frequency + monetary) // 2)
    return _TABLE[recency][value - 1]


def _values(columns: Mapping[str, npt.NDArray[Any]]) -> Floats:
    return np.column_stack(
        [
            np.ma.filled(np.ma.asarray(columns[name]).astype(np.float64), np.nan)
            for name in RFM_COLUMNS
        ]
    )


def _above(borders: list[float], values: Floats) -> npt.NDArray[np.intp]:
    """How many borders each value lies above: one that is on a border is not above it."""
    return np.searchsorted(np.array(borders), values, side="left")
