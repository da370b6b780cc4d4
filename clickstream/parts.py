"""Long logs part by part: features need the memory of a part, however long the log is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import duckdb

from clickstream.tables import Dataset

__all__ = ["Scope", "in_parts", "store_owners"]

Scope = Literal["session", "customer"]

_MOST_EVENTS = 4_000_000
"""Events of a part; more are no faster, and take more memory."""
_BYTES_PER_EVENT = 1_200
"""What the features of an event need at most while they are computed, all columns included."""

_MOST_VALUES = 200

_SESSIONS = """
WITH owned AS MATERIALIZED (
    SELECT session_id AS name,
        coalesce(arg_min_null(customer_id, event_index), session_id) AS owner,
        count(*) AS events
    FROM events GROUP BY session_id
)
SELECT * FROM owned
SEMI JOIN (SELECT owner FROM owned SEMI JOIN cuts ON name = unit_id) USING (owner)
"""
"""Sessions that are asked about and all others of the same customers, which are their history."""

_CUSTOMERS = """
SELECT customer_id AS name, customer_id AS owner, count(*) AS events
FROM events SEMI JOIN cuts ON customer_id = unit_id GROUP BY customer_id
"""


def store_owners(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """Make the table `_owners` of the units in `cuts`, and of the sessions that are their history.

    Parameters
    ----------
    connection : DuckDBPyConnection
        With the tables `events` and `cuts`.
    scope : {'session', 'customer'}
        What a unit is; its `owner` is the customer, or an anonymous session itself.
    """
    owners = _SESSIONS if scope == "session" else _CUSTOMERS
    connection.execute(f"CREATE OR REPLACE TABLE _owners AS {owners}")


def in_parts(dataset: Dataset, scope: Scope) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield connections whose `events` and `cuts` are those of one part of the units.

    A customer is whole in one part, and so is whatever `features.sql` looks at for him: over all
    parts it gives the rows that it gives for the whole. All other tables are seen from each.

    Parameters
    ----------
    dataset : Dataset
        Events, with the table `cuts`.
    scope : {'session', 'customer'}
        What a cut's unit is.
    """
    connection = dataset.connection
    key = "session_id" if scope == "session" else "customer_id"
    store_owners(connection, scope)
    number = _number(connection)
    columns = _enums(connection) if number > 1 else "*"
    for part in range(number):
        with connection.cursor() as cursor:
            if number > 1:
                _show(cursor, key, f"hash(owner) % {number} = {part}", columns)
            yield cursor


def _number(connection: duckdb.DuckDBPyConnection) -> int:
    ((events, memory),) = connection.execute(
        "SELECT (SELECT coalesce(sum(events), 0) FROM _owners), "
        "parse_formatted_bytes(current_setting('memory_limit'))"
    ).fetchall()
    fitting = min(_MOST_EVENTS, int(memory) // _BYTES_PER_EVENT)
    return max(1, math.ceil(int(events) / fitting))


def _enums(connection: duckdb.DuckDBPyConnection) -> str:
    """SQL that makes enums of the columns with few values, which are a byte then and not 16.

    That takes a sixth off the time of the features, which compare them over and over.
    """
    columns = []
    for column in ("event_type", "category"):
        found = connection.execute(
            f"SELECT DISTINCT {column} FROM events WHERE {column} IS NOT NULL ORDER BY ALL "
            f"LIMIT {_MOST_VALUES + 1}"
        ).fetchall()
        if 0 < len(found) <= _MOST_VALUES:
            values = ", ".join("'" + value.replace("'", "''") + "'" for (value,) in found)
            columns.append(f"{column}::ENUM({values}) AS {column}")
    return f"* REPLACE ({', '.join(columns)})"


def _show(cursor: duckdb.DuckDBPyConnection, key: str, part: str, columns: str) -> None:
    """Put views of the part before the tables of the whole, whose names they have."""
    ((whole,),) = cursor.execute("SELECT current_database()").fetchall()
    for table, column, kept in (("events", key, columns), ("cuts", "unit_id", "*")):
        cursor.execute(
            f'CREATE TEMP VIEW {table} AS SELECT {kept} FROM "{whole}".main.{table} '
            f"SEMI JOIN (SELECT name FROM _owners WHERE {part}) ON {column} = name"
        )
