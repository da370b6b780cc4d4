"""Pairs of inputs that give the label away though neither does alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from clickstream.leaks.coded import ENOUGH, Coded, binned, told_by_others
from clickstream.leaks.ranking import Mask

__all__ = ["Pair", "telling_pairs"]

_MOST_BINS = 24
_ROWS_PER_CELL = 20
_MOST_INPUTS = 80
"""Pairs grow with the square; of more inputs the most telling are paired."""


@dataclass(frozen=True)
class Pair:
    """Two inputs and the AUC of both together."""

    first: str
    second: str
    auc: float


def telling_pairs(
    columns: Mapping[str, Coded],
    alone: Mapping[str, float],
    positive: Mask,
    half: Mask,
    limit: float,
) -> list[Pair]:
    """Pairs of values that separate yes from no on units that had no part in measuring it.

    Parameters
    ----------
    columns : mapping of str to Coded
        The inputs; they are put into bins, 24 where there are rows enough to fill their pairs.
    alone : mapping of str to float
        AUC of each input by itself.
    positive, half : ndarray of bool, shape (N,)
        The label, and the rows of one half of the units.
    limit : float
        AUC above which a pair tells too much. It must also leave less than half of what the better
        of the two leaves open, or a strong input would be named with every other.

    Returns
    -------
    list of Pair
        The best first, no input in two of them.
    """
    telling = sorted(columns, key=lambda name: (-alone[name], name))[:_MOST_INPUTS]
    number = max(2, min(_MOST_BINS, math.isqrt(len(positive) // _ROWS_PER_CELL)))
    bins = {name: binned(columns[name], number) for name in telling}
    found = []
    for first, second in combinations((name for name in columns if name in bins), 2):
        a, b = bins[first], bins[second]
        told = told_by_others(a.codes * b.size + b.codes, a.size * b.size, positive, half)
        best = max(alone[first], alone[second])
        if told.auc > limit and 1 - told.auc < (1 - best) / 2 and told.covered >= ENOUGH:
            found.append(Pair(first, second, told.auc))
    return _disjoint(found)


def _disjoint(pairs: list[Pair]) -> list[Pair]:
    kept: list[Pair] = []
    for pair in sorted(pairs, key=lambda pair: (-pair.auc, pair.first, pair.second)):
        if not any({pair.first, pair.second} & {other.first, other.second} for other in kept):
            kept.append(pair)
    return kept
