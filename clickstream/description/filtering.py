"""A part of a data set: the rows of some dates and some values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb

from clickstream.quoting import quoted, quoted_name
from clickstream.tables import Dataset

__all__ = ["Filter", "count_filtered", "narrow"]


@dataclass(frozen=True)
class Filter:
    """Which rows count.

    Attributes
    ----------
    first, last : date or None
        Days of events, both included; None where there is no border.
    values : mapping of str to sequence of str
        By column the values of which one must be there.
    """

    first: date | None = None
    last: date | None = None
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def condition(self) -> str:
        """As SQL over the canonical table."""
        parts = [
            f"{quoted_name(column)} IN ({', '.join(map(quoted, chosen))})"
            for column, chosen in self.values.items()
            if chosen
        ]
        if self.first is not None:
            parts.append(f"event_date >= DATE '{self.first.isoformat()}'")
        if self.last is not None:
            parts.append(f"event_date <= DATE '{self.last.isoformat()}'")
        return " AND ".join(parts) or "true"


def narrow(cursor: duckdb.DuckDBPyConnection, kind: str, only: Filter) -> None:
    """Have a cursor see some rows only, in the place of its data set's table.

    Parameters
    ----------
    cursor : DuckDBPyConnection
        Of the data set's connection; others go on seeing all rows.
    kind : {'events', 'rows'}
        Name of the table.
    only : Filter
        Which rows.
    """
    # A temporary view comes before a table of the same name, and goes with the cursor.
    database = cursor.execute("SELECT current_database()").fetchall()[0][0]
    whole = f"{quoted_name(database)}.main.{kind}"
    cursor.execute(f"CREATE OR REPLACE TEMP VIEW {kind} AS FROM {whole} WHERE {only.condition()}")


def count_filtered(dataset: Dataset, only: Filter) -> int:
    """How many rows pass a filter.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    only : Filter
        Which rows.
    """
    found = dataset.connection.execute(
        f"SELECT count(*) FROM {dataset.kind} WHERE {only.condition()}"
    ).fetchall()
    return int(found[0][0])
