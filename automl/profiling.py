"""Segments as a marketer meets them: named, described, and checked against what they did next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl.segments.following import explained_share, moved_share, moves, next_windows
from automl.segments.naming import Rule, SegmentName, name_segments
from automl.segments.profiles import Profile, profile
from automl.segments.prototypes import SegmentModel
from automl.segments.strategies import Strategies, strategy_of
from automl.table import Prepared, Table
from clickstream.answers import Scope
from clickstream.manifest import NextWindow, SegmentProfile, Trait

__all__ = ["Profiled", "profile_segments"]

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Profiled:
    """Every segment described, and what time did to all of them.

    Attributes
    ----------
    segments : list of SegmentProfile
        By number.
    figures : mapping of str to float
        Of customers: `moved_share`, the share that changed segment or are gone within one
        target window, and
        where they buy `next_spend_explained`, the share of the variance of what they spend next
        that lies between segments; both 0 to 1.
    warnings : list of str
        Names that what followed speaks against.
    """

    segments: list[SegmentProfile]
    figures: Mapping[str, float]
    warnings: list[str]


def profile_segments(
    scope: Scope, prepared: Prepared, model: SegmentModel, strategies: Strategies
) -> Profiled:
    """Describe the segments of training's rows.

    Parameters
    ----------
    scope : {'session', 'customer', 'row'}
        What a row is; only customers are followed into the next window.
    prepared : Prepared
        Training, whose label is what customers spent next, and the holdout one window later.
    model : SegmentModel
        The winner.
    strategies : Strategies
        What to do about each kind of segment.
    """
    labels = model.predict(prepared.training.frame)
    described = profile(prepared.training.frame, labels)
    names = name_segments(scope, prepared.training.frame, labels, described)
    followed = _follow(prepared, model, labels) if scope == "customer" else _Followed()
    shares = _revenue_shares(prepared, labels)
    segments = [
        SegmentProfile(
            segment=one.segment,
            name=names[one.segment].name,
            size=one.size,
            share=one.share,
            revenue_share=shares.get(one.segment),
            traits=[Trait(**asdict(trait)) for trait in one.traits],
            strategy=strategy_of(names[one.segment].rule, strategies),
            next_window=followed.next_windows.get(one.segment),
            moves=followed.moves.get(one.segment, {}),
        )
        for one in described
    ]
    warnings = _broken_promises(described, names, followed.next_windows)
    return Profiled(segments, followed.figures, warnings)


def _revenue_shares(prepared: Prepared, labels: Labels) -> dict[int, float]:
    """Of what customers bought within the history, where they bought anything."""
    if not prepared.habits:
        return {}
    spend = np.ma.filled(np.ma.asarray(prepared.habits["spend"]).astype(np.float64), 0.0)
    total = spend.sum()
    return (pd.Series(spend).groupby(labels).sum() / total).to_dict() if total > 0 else {}


@dataclass(frozen=True)
class _Followed:
    next_windows: Mapping[int, NextWindow] = field(default_factory=dict)
    moves: Mapping[int, dict[str, float]] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)


def _follow(prepared: Prepared, model: SegmentModel, labels: Labels) -> _Followed:
    """One window on: the holdout's moment lies one target window after that of training."""
    before = _by_customer(prepared.training, labels)
    after = _by_customer(prepared.holdout, model.predict(prepared.holdout.frame))
    figures = {"moved_share": moved_share(before, after)}
    spend = prepared.training.label
    if not np.any(spend > 0):
        return _Followed(moves=moves(before, after), figures=figures)
    figures["next_spend_explained"] = explained_share(spend, labels)
    return _Followed(next_windows(spend, labels), moves(before, after), figures)


def _by_customer(table: Table, labels: Labels) -> pd.Series[Any]:
    return pd.Series(labels, index=table.unit_ids.astype(str))


def _broken_promises(
    described: list[Profile], names: Mapping[int, SegmentName], found: Mapping[int, NextWindow]
) -> list[str]:
    if not found:
        return []
    total = sum(one.size for one in described)
    usual = sum(one.size * found[one.segment].buying_share for one in described) / total
    return [
        f'segment {number} is called "{named.name}", but {found[number].buying_share:.1%} of it '
        f"bought in the window that followed, beside {usual:.1%} of everyone"
        for number, named in names.items()
        if named.rule and _broken(named.rule, found[number].buying_share, usual)
    ]


def _broken(rule: Rule, share: float, usual: float) -> bool:
    return (rule.next_window == "more" and share < usual) or (
        rule.next_window == "fewer" and share > usual
    )
