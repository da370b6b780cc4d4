"""From a source's reading of raw rows to `events` or `rows`, and all other rows to `quarantine`.

Every row that was read ends in one of them. What is checked here is what every log must hold to;
a source adds what only it can know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import ibis
import ibis.expr.types as ir

from clickstream.reading import RawTable
from clickstream.sources.columns import first_reason
from clickstream.sources.settling import count_copies, mark_copies, settle
from clickstream.tables import EVENT_KINDS, RowCounts, TimeResolution, store

__all__ = ["keep_events", "keep_rows"]

_GAP_DAYS = 730
"""Events further than this from all others are not of the same log."""
_STRAY_SHARE = 0.01


def keep_events(
    raws: Sequence[RawTable],
    events: ir.Table,
    checks: Mapping[str, ir.BooleanValue] | None = None,
    *,
    time_resolution: TimeResolution = "time",
    copies_are_sales: bool = False,
) -> RowCounts:
    """Materialise `events` and `quarantine` from a source's canonical but unchecked events.

    Parameters
    ----------
    raws : sequence of RawTable
        The files behind the events.
    events : ibis Table
        The columns of `events` with or without `event_index`, context columns, and `_file` and
        `_row` of the raw row. One raw row may become several events: it is kept whole or not at
        all. Where it is known whether an amount was given, `_price` and `_quantity` are null where
        it was not, so that an unreadable one is told from none. Columns that begin with `_` serve
        the checks and are not kept.
    checks : mapping of str to boolean expression, optional
        By reason, what else makes a row impossible to keep. Of several reasons the first is given,
        and these come before the common ones.
    time_resolution : {'time', 'date'}
        Whether `event_time` or only `event_date` must be there.
    copies_are_sales : bool, default False
        Whether two equal raw rows are two events, as two equal lines of one order are. Such are
        kept and counted; in a click log all but one are quarantined.

    Returns
    -------
    RowCounts
        In rows of the files. `quarantine` holds the rows not kept, with their content.

    Notes
    -----
    Beyond single rows, in this order and each among the rows that are left:

    - A time is out of place if it is more than a day ahead of the clock (a zone is at most 14
      hours away), or if it belongs to a stretch of at most 1 % of the events, or a single one,
      that lies more than two years from the stretch with most events.
    - Of exact copies of a raw row, one is kept.
    - A session belongs to one customer: of several, the one with most rows, and among equals the
      first by name, keeps it; the others' rows are quarantined. Rows without customer stay.
    - Where the file gives places in the session, no place is held twice: of several rows, the
      first by their columns is kept.
    - A session whose places go back in time is quarantined whole, since nobody can say which of
      its rows is wrong; the services refuse it too.

    Where the file gives no places, events are numbered by time, then by what they are, so that
    the order of rows in the file changes nothing.
    """
    backend = raws[0].backend
    placed = "event_index" in events.columns
    reasons = dict(checks or {}) | _event_checks(events, time_resolution)
    store(backend, "_marked", events.mutate(_reason=first_reason(reasons)))
    _mark_strays(backend)
    copies = 0
    orderly = placed and _is_orderly(backend)
    if copies_are_sales:
        copies = count_copies(raws)
    elif not orderly:
        mark_copies(raws)
    _mark_second_customers(backend)
    if placed and not orderly:
        _mark_repeats(backend)
        _mark_backwards(backend)
    return settle(raws, "events", copies, None if placed else _in_places)


def keep_rows(
    raws: Sequence[RawTable],
    rows: ir.Table,
    checks: Mapping[str, ir.BooleanValue],
) -> RowCounts:
    """Materialise `rows` and `quarantine` from a source's ready-made but unchecked rows.

    Parameters
    ----------
    raws : sequence of RawTable
        The files behind the rows.
    rows : ibis Table
        Ready-made columns, and `_file` and `_row` of the raw row. Columns that begin with `_`
        serve the checks and are not kept.
    checks : mapping of str to boolean expression
        By reason, what makes a row impossible to keep; the first that holds is given.

    Returns
    -------
    RowCounts
        Exact copies are kept and counted: two equal rows can be two visits.
    """
    store(raws[0].backend, "_marked", rows.mutate(_reason=first_reason(checks)))
    return settle(raws, "rows", count_copies(raws))


def _event_checks(events: ir.Table, time_resolution: TimeResolution) -> dict[str, ir.BooleanValue]:
    """What every single event must hold to."""
    soon = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    if time_resolution == "time":
        times = {
            # An infinite time is none, and has no year.
            "no time": events.event_time.year().isnull(),
            "a time in the future": events.event_time > ibis.literal(soon),
        }
    else:
        times = {
            "no date": events.event_date.year().isnull(),
            "a date in the future": events.event_date > ibis.literal(soon.date()),
        }
    checks = times | {
        "no session": events.session_id.isnull(),
        "unknown event type": ~events.event_type.isin(EVENT_KINDS),
    }
    if "event_index" in events.columns:
        place = events.event_index
        checks["no place in the session"] = place.isnull() | (place < 1)
    if "_price" in events.columns:
        checks["price is no amount"] = events["_price"].notnull() & events.price.isnull()
    if "_quantity" in events.columns:
        unreadable = events["_quantity"].notnull() & events.quantity.isnull()
        checks["quantity is no whole number"] = unreadable
    return checks | {
        "negative price": (events.price < 0).fill_null(False),
        "quantity below 1": (events.quantity < 1).fill_null(False),
    }


def _mark_strays(backend: ibis.backends.duckdb.Backend) -> None:
    days = backend.con.execute(
        "SELECT event_date - DATE '1970-01-01', count(*) FROM _marked WHERE _reason IS NULL "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for first, last in _strays(days):
        backend.con.execute(
            "UPDATE _marked SET _reason = 'a time years away from the rest' WHERE _reason IS NULL "
            "AND event_date - DATE '1970-01-01' BETWEEN $first AND $last",
            {"first": first, "last": last},
        )


def _strays(days: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """First and last day of each stretch that is too thin and too far from the main one.

    Parameters
    ----------
    days : sequence of (int, int)
        Days since 1970 in order, and the events of each.
    """
    stretches: list[tuple[int, int, int]] = []
    for day, count in days:
        if stretches and day - stretches[-1][1] <= _GAP_DAYS:
            first, _, events = stretches[-1]
            stretches[-1] = (first, day, events + count)
        else:
            stretches.append((day, day, count))
    sizes = [events for _, _, events in stretches]
    few = min(max(1, _STRAY_SHARE * sum(sizes)), max(sizes, default=0) - 1)
    return [(first, last) for first, last, events in stretches if events <= few]


def _is_orderly(backend: ibis.backends.duckdb.Backend) -> bool:
    """Whether no place is held twice and no session goes back in time.

    Most logs are so, and one look tells it in a third of the time of looking for each fault; nor
    can such a log hold two equal rows.
    """
    ((faulty,),) = backend.con.execute(
        "SELECT bool_or(faulty) FROM (SELECT event_index = lag(event_index) OVER places "
        "OR event_time < lag(event_time) OVER places AS faulty FROM _marked "
        "WHERE _reason IS NULL WINDOW places AS (PARTITION BY session_id ORDER BY event_index))"
    ).fetchall()
    return not faulty


def _mark_second_customers(backend: ibis.backends.duckdb.Backend) -> None:
    backend.con.execute(
        "UPDATE _marked SET _reason = 'its session belongs to another customer' "
        "WHERE _reason IS NULL AND (session_id, customer_id) IN ("
        "SELECT (session_id, customer_id) FROM ("
        "SELECT session_id, customer_id, "
        "row_number() OVER (PARTITION BY session_id ORDER BY count(*) DESC, customer_id) AS number "
        "FROM _marked WHERE _reason IS NULL AND customer_id IS NOT NULL AND session_id IN ("
        "SELECT session_id FROM _marked WHERE _reason IS NULL GROUP BY session_id "
        "HAVING min(customer_id) <> max(customer_id)) "
        "GROUP BY session_id, customer_id) WHERE number > 1)"
    )


def _mark_repeats(backend: ibis.backends.duckdb.Backend) -> None:
    """Quarantine all but the first row of a place, rows being compared by all their columns.

    A session is a sequence, and a log that was read twice is no longer log.
    """
    columns = [name for name in backend.table("_marked").columns if not name.startswith("_")]
    order = ", ".join(f'"{column}"' for column in [*columns, "_file", "_row"])
    place = "(session_id, event_index)"
    backend.con.execute(
        "UPDATE _marked SET _reason = 'another row has the same place in the session' "
        "WHERE rowid IN (SELECT rowid FROM (SELECT rowid, "
        f"row_number() OVER (PARTITION BY session_id, event_index ORDER BY {order}) AS number "
        f"FROM _marked WHERE _reason IS NULL AND {place} IN ("
        f"SELECT {place} FROM _marked WHERE _reason IS NULL "
        "GROUP BY session_id, event_index HAVING count(*) > 1)) WHERE number > 1)"
    )


def _mark_backwards(backend: ibis.backends.duckdb.Backend) -> None:
    """Quarantine the sessions that `clickstream.loading` would refuse."""
    backend.con.execute(
        "UPDATE _marked SET _reason = 'its session goes back in time' "
        "WHERE _reason IS NULL AND session_id IN (SELECT session_id FROM ("
        "SELECT session_id, event_time < lag(event_time) OVER "
        "(PARTITION BY session_id ORDER BY event_index) AS back "
        "FROM _marked WHERE _reason IS NULL) WHERE back)"
    )


def _in_places(whole: ir.Table) -> ir.Table:
    """Number the events of each session, which may go on from one file into the next.

    Several events of a session carry the same second: equal rows may trade places, which changes
    nothing; unequal ones are ordered by what they are, not by where the file has them.
    """
    events = whole.drop(*[name for name in whole.columns if name.startswith("_")])
    rank = ibis.cases(*[(events.event_type == kind, n) for n, kind in enumerate(EVENT_KINDS)])
    rest = [name for name in events.columns if name not in ("session_id", "event_time")]
    order = [events.event_time, rank, events.product_id, *(events[name] for name in rest)]
    place = ibis.row_number().over(group_by=events.session_id, order_by=order) + 1
    return events.mutate(event_index=place.cast("int32"))
