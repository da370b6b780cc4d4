"""Units as relations: from the events of a request to the tables that `features.sql` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from clickstream.errors import InputError
from clickstream.quoting import quoted_name

__all__ = [
    "EVENT_TYPES",
    "Columns",
    "Row",
    "Rows",
    "Unit",
    "connect",
    "load_lookups",
    "load_rows",
    "since_1970",
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
Event = Mapping[str, Any]
"""One of a unit's events."""
Row = Mapping[str, Any]
"""Values by column, moments as microseconds and dates as days since 1970; some may be missing."""
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


_EPOCH = datetime(1970, 1, 1)
_EPOCH_UTC = _EPOCH.replace(tzinfo=UTC)
_SECOND = 1_000_000
_SECONDS_PER_DAY = 86_400
_DAY = _SECONDS_PER_DAY * _SECOND
_UNKNOWN_MOMENT = np.iinfo(np.int64).min

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
    # What a query used goes back to the system after it, so that a worker stays as small as it is.
    connection.execute("SET allocator_flush_threshold = '1MB'")
    connection.execute("SET allocator_bulk_deallocation_flush_threshold = '1MB'")
    # Of a column that begins with nothing known, DuckDB would guess that it holds no strings.
    connection.execute("SET pandas_analyze_sample = 0")
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


def since_1970(moment: datetime | str) -> int:
    """Microseconds since 1970 of a moment or its ISO text; what has no zone is UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    since = moment - (_EPOCH if moment.tzinfo is None else _EPOCH_UTC)
    return (since.days * _SECONDS_PER_DAY + since.seconds) * _SECOND + since.microseconds


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
    mark = _unused_mark([str(unit["id"]) for unit in units])
    rows, cuts = [], []
    for number, unit in enumerate(units):
        own: list[Row] = []
        for name, events in _by_session(unit, scope).items():
            session = _session_name(name, unit, scope, f"{number}{mark}")
            made = _event_rows(unit, events, session)
            if scope == "session":
                _check_places(unit, events)
                _check_order(unit, made)
            if name is None:
                own = made
            rows += made
        cuts.append(_cut(unit, own))
    return Rows(rows, cuts)


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
    types = EVENT_TYPES | dict.fromkeys(context_columns, "VARCHAR")
    _load(connection, "cuts", _CUT_TYPES, rows.cuts)
    _load(connection, "events", types, rows.events)


def _by_session(unit: Unit, scope: str) -> dict[str | None, list[Event]]:
    """Events by session, None for the one that is asked about."""
    sessions: dict[str | None, list[Event]] = {}
    for event in unit["events"]:
        name = event.get("session_id")
        own = scope == "session" and name in (None, str(unit["id"]))
        sessions.setdefault(None if own else name, []).append(event)
    return sessions


def _check_places(unit: Unit, events: Sequence[Event]) -> None:
    """A session's events have all their places or none, and no place twice."""
    given = [event["event_index"] for event in events if event.get("event_index")]
    if given and len(given) < len(events):
        raise InputError(
            f"unit {unit['id']!r} gives event_index for some of its events only; give all or none"
        )
    if len(set(given)) < len(given):
        twice = next(place for place in given if given.count(place) > 1)
        raise InputError(f"unit {unit['id']!r} has event_index {twice} twice")


def _check_order(unit: Unit, rows: Sequence[Row]) -> None:
    """A session's events go forwards in time."""
    ordered = sorted(rows, key=lambda row: row["event_index"])
    times = [row["event_time"] for row in ordered if row.get("event_time") is not None]
    for before, after in pairwise(times):
        if after < before:
            raise InputError(
                f"unit {unit['id']!r} goes back in time: {_iso(after)} follows {_iso(before)}; "
                "order its events by time"
            )


def _cut(unit: Unit, own: Sequence[Row]) -> Row:
    as_of = unit.get("as_of")
    return {
        "unit_id": str(unit["id"]),
        "cut_index": max((row["event_index"] for row in own), default=0),
        "as_of": None if as_of is None else since_1970(as_of),
    }


def _unused_mark(ids: Sequence[str]) -> str:
    mark = "/"
    while any(mark in name for name in ids):
        mark += "/"
    return mark


def _session_name(name: str | None, unit: Unit, scope: str, prefix: str) -> str | None:
    """A session's name among all units: two customers' sessions may be called the same."""
    if scope == "customer":
        return name
    return str(unit["id"]) if name is None else prefix + name


def _event_rows(unit: Unit, events: Sequence[Event], session: str | None) -> list[Row]:
    owner = {"session_id": session, "customer_id": str(unit["id"])}
    return [
        {
            **event,
            **owner,
            **_moment(event),
            "event_index": event.get("event_index") or position,
            "quantity": 1 if event.get("quantity") is None else event["quantity"],
        }
        for position, event in enumerate(events, start=1)
    ]


def _moment(event: Event) -> Row:
    """When it happened, as far as it says."""
    if event.get("event_time") is not None:
        moment = since_1970(event["event_time"])
        return {"event_time": moment, "event_date": moment // _DAY}
    if event.get("event_date") is not None:
        day = date.fromisoformat(str(event["event_date"]))
        return {"event_date": day.toordinal() - _EPOCH.toordinal()}
    return {}


def _iso(moment: int) -> str:
    return (_EPOCH + timedelta(microseconds=moment)).isoformat()


def _load(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    types: Mapping[str, str],
    rows: Sequence[Row],
) -> None:
    """Make a temporary table of rows; arrays are the one way in that needs no further library."""
    given = {name: _array([row.get(name) for row in rows], types[name]) for name in types}
    values = ", ".join(
        f"{quoted_name(name)}::{type_} AS {quoted_name(name)}" for name, type_ in types.items()
    )
    connection.register("given", given)
    connection.execute(f"CREATE TEMP TABLE {relation} AS SELECT {values} FROM given")
    connection.unregister("given")


def _array(values: Sequence[Any], type_: str) -> npt.NDArray[Any]:
    """Values as DuckDB takes them; decimals as text, of which it makes the nearest decimal."""
    if type_ in ("TIMESTAMP", "DATE"):
        part = _DAY if type_ == "DATE" else 1
        whole = [_UNKNOWN_MOMENT if value is None else value * part for value in values]
        return np.array(whole, dtype=np.int64).view("datetime64[us]")
    if type_ == "INTEGER":
        return np.array(values, dtype=np.int64)
    texts = [value if value is None or isinstance(value, str) else str(value) for value in values]
    return np.array(texts, dtype=object)
