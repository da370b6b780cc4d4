"""What the members of a segment did next: what they bought, and where they went."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clickstream.manifest import NextWindow

__all__ = ["GONE", "explained_share", "moved_share", "moves", "next_windows"]

GONE = "gone"

Labels = NDArray[np.int64]


def next_windows(spend: NDArray[np.float64], labels: Labels) -> dict[int, NextWindow]:
    """What each segment bought in the target window after its members were put into it.

    Parameters
    ----------
    spend : numpy.ndarray of float64, shape (n,)
        Amount that each member bought in that window, in currency units.
    labels : numpy.ndarray of int64, shape (n,)
        Segments as of the window's beginning.

    Returns
    -------
    dict of int to NextWindow
        By number of the segment.
    """
    return {
        int(number): NextWindow(
            buying_share=float(np.mean(spend[labels == number] > 0)),
            spend_mean=float(spend[labels == number].mean()),
        )
        for number in np.unique(labels)
    }


def explained_share(spend: NDArray[np.float64], labels: Labels) -> float:
    """Share of the variance of spend that lies between segments, 0 to 1.

    The correlation ratio of Pearson (1905), "On the general theory of skew correlation".

    Parameters
    ----------
    spend, labels
        As for `next_windows`.

    Returns
    -------
    float
        0 where everyone spent the same.
    """
    total = float(np.var(spend))
    if total == 0:
        return 0.0
    means = pd.Series(spend).groupby(labels).transform("mean").to_numpy()
    return float(np.var(means)) / total


def moves(before: pd.Series, after: pd.Series) -> dict[int, dict[str, float]]:
    """Where the members of each segment are one target window later.

    Parameters
    ----------
    before, after : pandas.Series of int
        Segment by customer; a customer need not stand in both.

    Returns
    -------
    dict of int to dict of str to float
        Of each segment the shares by segment, `gone` for those who do not stand in `after`; they
        add up to 1. What nobody did is left out.
    """
    later = after.reindex(before.index).map(lambda number: str(int(number)), na_action="ignore")
    shares = later.fillna(GONE).groupby(before).value_counts(normalize=True)
    found: dict[int, dict[str, float]] = {}
    for (number, place), share in shares.sort_index().items():
        found.setdefault(int(number), {})[str(place)] = float(share)
    return found


def moved_share(before: pd.Series, after: pd.Series) -> float:
    """Share of the customers of `before` that changed segment or are gone, 0 to 1.

    Parameters
    ----------
    before, after
        As for `moves`.
    """
    return float((after.reindex(before.index) != before).mean())
