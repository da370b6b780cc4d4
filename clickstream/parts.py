"""Long logs part by part: features need the memory of a part, however long the log is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

import duckdb

from clickstream.quoting import quoted, quoted_name
from clickstream.tables import Dataset

__all__ = ["Scope", "in_parts", "store_owners"]

Scope = Literal["session", "customer"]

_MOST_EVENTS = 5_000_000
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

_NUMBERED = {
    "session": {
        "session_id": "units.number",
        "customer_id": "CASE WHEN log.customer_id IS NOT NULL THEN units.customer END",
    },
    "customer": {"customer_id": "units.number"},
}
"""Numbers in place of names, which are compared, sorted and hashed over and over."""


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


def in_parts(
    dataset: Dataset, scope: Scope, sql: str
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Yield connections and what to select the features of one part of the units from.

    A customer is whole in one part, and so is whatever `features.sql` looks at for him: over all
    parts it gives the rows that it gives for the whole.

    Parameters
    ----------
    dataset : Dataset
        Events, with the tables `cuts` and, where the query reads them, the lookups.
    scope : {'session', 'customer'}
        What a cut's unit is.
    sql : str
        `features.sql`. It sees the part's events and cuts alone, and all other tables.
    """
    connection = dataset.connection
    store_owners(connection, scope)
    number = _number(connection)
    columns = _enums(dataset) | _NUMBERED[scope]
    for part in range(number):
        with connection.cursor() as cursor:
            # Of a sample's few units one part, too, is far less than the whole log.
            _show(cursor, scope, f"hash(owner) % {number} = {part}", columns)
            yield (
                cursor,
                f"(SELECT units.name AS unit_id, made.* EXCLUDE (unit_id) FROM ({sql}) made "
                "JOIN units ON made.unit_id = units.number)",
            )


def _number(connection: duckdb.DuckDBPyConnection) -> int:
    ((events, memory),) = connection.execute(
        "SELECT (SELECT coalesce(sum(events), 0) FROM _owners), "
        "parse_formatted_bytes(current_setting('memory_limit'))"
    ).fetchall()
    fitting = min(_MOST_EVENTS, int(memory) // _BYTES_PER_EVENT)
    return max(1, math.ceil(int(events) / fitting))


def _enums(dataset: Dataset) -> dict[str, str]:
    """SQL that makes enums of the columns with few values, which are a byte then and not 16."""
    columns = {}
    for column in ("event_type", "category", *dataset.context_columns):
        name = quoted_name(column)
        found = dataset.connection.execute(
            f"SELECT DISTINCT {name} FROM events WHERE {name} IS NOT NULL ORDER BY ALL "
            f"LIMIT {_MOST_VALUES + 1}"
        ).fetchall()
        if 0 < len(found) <= _MOST_VALUES:
            values = ", ".join(quoted(value) for (value,) in found)
            columns[column] = f"log.{name}::ENUM({values})"
    return columns


def _show(
    cursor: duckdb.DuckDBPyConnection, scope: Scope, part: str, columns: dict[str, str]
) -> None:
    """Put views of the part before the tables of the whole, whose names they have."""
    ((whole,),) = cursor.execute("SELECT current_database()").fetchall()
    cursor.execute(
        "CREATE TEMP TABLE units AS SELECT name, row_number() OVER () AS number, "
        f"dense_rank() OVER (ORDER BY owner) AS customer FROM _owners WHERE {part}"
    )
    shown = {"events": (f"{scope}_id", columns), "cuts": ("unit_id", {"unit_id": "units.number"})}
    for table, (key, replaced) in shown.items():
        replacing = ", ".join(
            f"{value} AS {quoted_name(column)}" for column, value in replaced.items()
        )
        cursor.execute(
            f"CREATE TEMP VIEW {table} AS SELECT log.* REPLACE ({replacing}) "
            f'FROM "{whole}".main.{table} log JOIN units ON log.{key} = units.name'
        )
