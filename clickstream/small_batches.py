"""The few units of a request through SQLite, which keeps the plan of a query.

What it answers is what DuckDB would: both run texts of one expression, and the tests hold one
against the other. Units that SQLite could not hold exactly are left to DuckDB.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from operator import mul
from threading import Lock
from typing import Any

import duckdb
import numpy as np

from clickstream.loading import EVENT_TYPES, Columns, Row, Rows
from clickstream.quoting import quoted_name

__all__ = ["SmallBatches"]

_PRICE_PARTS = 10_000
"""A price has four places."""
_HIGHEST_PRICE = 1_000_000
"""A price above it may be more times the median of its category than an integer holds."""
_EXACT = 2**53
"""Whole numbers below it are exact as floating numbers too."""
_KNOWN_PRICE = 1e-6
"""Nearer to a whole number of its smallest parts than this, a price is one."""
_NEEDED = "SELECT ln(2), sqrt(2), iif(1, json_array(1), 0)"
"""Functions that SQLite has from 3.38 on, unless it was built without them."""
_TOO_LARGE = "integer overflow"
"""What SQLite says of a sum that no integer holds: one of prices over a tiny median."""
_COPIED_AT_ONCE = 10_000
_CUT_COLUMNS = ("unit_id", "cut_index", "as_of")
_PLAN_KEPT_FOR = 16
"""Queries of a bundle, and the four that fill the tables, of which SQLite keeps the plan."""


class SmallBatches:
    """Runs an answer's query over few units.

    Parameters
    ----------
    queries : mapping of str to str
        `features.sqlite.sql` by answer.
    lookups : DuckDBPyConnection
        Holds the lookups as tables.
    context_columns : sequence of str
        Columns of the source beyond the canonical ones.

    Attributes
    ----------
    answers : frozenset of str
        Those with a query; none where Python came with a SQLite that lacks what queries need.
    """

    def __init__(
        self,
        queries: Mapping[str, str],
        lookups: duckdb.DuckDBPyConnection,
        context_columns: Sequence[str],
    ) -> None:
        self._queries = queries
        self._context = tuple(context_columns)
        self._lock = Lock()
        self._connection = sqlite3.connect(
            ":memory:",
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_PLAN_KEPT_FOR,
        )
        self.answers = frozenset(queries if _is_able(self._connection) else ())
        for name in _read_by(queries, lookups) if self.answers else ():
            _copy_lookup(name, lookups, self._connection)
        self._events = _create(self._connection, "events", (*EVENT_TYPES, *self._context))
        self._cuts = _create(self._connection, "cuts", _CUT_COLUMNS)

    def columns(self, answer: str, rows: Rows, strings: Collection[str]) -> Columns | None:
        """What the query of an answer says, or None if SQLite could not hold the rows exactly.

        Parameters
        ----------
        answer : str
            One of `answers`.
        rows : Rows
            Of `events` and `cuts`.
        strings : collection of str
            Names of the columns that hold strings; all others hold numbers.

        Returns
        -------
        mapping of str to ndarray or None
            A row per unit; numbers are float64 with NaN where nothing is known, strings are
            objects with None.
        """
        if not _is_exact(rows):
            return None
        with self._lock:
            self._fill("events", self._events, map(self._event, rows.events))
            self._fill("cuts", self._cuts, map(_cut, rows.cuts))
            try:
                found = self._connection.execute(self._queries[answer])
                told = found.fetchall()
            except sqlite3.OperationalError as error:
                if str(error) != _TOO_LARGE:
                    raise
                return None
            names = [str(column[0]) for column in found.description]
        types = {name: object if name in strings else np.float64 for name in names}
        return {
            name: np.array([row[place] for row in told], dtype=types[name])
            for place, name in enumerate(names)
        }

    def _event(self, row: Row) -> tuple[Any, ...]:
        return (
            row["session_id"],
            row["customer_id"],
            row["event_index"],
            row.get("event_time"),
            row.get("event_date"),
            row["event_type"],
            row.get("product_id"),
            row.get("category"),
            _amount(row.get("price")),
            row["quantity"],
            *map(row.get, self._context),
        )

    def _fill(self, table: str, insert: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._connection.execute(f"DELETE FROM {table}")
        self._connection.executemany(insert, rows)


def _is_able(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute(_NEEDED)
    except sqlite3.OperationalError:
        return False
    return True


def _read_by(queries: Mapping[str, str], lookups: duckdb.DuckDBPyConnection) -> list[str]:
    tables = lookups.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return [str(name) for (name,) in tables if any(f'"{name}"' in sql for sql in queries.values())]


def _create(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> str:
    """Make a table; the result is the statement that fills it."""
    # Without a type SQLite keeps each value as it is given.
    connection.execute(f"CREATE TABLE {table} ({', '.join(map(quoted_name, columns))})")
    return f"INSERT INTO {table} VALUES ({', '.join('?' for _ in columns)})"


def _copy_lookup(
    name: str, lookups: duckdb.DuckDBPyConnection, connection: sqlite3.Connection
) -> None:
    """Make a lookup's table, and an index by which a query finds its rows."""
    described = lookups.execute(f"DESCRIBE {quoted_name(name)}").fetchall()
    types = {str(column): str(type_) for column, type_, *_ in described}
    values = ", ".join(_as_number(quoted_name(column), type_) for column, type_ in types.items())
    insert = _create(connection, quoted_name(name), list(types))
    rows = lookups.execute(f"SELECT {values} FROM {quoted_name(name)}")
    while part := rows.fetchmany(_COPIED_AT_ONCE):
        connection.executemany(insert, part)
    keys = [column for column, type_ in types.items() if type_ in ("VARCHAR", "TIMESTAMP")]
    index = ", ".join(map(quoted_name, keys))
    connection.execute(
        f"CREATE INDEX {quoted_name(f'{name}_keys')} ON {quoted_name(name)} ({index})"
    )


def _as_number(column: str, type_: str) -> str:
    return f"epoch_us({column})" if type_ == "TIMESTAMP" else column


def _cut(row: Row) -> tuple[Any, ...]:
    return row["unit_id"], row["cut_index"], row["as_of"]


def _amount(price: float | Decimal | None) -> int | None:
    """A price in its smallest parts, rounded as DuckDB rounds its text."""
    if price is None:
        return None
    nearest = round(price * _PRICE_PARTS)
    if abs(float(price) * _PRICE_PARTS - nearest) < _KNOWN_PRICE:
        return nearest
    exact = Decimal(str(price)) * _PRICE_PARTS
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _is_exact(rows: Rows) -> bool:
    """Whether no moment lies before 1970, and amounts stay exact when they are added up."""
    moments = [row.get(name) for row in rows.events for name in ("event_time", "event_date")]
    moments += [row["as_of"] for row in rows.cuts]
    prices = [abs(float(row.get("price") or 0)) for row in rows.events]
    quantities = [abs(row["quantity"]) + 1 for row in rows.events]
    total = sum(map(mul, prices, quantities)) * _PRICE_PARTS
    first = min((moment for moment in moments if moment is not None), default=0)
    return first >= 0 and max(prices, default=0) <= _HIGHEST_PRICE and total < _EXACT
