"""Units of a data set in the form that `POST /predict` takes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from clickstream.cuts import last_cuts
from clickstream.tables import Dataset, store

__all__ = [
    "HISTORY_EVENTS",
    "customer_units",
    "end_of_log",
    "ready_rows",
    "session_units",
    "unit_count",
]

HISTORY_EVENTS = 1_000
"""More than a customer does in a year, and few enough for an id that all guests share: each of its
sessions has all others before it."""

_EVENT_FIELDS = ("event_index", "event_type", "product_id", "category", "price", "quantity")


def session_units(
    dataset: Dataset,
    limit: int,
    history_days: int | None = None,
    history_events: int = HISTORY_EVENTS,
) -> list[dict[str, Any]]:
    """Sessions as they stand after their last click before a purchase.

    Parameters
    ----------
    dataset : Dataset
        Events.
    limit : int
        How many sessions at most, in the order of their customers' ids and their own, so that
        they are sessions of the first customers.
    history_days : int, optional
        How far back, before the session began, the customer's earlier sessions are sent along.
        Each that reaches into those days is sent whole, as far as it lay before.
    history_events : int, default 1000
        How many events of them are sent at most, the newest. Features of a history that is cut
        off so are not those that training saw: whoever sends it must say so.
    """
    dataset.connection.execute(
        "CREATE OR REPLACE TABLE _owned AS SELECT session_id AS unit_id, "
        "arg_min_null(customer_id, event_index) AS owner, "
        "arg_min(event_time, event_index) AS start FROM events GROUP BY session_id"
    )
    owned = dataset.backend.table("_owned")
    asked = last_cuts(dataset.table).join(owned, "unit_id").order_by("owner", "unit_id")
    store(dataset.backend, "_asked", asked.limit(limit))
    fields = _fields(dataset)
    sent = (
        f"SELECT owner, unit_id, NULL AS session_id, start, {fields} "
        "FROM events JOIN _asked ON session_id = unit_id WHERE event_index <= cut_index"
    )
    if history_days is not None:
        earlier = _EARLIER.format(fields=fields, days=int(history_days), most=int(history_events))
        sent += f" UNION ALL ({earlier})"
    rows = dataset.connection.execute(
        f"SELECT unit_id, session_id, {fields} FROM ({sent}) "
        "ORDER BY owner, unit_id, session_id IS NULL, start, session_id, event_index"
    )
    return _grouped(rows.fetchall(), [column[0] for column in rows.description or []])


_EARLIER = """
WITH placed AS (
    SELECT e.*, s.owner, s.start, row_number() OVER (
        PARTITION BY s.owner ORDER BY e.event_time, s.start, e.session_id, e.event_index
    ) AS place
    FROM events e JOIN _owned s ON e.session_id = s.unit_id
    WHERE s.owner IN (SELECT owner FROM _asked)
), wanted AS (
    SELECT a.owner, a.unit_id, a.start, unnest(range(greatest(begun - {most}, 1), begun)) AS place
    FROM _asked a JOIN (
        SELECT owner, event_time, min(place) AS begun FROM placed GROUP BY owner, event_time
    ) m ON m.owner = a.owner AND m.event_time = a.start
)
SELECT w.owner, w.unit_id, p.session_id, p.start, {fields}
FROM wanted w JOIN placed p ON p.owner = w.owner AND p.place = w.place
QUALIFY max(p.event_time) OVER (PARTITION BY w.unit_id, p.session_id)
    >= w.start - INTERVAL {days} DAY
"""
"""Events of a customer's other sessions before the one that is asked about.

They are looked up by their places in the customer's line of time, since a join of all sessions with
all earlier events would grow with the square of what one id did."""


def customer_units(dataset: Dataset, limit: int, history_days: int) -> list[dict[str, Any]]:
    """Customers as of the end of the log.

    Parameters
    ----------
    dataset : Dataset
        Events with times and customers.
    limit : int
        How many customers at most, in the order of their ids.
    history_days : int
        How far back their events are sent.
    """
    as_of = end_of_log(dataset)
    rows = dataset.connection.execute(
        f"WITH asked AS (SELECT DISTINCT customer_id AS unit_id FROM events "
        f"WHERE customer_id IS NOT NULL AND event_time >= $start ORDER BY 1 LIMIT {int(limit)}) "
        f"SELECT unit_id, session_id, {_fields(dataset)} "
        "FROM events JOIN asked ON customer_id = unit_id "
        "WHERE event_time >= $start ORDER BY unit_id, event_time, session_id, event_index",
        {"start": as_of - timedelta(days=history_days)},
    )
    units = _grouped(rows.fetchall(), [column[0] for column in rows.description or []])
    return [{"id": unit["id"], "as_of": f"{as_of.isoformat()}Z", **unit} for unit in units]


def end_of_log(dataset: Dataset) -> datetime:
    """A second after the last event, so that everything in the log lies before it."""
    found = dataset.connection.execute("SELECT max(event_time) FROM events").fetchall()
    last: datetime = found[0][0]
    return last + timedelta(seconds=1)


def ready_rows(
    dataset: Dataset, columns: list[str], limit: int, *, by_content: bool = False
) -> list[dict[str, Any]]:
    """Ready-made rows, numbered as `id`; what is not known of one is None.

    Parameters
    ----------
    dataset : Dataset
        Rows.
    columns : list of str
        The inputs of the model.
    limit : int
        How many rows at most.
    by_content : bool, default False
        Choose rows by a hash of their content, so that the order of the file plays no part;
        otherwise the first rows that were kept.
    """
    named = ", ".join(f'"{name}"' for name in columns)
    order = f"ORDER BY md5(ROW({named})::VARCHAR)" if by_content else ""
    rows = dataset.connection.execute(
        f"SELECT {named} FROM rows {order} LIMIT {int(limit)}"
    ).fetchall()
    return [
        {"id": str(number), **dict(zip(columns, map(_json, row), strict=True))}
        for number, row in enumerate(rows, start=1)
    ]


def unit_count(dataset: Dataset, scope: str) -> int:
    """How many units of a scope a data set holds."""
    if dataset.kind == "rows":
        return dataset.counts.kept
    if scope == "customer":
        return int(dataset.table.customer_id.nunique().execute())
    return int(last_cuts(dataset.table).count().execute())


def _fields(dataset: Dataset) -> str:
    time = "event_time" if dataset.time_resolution == "time" else "event_date"
    names = (*_EVENT_FIELDS, time, *dataset.context_columns)
    return ", ".join(f'"{name}"' for name in names)


def _grouped(rows: list[tuple[Any, ...]], columns: list[str]) -> list[dict[str, Any]]:
    units: dict[str, dict[str, Any]] = {}
    for row in rows:
        event = _present(dict(zip(columns[1:], row[1:], strict=True)))
        units.setdefault(row[0], {"id": row[0], "events": []})["events"].append(event)
    return list(units.values())


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _json(value) for name, value in values.items() if value is not None}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
