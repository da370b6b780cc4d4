"""Cuts: the clicks and moments at which a question is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir

from clickstream.tables import CLICK_TYPES, TimeResolution

__all__ = [
    "CUT_CLICKS",
    "SESSION_GAP_SECONDS",
    "closed_sessions",
    "customer_cuts",
    "customer_moments",
    "cut_schema",
    "first_cuts",
    "last_cuts",
    "last_of_first_cuts",
    "session_bounds",
    "session_cuts",
]

CUT_CLICKS = (1, 2, 3, 5, 8, 13, 21)
"""Places in the session at which training asks; what a shop asks at most, and ever more seldom."""

SESSION_GAP_SECONDS = 30 * 60
"""Silence after which a session is over (Google Analytics' default)."""


def cut_schema() -> dict[str, str]:
    """Ibis types of the relation `cuts`."""
    return {"unit_id": "string", "cut_index": "int32", "as_of": "timestamp"}


def session_cuts(
    events: ir.Table,
    resolution: TimeResolution,
    *,
    before_purchase: bool = True,
    every_click: bool = False,
) -> ir.Table:
    """Cut every closed session at the clicks of `CUT_CLICKS` that it has, or at every click.

    Parameters
    ----------
    events : ibis Table
        Canonical events.
    resolution : {'time', 'date', 'none'}
        Where only a day is known, no session can be said to be open still, and none is left out.
    before_purchase : bool, default True
        Drop cuts at or after the session's first purchase.
    every_click : bool, default False
        For labels that every click has of its own.

    Returns
    -------
    ibis Table
        `unit_id`, `cut_index`, `as_of` (time of the cut's event, null without times).
    """
    clicks = events.filter(events.event_type.isin(CLICK_TYPES))
    if resolution == "time":
        clicks = clicks.semi_join(closed_sessions(events), "session_id")
    cuts = clicks if every_click else clicks.filter(clicks.event_index.isin(CUT_CLICKS))
    if before_purchase:
        cuts = _before_purchase(cuts, events)
    return cuts.select(unit_id=cuts.session_id, cut_index=cuts.event_index, as_of=cuts.event_time)


def session_bounds(events: ir.Table) -> ir.Table:
    """`unit_id`, `start` and `end` of every session, and the `last_index` that it has."""
    moment = ibis.coalesce(events.event_time, events.event_date.cast("timestamp"))
    return events.group_by(unit_id=events.session_id).agg(
        start=moment.min(), end=moment.max(), last_index=events.event_index.max()
    )


def closed_sessions(events: ir.Table) -> ir.Table:
    """Sessions whose last event is a session gap or more before the end of the log."""
    end = events.event_time.max().as_scalar()
    last = events.group_by("session_id").agg(last_time=events.event_time.max())
    closed = last.last_time <= end - ibis.interval(seconds=SESSION_GAP_SECONDS)
    return last.filter(closed).select("session_id")


def _before_purchase(cuts: ir.Table, events: ir.Table) -> ir.Table:
    bought = events.filter(events.event_type == "purchase")
    first = bought.group_by("session_id").agg(first_purchase=bought.event_index.min())
    joined = cuts.left_join(first, "session_id")
    early = joined.first_purchase.isnull() | (joined.event_index < joined.first_purchase)
    return joined.filter(early).select(*cuts.columns)


def last_cuts(events: ir.Table) -> ir.Table:
    """Every session after its last click before a purchase: what is asked when a file is scored.

    Afterwards there is nothing left to ask; a session that begins with a purchase has no cut.

    Parameters
    ----------
    events : ibis Table
        Canonical events.
    """
    clicks = _before_purchase(events.filter(events.event_type.isin(CLICK_TYPES)), events)
    return clicks.group_by(unit_id=clicks.session_id).agg(
        cut_index=clicks.event_index.max(), as_of=clicks.event_time.max()
    )


def customer_moments(first: datetime, end: datetime, target_days: int) -> list[datetime]:
    """Moments at which customers are cut, one target window apart, the earliest first.

    Parameters
    ----------
    first : datetime
        The log's first event.
    end : datetime
        The log's end; the last moment lies one target window before it, so that its label is
        known in full.
    target_days : int
        The target window; at least one lies between `first` and every moment.
    """
    window = timedelta(days=target_days)
    number = (end - first) // window - 1
    return [end - place * window for place in range(max(number, 0), 0, -1)]


def customer_cuts(
    events: ir.Table, moments: list[str], history_days: int, *, ordered: bool = False
) -> ir.Table:
    """Cut every customer at moments, where he did anything within the history before.

    Parameters
    ----------
    events : ibis Table
        Canonical events with times.
    moments : list of str
        ISO times in UTC, without a zone.
    history_days : int
        How far back an event may lie to make a customer one of the units.
    ordered : bool, default False
        Only customers who bought something in that time.
    """
    if ordered:
        events = events.filter(events.event_type == "purchase")
    parts = [_customers_at(events, moment, history_days) for moment in moments]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def first_cuts(events: ir.Table) -> ir.Table:
    """Cut every known customer right after the first session, and after that of the first order.

    Parameters
    ----------
    events : ibis Table
        Canonical events with times.

    Returns
    -------
    ibis Table
        `unit_id`; `cut_index`, 0 after the first session and 1 after a later one that holds the
        first order; and `as_of`, a second after that session's last event. A session of returns
        alone is no first one: what comes back was bought before.
    """
    known = events.filter(events.customer_id.notnull())
    visits = _end_of_first(known, known.filter(known.event_type.isin(CLICK_TYPES)))
    orders = _end_of_first(known, known.filter(known.event_type == "purchase"))
    both = orders.join(visits, "customer_id", rname="{name}_of_visit")
    later = both.filter(both.end > both.end_of_visit)
    parts = [
        part.select(
            unit_id=part.customer_id,
            cut_index=ibis.literal(number, "int32"),
            as_of=part.end + ibis.interval(seconds=1),
        )
        for number, part in enumerate((visits, later))
    ]
    return ibis.union(*parts)


def last_of_first_cuts(events: ir.Table) -> ir.Table:
    """Of `first_cuts` each customer's last: after the first order, where there is any."""
    cuts = first_cuts(events)
    return cuts.group_by("unit_id").agg(cut_index=cuts.cut_index.max(), as_of=cuts.as_of.max())


def _end_of_first(known: ir.Table, chosen: ir.Table) -> ir.Table:
    """When each customer's session with the first of the chosen events ended."""
    first = chosen.group_by("customer_id").agg(first_time=chosen.event_time.min())
    at_first = chosen.join(first, "customer_id").filter(lambda t: t.event_time == t.first_time)
    sessions = at_first.select("customer_id", "session_id").distinct()
    events = known.join(sessions, ["customer_id", "session_id"])
    return events.group_by("customer_id").agg(end=events.event_time.max())


def _customers_at(events: ir.Table, moment: str, history_days: int) -> ir.Table:
    as_of = ibis.timestamp(moment)
    recent = events.filter(
        events.customer_id.notnull(),
        events.event_time < as_of,
        events.event_time >= as_of - ibis.interval(days=history_days),
    )
    customers = recent.select(unit_id=recent.customer_id).distinct()
    return customers.mutate(cut_index=ibis.literal(0, "int32"), as_of=as_of)
