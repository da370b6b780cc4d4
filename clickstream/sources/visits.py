"""Visits built from gaps, for logs that know customers but no sessions."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from clickstream.cuts import SESSION_GAP_SECONDS

__all__ = ["visits_from_gaps"]


def visits_from_gaps(events: ir.Table) -> ir.Table:
    """Give every event its visit: a customer's events without `SESSION_GAP_SECONDS` of silence.

    Parameters
    ----------
    events : ibis Table
        With `customer_id` and `event_time`; an event that lacks the customer gets no visit.

    Returns
    -------
    ibis Table
        The same with `session_id`: the customer and the moment of the visit's first event, so
        that neither the order of rows nor what other customers did plays a part.
    """
    time = events.event_time
    before = time.lag().over(group_by=events.customer_id, order_by=time)
    silence = time.epoch_seconds() - before.epoch_seconds()
    first = before.isnull() | (silence >= SESSION_GAP_SECONDS)
    marked = events.mutate(_began=first.ifelse(time, ibis.null("timestamp")))
    # Of several events in the first moment one is marked: it is put before the others here.
    so_far = ibis.cumulative_window(
        group_by=marked.customer_id, order_by=[marked.event_time, marked._began.isnull()]
    )
    began = marked._began.max().over(so_far).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return marked.mutate(session_id=marked.customer_id + "@" + began).drop("_began")
