"""Names of segments: by rules on where their members stand, else by what sets them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from automl.segments.profiles import Profile, Trait

__all__ = ["LEAST_DIFFERENCE", "RULES", "Bound", "Rule", "SegmentName", "name_segments", "phrase"]

Scope = Literal["session", "customer", "row"]


@dataclass(frozen=True)
class Bound:
    """What a rule asks of the members of a segment in one input.

    Attributes
    ----------
    input : str
        The column.
    low, high : float
        At least `low` and below `high`; 0 to 1.
    of : {'place', 'above zero', 'above one'}
        The mean place of the members among all rows, 0 for the lowest value and 1 for the highest;
        or the share of members with a value above zero, or above one, of what is counted. None of
        them moves with the currency.
    """

    input: str
    low: float = 0.0
    high: float = 2.0
    of: Literal["place", "above zero", "above one"] = "place"


@dataclass(frozen=True)
class Rule:
    """A name, and what a segment must be like to have it.

    Attributes
    ----------
    name : str
        Of the segment and of its strategy.
    bounds : tuple of Bound
        All of them hold; a rule on an input that there is not names nobody.
    next_window : {'more', 'fewer'} or None
        Whether the name promises more or fewer buyers in the next window than everyone has.
    """

    name: str
    bounds: tuple[Bound, ...]
    next_window: Literal["more", "fewer"] | None = None


_BUYERS = Bound("orders", low=0.5, of="above zero")
_NO_BUYERS = Bound("orders", high=0.5, of="above zero")
_ONCE = Bound("orders", high=0.5, of="above one")
_LATELY = Bound("days_since_visit", high=0.5)

RULES: Mapping[Scope, tuple[Rule, ...]] = {
    "customer": (
        Rule("window shoppers", (_NO_BUYERS, _LATELY), "fewer"),
        Rule("passers-by", (_NO_BUYERS,), "fewer"),
        Rule("best customers", (_BUYERS, _LATELY, Bound("spend", low=0.7)), "more"),
        Rule("best customers of old", (_BUYERS, Bound("spend", low=0.7))),
        Rule("lost customers", (_BUYERS, Bound("days_since_visit", low=0.65)), "fewer"),
        Rule("regulars", (_BUYERS, _LATELY, Bound("orders", low=0.5)), "more"),
        Rule("newcomers", (_BUYERS, _LATELY, _ONCE)),
        Rule("occasional customers", (_BUYERS, _LATELY)),
        Rule("cooling customers", (_BUYERS, Bound("days_since_visit", low=0.5)), "fewer"),
    ),
    "session": (
        Rule("filled carts", (Bound("carts", low=0.5, of="above zero"),)),
        Rule("quick looks", (Bound("clicks", high=0.4),)),
        Rule("comparers", (Bound("revisits", low=0.65),)),
        Rule("all-round browsers", (Bound("categories", low=0.65),)),
        Rule("single-minded browsers", (Bound("top_category_share", low=0.6),)),
    ),
    "row": (),
}
"""By what a unit is. The first rule that holds gives the name."""

_PHRASES = {
    "days_since_visit": ("long away", "here of late"),
    "sessions": ("many visits", "few visits"),
    "clicks_per_session": ("much in one visit", "little in one visit"),
    "orders": ("many orders", "few orders"),
    "spend": ("high spend", "low spend"),
    "price_mean": ("drawn to dear products", "drawn to cheap products"),
    "clicks": ("many clicks", "few clicks"),
    "products": ("many products", "few products"),
    "categories": ("many categories", "few categories"),
    "revisits": ("comes back to products", "never looks twice"),
    "carts": ("fills the cart", "empty cart"),
    "top_category_share": ("keeps to one category", "looks all around"),
    "duration": ("long visit", "short visit"),
}
"""What a mean above and below that of all is called."""

LEAST_DIFFERENCE = 0.2
"""Standard deviations; what differs by less sets nobody apart. Cohen (1988) calls 0.2 small."""


@dataclass(frozen=True)
class SegmentName:
    """What a segment is called.

    Attributes
    ----------
    name : str
        No other segment has the same.
    rule : Rule or None
        By which it is called so.
    """

    name: str
    rule: Rule | None


def name_segments(
    scope: Scope, frame: pd.DataFrame, labels: NDArray[np.int64], profiles: Sequence[Profile]
) -> dict[int, SegmentName]:
    """Name every segment, no two alike.

    Parameters
    ----------
    scope : {'session', 'customer', 'row'}
        Whose rules hold.
    frame : pandas.DataFrame of shape (n, d)
        Numeric columns of all rows; NaN has no place.
    labels : numpy.ndarray of int64, shape (n,)
        The segment of each row.
    profiles : sequence of Profile
        Of the same rows.

    Returns
    -------
    dict of int to SegmentName
        By number. Segments that one rule names are told apart by what else sets them apart.
    """
    facts = {
        "place": frame.rank(pct=True).groupby(labels).mean(),
        "above zero": (frame > 0).groupby(labels).mean(),
        "above one": (frame > 1).groupby(labels).mean(),
    }
    rules = {one.segment: _rule(scope, facts, one.segment) for one in profiles}
    traits = {one.segment: _phrases(one.traits) for one in profiles}
    plain = {
        number: rule.name if rule else ", ".join(traits[number][:2]) or "close to the average"
        for number, rule in rules.items()
    }
    names = _told_apart(plain, traits)
    return {number: SegmentName(name, rules[number]) for number, name in names.items()}


def _rule(scope: Scope, facts: Mapping[str, pd.DataFrame], segment: int) -> Rule | None:
    """The first rule all of whose bounds hold; the columns of all facts are the inputs."""
    return next(
        (
            rule
            for rule in RULES[scope]
            if all(
                bound.input in facts[bound.of].columns
                and bound.low <= facts[bound.of].loc[segment, bound.input] < bound.high
                for bound in rule.bounds
            )
        ),
        None,
    )


def _phrases(traits: Sequence[Trait]) -> list[str]:
    return [phrase(one) for one in traits if abs(one.difference) >= LEAST_DIFFERENCE]


def phrase(trait: Trait) -> str:
    """A trait in a few words, such as "high spend"."""
    shown = trait.input.replace("_", " ")
    high, low = _PHRASES.get(trait.input, (f"high {shown}", f"low {shown}"))
    return high if trait.difference > 0 else low


def _told_apart(plain: Mapping[int, str], traits: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Add to a name that several would have what only one of them is; else its number."""
    names = dict(plain)
    for name, times in Counter(plain.values()).items():
        if times > 1:
            alike = [number for number, own in plain.items() if own == name]
            known = Counter(one for number in alike for one in traits[number])
            for number in alike:
                own = (one for one in traits[number] if known[one] == 1 and one not in name)
                names[number] = f"{name}: {next(own, f'segment {number}')}"
    return names
