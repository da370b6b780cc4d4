"""Inputs that give the label away: alone, in a pair, or as the amount in another dress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np
import numpy.typing as npt

from clickstream.leaks.coded import (
    ENOUGH,
    Coded,
    coded_numbers,
    coded_strings,
    one_sided_auc,
    told_by_others,
)
from clickstream.leaks.pairs import telling_pairs
from clickstream.leaks.ranking import Floats, Mask, rank_correlation
from clickstream.manifest import Leak
from clickstream.scoring import FeatureBatch

__all__ = ["AUC_LIMIT", "FAR_ABOVE", "FAR_AHEAD", "column_leaks"]

AUC_LIMIT = 0.95
"""An input that alone ranks yes before no this well is not a cause but an echo."""

FAR_ABOVE = 0.8
FAR_AHEAD = 0.1
"""An input with an AUC above the first, and ahead of every other by the second, is suspect."""

_SAVED = 0.9
"""Share of errors that a value must save to be said to determine the label."""

_SAME_RANKS = 0.95
"""Correlation of ranks from which an input is the amount in another dress."""

_AMOUNTS = 200
"""Amounts above zero that a correlation needs."""

_MOST_ROWS = 100_000
"""More rows of evidence would not change what is found, only take longer."""


@dataclass(frozen=True)
class _Strength:
    """How well an input alone tells yes from no."""

    auc: float
    errors_saved: float


def column_leaks(
    batch: FeatureBatch,
    numbers: Iterable[str],
    strings: Iterable[str],
    label: Floats,
) -> list[Leak]:
    """Inputs that give the label away.

    Parameters
    ----------
    batch : FeatureBatch
        N rows of training. Beyond 100,000 rows, those of some units are looked at, chosen by
        a checksum of their ids.
    numbers, strings : iterable of str
        Names of the batch's columns.
    label : ndarray of float, shape (N,)
        The label; an amount counts as yes where it lies above its median.

    Returns
    -------
    list of Leak
        `derived` where the ranks of a number are those of the amount; `determines` where a value
        or a pair of values goes with one answer; `predicts alone` above an AUC of 0.95; and
        `far ahead`, a warning, where an input is above 0.8 and ahead of all others by 0.1. Each
        input is named once.
    """
    kept, half = _sampled(batch.unit_ids)
    label = label[kept]
    positive = _as_yes(label)
    if positive.all() or not positive.any():
        return []
    numeric = {name: batch.numeric[kept, place] for place, name in enumerate(numbers)}
    columns = {name: coded_numbers(values) for name, values in numeric.items()} | {
        name: coded_strings(batch.categorical[kept, place]) for place, name in enumerate(strings)
    }
    leaks = [] if _is_flag(label) else _amounts(numeric, label)
    named = {name for leak in leaks for name in leak.columns}
    strengths = {
        name: _strength(column, positive, half)
        for name, column in columns.items()
        if name not in named
    }
    leaks += [_alone(name, found) for name, found in strengths.items() if found.auc > AUC_LIMIT]
    honest = {name: found.auc for name, found in strengths.items() if found.auc <= AUC_LIMIT}
    rest = {name: columns[name] for name in honest}
    return leaks + _pairs(rest, honest, positive, half) + _far_ahead(honest)


def _sampled(units: Sequence[str]) -> tuple[Mask, Mask]:
    """Rows to look at, and which of those belong to one half of the units.

    A checksum of the unit decides, so neither the order of rows nor their number moves a unit to
    the other half.
    """
    number = np.fromiter((crc32(unit.encode()) for unit in units), np.uint32, len(units))
    step = max(-(-len(units) // _MOST_ROWS), 1)
    kept = (number >> 1) % step == 0
    return np.asarray(kept), np.asarray(number[kept] % 2 == 0)


def _is_flag(label: Floats) -> bool:
    return set(np.unique(label)) <= {0.0, 1.0}


def _as_yes(label: Floats) -> Mask:
    return np.asarray(label > 0 if _is_flag(label) else label > np.median(label))


def _strength(column: Coded, positive: Mask, half: Mask) -> _Strength:
    told = told_by_others(column.codes, column.size, positive, half)
    auc, saved = (told.auc, told.errors_saved) if told.covered >= ENOUGH else (0.5, 0.0)
    return _Strength(max(auc, one_sided_auc(column, positive) if column.ordered else 0.5), saved)


def _amounts(numeric: Mapping[str, npt.NDArray[np.float32]], label: Floats) -> list[Leak]:
    """Numbers whose ranks are those of the amount, where there is one."""
    leaks = []
    for name, values in numeric.items():
        rows = (label > 0) & ~np.isnan(values)
        if rows.sum() < _AMOUNTS:
            continue
        correlation = rank_correlation(values[rows].astype(np.float64), label[rows])
        if abs(correlation) > _SAME_RANKS:
            reason = (
                f"{name} goes up and down with the amount: their correlation of ranks is "
                f"{correlation:.3f} on {rows.sum()} rows (limit {_SAME_RANKS}); it is probably "
                "computed from it"
            )
            leaks.append(_leak("derived", [name], reason))
    return leaks


def _alone(name: str, found: _Strength) -> Leak:
    if found.errors_saved >= _SAVED:
        reason = (
            f"{name} alone separates yes from no with AUC {found.auc:.3f} (limit {AUC_LIMIT}): "
            f"guessing by its values saves {found.errors_saved:.0%} of the errors, measured on "
            "units that had no part in it; it is probably the label by another name"
        )
        return _leak("determines", [name], reason)
    reason = (
        f"{name} alone separates yes from no with AUC {found.auc:.3f} (limit {AUC_LIMIT}); it is "
        "probably made from the label or recorded after it"
    )
    return _leak("predicts alone", [name], reason)


def _pairs(
    columns: Mapping[str, Coded], alone: Mapping[str, float], positive: Mask, half: Mask
) -> list[Leak]:
    found = telling_pairs(columns, alone, positive, half, AUC_LIMIT)
    return [
        _leak(
            "determines",
            [pair.first, pair.second],
            f"{pair.first} and {pair.second} together separate yes from no with AUC "
            f"{pair.auc:.3f} (limit {AUC_LIMIT}), alone with {alone[pair.first]:.3f} and "
            f"{alone[pair.second]:.3f}; the label is probably made from both",
        )
        for pair in found
    ]


def _far_ahead(alone: Mapping[str, float]) -> list[Leak]:
    """The one input that leaves all others far behind: possible, but worth a look."""
    if len(alone) < 2:
        return []
    second, first = sorted(alone, key=lambda name: (alone[name], name))[-2:]
    if alone[first] <= FAR_ABOVE or alone[first] - alone[second] < FAR_AHEAD:
        return []
    reason = (
        f"{first} alone separates yes from no with AUC {alone[first]:.3f}, and the next best input "
        f"({second}) with {alone[second]:.3f}; make sure that it is known before the label is"
    )
    return [Leak(kind="far ahead", columns=[first], reason=reason, action="warned")]


def _leak(
    kind: Literal["derived", "determines", "predicts alone"], columns: list[str], reason: str
) -> Leak:
    return Leak(kind=kind, columns=columns, reason=reason, action="blocks release")
