"""Units as relations: from the events of a request to the tables that `features.sql` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy.typing as npt

from clickstream.errors import InputError

__all__ = [
    "EVENT_TYPES",
    "Columns",
    "Row",
    "Rows",
    "Unit",
    "as_utc",
    "connect",
    "load_lookups",
    "load_rows",
    "unit_rows",
]

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
Row = Mapping[str, Any]
"""Values by column, moments and dates as ISO text in UTC; a column may be missing."""
Columns = Mapping[str, npt.NDArray[Any]]
"""What a query says, by the name of the column."""


@dataclass(frozen=True)
class Rows:
    """Units as rows of the relations that a query reads.

    Attributes
    ----------
    events : sequence of mapping
        Of `events`.
    cuts : sequence of mapping
        Of `cuts`, one per unit.
    """

    events: Sequence[Row]
    cuts: Sequence[Row]


_OPTIMIZERS = {"build_side_probe_side", "column_lifetime", "filter_pushdown", "unused_columns"}
"""Few rows are done with sooner than most optimizers are with the query."""


def connect(threads: int = 1) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB whose time zone is UTC, for the units of one request at a time.

    Parameters
    ----------
    threads : int, default 1
        Threads that one query may use.
    """
    connection = duckdb.connect(config={"threads": threads})
    connection.execute("SET TimeZone = 'UTC'")
    found = connection.execute("SELECT name FROM duckdb_optimizers()").fetchall()
    unused = sorted({str(name) for (name,) in found} - _OPTIMIZERS)
    connection.execute("SET disabled_optimizers = ?", [",".join(unused)])
    return connection


def load_lookups(connection: duckdb.DuckDBPyConnection, lookups: Mapping[str, Path]) -> None:
    """Make the tables that `features.sql` reads beside `events` and `cuts`.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where to; a table of the same name is replaced.
    lookups : mapping of str to Path
        Parquet files by the name of their relation.
    """
    for name, file in lookups.items():
        connection.execute(
            f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM read_parquet(?)', [str(file)]
        )


def as_utc(moment: datetime | str) -> str:
    """ISO text of a moment in UTC without a zone; a moment without a zone is taken as UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat()


def unit_rows(units: Sequence[Unit], scope: str) -> Rows:
    """Rows of the relations `events` and `cuts` for units.

    Parameters
    ----------
    units : sequence of mapping
        One cut each: a session after its last event, a customer as of `as_of`. A session may come
        with its customer's earlier ones, whose events have a `session_id` of their own; without
        one, or with the unit's id, an event is of the session that is asked about.
    scope : {'session', 'customer'}
        What a unit is.

    Raises
    ------
    InputError
        If a session's events give places for some only, or one twice, or go back in time.
    """
    sessions = [_by_session(unit, scope) for unit in units]
    if scope == "session":
        for unit, parts in zip(units, sessions, strict=True):
            for events in parts.values():
                _check_places(unit, events)
                _check_order(unit, events)
    cuts = [_cut(unit, parts) for unit, parts in zip(units, sessions, strict=True)]
    return Rows(_events(units, sessions, scope), cuts)


def load_rows(
    connection: duckdb.DuckDBPyConnection, rows: Rows, context_columns: Sequence[str]
) -> None:
    """Make the temporary tables `events` and `cuts`.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Has neither table yet.
    rows : Rows
        What they hold.
    context_columns : sequence of str
        Columns of the source beyond the canonical ones.
    """
    _load(connection, "cuts", _CUT_TYPES, rows.cuts)
    _load(
        connection, "events", EVENT_TYPES | dict.fromkeys(context_columns, "VARCHAR"), rows.events
    )


_Sessions = dict[str | None, list[Mapping[str, Any]]]
"""Events by session, None for the one that is asked about."""


def _by_session(unit: Unit, scope: str) -> _Sessions:
    sessions: _Sessions = {}
    for event in unit["events"]:
        name = event.get("session_id")
        own = scope == "session" and name in (None, str(unit["id"]))
        sessions.setdefault(None if own else name, []).append(event)
    return sessions


def _check_places(unit: Unit, events: Sequence[Mapping[str, Any]]) -> None:
    """A session's events have all their places or none, and no place twice."""
    given = [event["event_index"] for event in events if event.get("event_index")]
    if given and len(given) < len(events):
        raise InputError(
            f"unit {unit['id']!r} gives event_index for some of its events only; give all or none"
        )
    if len(set(given)) < len(given):
        twice = next(place for place in given if given.count(place) > 1)
        raise InputError(f"unit {unit['id']!r} has event_index {twice} twice")


def _check_order(unit: Unit, events: Sequence[Mapping[str, Any]]) -> None:
    """A session's events go forwards in time."""
    ordered = sorted(events, key=lambda event: event.get("event_index") or 0)
    times = [as_utc(event["event_time"]) for event in ordered if event.get("event_time")]
    for before, after in pairwise(times):
        if after < before:
            raise InputError(
                f"unit {unit['id']!r} goes back in time: {after} follows {before}; "
                "order its events by time"
            )


def _cut(unit: Unit, sessions: _Sessions) -> dict[str, Any]:
    own = enumerate(sessions.get(None, ()), start=1)
    as_of = unit.get("as_of")
    return {
        "unit_id": str(unit["id"]),
        "cut_index": max((event.get("event_index") or place for place, event in own), default=0),
        "as_of": None if as_of is None else as_utc(as_of),
    }


def _events(
    units: Sequence[Unit], sessions: Sequence[_Sessions], scope: str
) -> list[dict[str, Any]]:
    mark = _unused_mark([str(unit["id"]) for unit in units])
    return [
        _event(event, position)
        | {
            "session_id": _session_name(number, mark, name, unit, scope),
            "customer_id": str(unit["id"]),
        }
        for number, (unit, parts) in enumerate(zip(units, sessions, strict=True))
        for name, events in parts.items()
        for position, event in enumerate(events, start=1)
    ]


def _unused_mark(ids: Sequence[str]) -> str:
    mark = "/"
    while any(mark in name for name in ids):
        mark += "/"
    return mark


def _session_name(number: int, mark: str, name: str | None, unit: Unit, scope: str) -> str | None:
    """A session's name among all units: two customers' sessions may be called the same."""
    if scope == "customer":
        return name
    return str(unit["id"]) if name is None else f"{number}{mark}{name}"


def _event(event: Mapping[str, Any], position: int) -> dict[str, Any]:
    made = dict(event)
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
