"""Units as relations: from the events of a request to the tables that `features.sql` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import duckdb

from clickstream.errors import InputError

__all__ = ["EVENT_TYPES", "Unit", "as_utc", "connect", "load_units"]

EVENT_TYPES = {
    "session_id": "VARCHAR",
    "customer_id": "VARCHAR",
    "event_index": "INTEGER",
    "event_time": "TIMESTAMP",
    "event_date": "DATE",
    "event_type": "VARCHAR",
    "product_id": "VARCHAR",
    "category": "VARCHAR",
    "price": "DECIMAL(18,4)",
    "quantity": "INTEGER",
}
"""DuckDB types of the canonical table; times are UTC without a zone, so no session setting moves
them. Context columns follow, all VARCHAR."""

_CUT_TYPES = {"unit_id": "VARCHAR", "cut_index": "INTEGER", "as_of": "TIMESTAMP"}

Unit = Mapping[str, Any]
"""`{"id", "as_of", "events": [...]}` as `POST /predict` takes it."""


def connect(threads: int = 1) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB whose time zone is UTC.

    Parameters
    ----------
    threads : int, default 1
        Threads that one query may use.
    """
    connection = duckdb.connect(config={"threads": threads})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def as_utc(moment: datetime | str) -> str:
    """ISO text of a moment in UTC without a zone; a moment without a zone is taken as UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat()


def load_units(
    connection: duckdb.DuckDBPyConnection,
    units: Sequence[Unit],
    scope: str,
    context_columns: Sequence[str],
) -> None:
    """Make the temporary tables `events` and `cuts` of units.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Has neither table yet.
    units : sequence of mapping
        One cut each: a session after its last event, a customer as of `as_of`.
    scope : {'session', 'customer'}
        What a unit is.
    context_columns : sequence of str
        Columns of the source beyond the canonical ones.

    Raises
    ------
    InputError
        If a session's events give places for some only, or one twice, or go back in time.
    """
    if scope == "session":
        for unit in units:
            _check_places(unit)
            _check_order(unit)
    _load(connection, "cuts", _CUT_TYPES, [_cut(unit) for unit in units])
    types = EVENT_TYPES | dict.fromkeys(context_columns, "VARCHAR")
    _load(connection, "events", types, _events(units, scope))


def _check_places(unit: Unit) -> None:
    """A session's events have all their places or none, and no place twice."""
    given = [event["event_index"] for event in unit["events"] if event.get("event_index")]
    if given and len(given) < len(unit["events"]):
        raise InputError(
            f"unit {unit['id']!r} gives event_index for some of its events only; give all or none"
        )
    if len(set(given)) < len(given):
        twice = next(place for place in given if given.count(place) > 1)
        raise InputError(f"unit {unit['id']!r} has event_index {twice} twice")


def _check_order(unit: Unit) -> None:
    """A session's events go forwards in time."""
    ordered = sorted(unit["events"], key=lambda event: event.get("event_index") or 0)
    times = [as_utc(event["event_time"]) for event in ordered if event.get("event_time")]
    for before, after in pairwise(times):
        if after < before:
            raise InputError(
                f"unit {unit['id']!r} goes back in time: {after} follows {before}; "
                "order its events by time"
            )


def _cut(unit: Unit) -> dict[str, Any]:
    indices = [
        event.get("event_index") or position
        for position, event in enumerate(unit["events"], start=1)
    ]
    as_of = unit.get("as_of")
    return {
        "unit_id": str(unit["id"]),
        "cut_index": max(indices, default=0),
        "as_of": None if as_of is None else as_utc(as_of),
    }


def _events(units: Sequence[Unit], scope: str) -> list[dict[str, Any]]:
    key = "customer_id" if scope == "customer" else "session_id"
    return [
        _event(event, position, key, str(unit["id"]))
        for unit in units
        for position, event in enumerate(unit["events"], start=1)
    ]


def _event(event: Mapping[str, Any], position: int, key: str, unit_id: str) -> dict[str, Any]:
    made = dict(event) | {key: unit_id}
    made["event_index"] = event.get("event_index") or position
    made["quantity"] = 1 if event.get("quantity") is None else event["quantity"]
    if event.get("event_time") is not None:
        made["event_time"] = as_utc(event["event_time"])
        made["event_date"] = made["event_time"][:10]
    elif event.get("event_date") is not None:
        made["event_date"] = str(event["event_date"])
    return made


def _load(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    types: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Make a temporary table of rows; JSON is the one way in that needs no further library."""
    structure = json.dumps([dict(types)]).replace("'", "''")
    connection.execute(
        f"CREATE TEMP TABLE {relation} AS "
        f"SELECT unnest(from_json(?::JSON, '{structure}'), recursive := true)",
        [json.dumps(rows, default=str)],
    )
