"""Periods, each of which knows the sessions that ended before it began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir

__all__ = ["FEWEST", "drawn_towards", "periods_before", "spread", "valid"]

FEWEST = 5
"""A product seen less often is taken as its category, a step as the product that it leads to."""

_FOREVER = datetime(9999, 12, 31)
_SMOOTHING = 20
"""Cases like the whole that every part of it is given beside its own."""


def periods_before(end: ir.TimestampValue, moments: Sequence[datetime]) -> ir.IntegerValue:
    """How many periods had begun when a session ended, which know nothing of it."""
    begun = ibis.literal(0)
    for moment in moments:
        begun += (end >= ibis.timestamp(moment)).cast("int64")
    return begun


def spread(counted: ir.Table, key: Sequence[str], counts: Sequence[str], periods: int) -> ir.Table:
    """Add counts up in every period that knows them.

    Parameters
    ----------
    counted : ibis Table
        The columns of `key` and `counts`, and `since`, of `periods_before`.
    key : sequence of str
        What is counted; may be a part of what the rows are counted by.
    counts : sequence of str
        What is added up.
    periods : int
        How many there are.

    Returns
    -------
    ibis Table
        `key`, `period` (from 0) and the counts.
    """
    known = counted.mutate(period=ibis.range(counted.since, periods).unnest())
    return known.group_by(*key, "period").agg(**{name: known[name].sum() for name in counts})


def drawn_towards(
    overall: ir.NumericValue, total: ir.NumericValue, cases: ir.IntegerValue
) -> ir.FloatingValue:
    """A mean, drawn towards the overall one where cases are few."""
    return (total.cast("float64") + _SMOOTHING * overall) / (cases + _SMOOTHING)


def valid(lookup: ir.Table, moments: Sequence[datetime]) -> ir.Table:
    """Say by moments when each row's `period` is valid."""
    starts = [ibis.timestamp(moment) for moment in moments]
    ends = [*starts[1:], ibis.timestamp(_FOREVER)]
    return lookup.mutate(
        valid_from=ibis.array(starts)[lookup.period],
        valid_to=ibis.array(ends)[lookup.period],
    )
