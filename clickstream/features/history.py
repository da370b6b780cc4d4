"""Features of a customer's earlier sessions, as they stood when this session began."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from clickstream.features.sets import Values, times, whole_seconds

__all__ = ["earlier_sessions", "history_values"]

_SECONDS_PER_DAY = 86_400
_OLDEST, _BEGINS, _EVENT = 0, 1, 2
"""Marks on a customer's line of time: where a session's history begins, where the session begins,
and an event. At one moment they stand in this order."""

_COUNTS = (
    "sessions_before",
    "orders_before",
    "clicks_before",
    "carts_before",
    "returns_before",
)
_AMOUNTS = ("spend_before", "prices", "priced", "relative_prices", "relative_priced")


def earlier_sessions(steps: ir.Table, days: int) -> ir.Table:
    """What the customer did before each session began, and at most some days before.

    Every event counts that lies strictly before the session's first one, also one of a session
    that goes on meanwhile. A sum over those days is the running sum where the session begins
    less the one where the days begin. So one pass over the customer's line of time suffices,
    however many events one id has; a join of the events with themselves would grow with the
    square of that number.

    Parameters
    ----------
    steps : ibis Table
        All events, with `place`, `owner`, `order` and `relative_price`.
    days : int
        How far back an event may lie.

    Returns
    -------
    ibis Table
        `session_id` and sums, one row per session of a known customer.
    """
    running = _running(_marked(steps, days))
    sums = {name: (running.sign * running[name]).sum() for name in (*_COUNTS, *_AMOUNTS)}
    return running.group_by("session_id").agg(
        **sums,
        begun=running.event_time.max(),
        last_event=running.last_event.max(),
        last_order=running.last_order.max(),
    )


def history_values(joined: ir.Table, days: int) -> Values:
    """Features of a table of cuts that holds the columns of `earlier_sessions`.

    Where no customer is known, nothing was done and nothing is known of when.
    """
    sums = {name: joined[name].fill_null(0) for name in (*_COUNTS, "spend_before")}
    return sums | {
        "price_mean_before": joined.prices.cast("float64") / joined.priced.nullif(0),
        "price_to_category_before": joined.relative_prices.cast("float64")
        / joined.relative_priced.nullif(0),
        "buying_share_before": joined.orders_before / joined.sessions_before.nullif(0),
        "days_since_event": _days(joined.begun, joined.last_event, days),
        "days_since_order": _days(joined.begun, joined.last_order, days),
    }


def _marked(steps: ir.Table, days: int) -> ir.Table:
    """A customer's events, and two marks beside the first of each session, of no `kind`."""
    first = steps.place == 0
    marks = ibis.array([_OLDEST, _BEGINS, _EVENT])
    marked = steps.mutate(first=first, mark=first.ifelse(marks, ibis.array([_EVENT])).unnest())
    oldest = marked.event_time - ibis.interval(days=days)
    return marked.filter(marked.owner.notnull()).select(
        "session_id",
        "owner",
        "mark",
        "event_time",
        "first",
        "order",
        "price",
        "relative_price",
        moment=(marked.mark == _OLDEST).ifelse(oldest, marked.event_time),
        kind=(marked.mark == _EVENT).ifelse(marked.event_type, None),
        amount=marked.price * marked.quantity,
    )


def _running(marked: ir.Table) -> ir.Table:
    """Sums over all that a customer did before each mark."""
    until = ibis.cumulative_window(group_by=marked.owner, order_by=[marked.moment, marked.mark])
    event, bought = marked.kind.notnull(), marked.kind == "purchase"
    view = marked.kind == "view"
    price = view.ifelse(marked.price, None)
    relative = view.ifelse(marked.relative_price, None)
    values = {
        "sessions_before": times(event & marked["first"]),
        "orders_before": times(bought & marked.order),
        "clicks_before": marked.kind.count(),
        "carts_before": times(marked.kind == "cart"),
        "returns_before": times(marked.kind == "return"),
        "spend_before": bought.ifelse(marked.amount, None).fill_null(0).sum(),
        "prices": price.fill_null(0).sum(),
        "priced": price.count(),
        "relative_prices": relative.fill_null(0).sum(),
        "relative_priced": relative.count(),
        "last_event": event.ifelse(marked.event_time, None).max(),
        "last_order": bought.ifelse(marked.event_time, None).max(),
    }
    running = marked.select(
        "session_id",
        "event_time",
        "mark",
        sign=(marked.mark == _BEGINS).ifelse(1, -1),
        **{name: value.over(until) for name, value in values.items()},
    )
    return running.filter(running.mark != _EVENT)


def _days(start: ir.TimestampValue, last: ir.TimestampValue, days: int) -> ir.FloatingValue:
    """Days since a moment, empty where it lies further back than the history goes."""
    since = (whole_seconds(start) - whole_seconds(last)) / _SECONDS_PER_DAY
    return (last >= start - ibis.interval(days=days)).ifelse(since, None)
