"""Describe ready-made rows."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from clickstream.description.columns import common_values, missing_values
from clickstream.description.histograms import histogram
from clickstream.description.relations import correlations, sample
from clickstream.description.tables import Balance, Correlations, Description, Histogram, Sample
from clickstream.quoting import quoted, quoted_name
from clickstream.tables import Dataset

__all__ = ["describe_rows"]

_MOST_COLUMNS = 16
_PAIRED = 5


def describe_rows(dataset: Dataset, cursor: duckdb.DuckDBPyConnection) -> Description:
    """Describe ready-made rows.

    Parameters
    ----------
    dataset : Dataset
        Rows.
    cursor : DuckDBPyConnection
        Of the data set's connection.
    """
    schema = dataset.table.schema()
    flags = {
        label.column: label.positive
        for label in dataset.labels.values()
        if label.column is not None and label.positive is not None
    }
    numbers = [name for name in schema.names if schema[name].is_numeric() and name not in flags]
    texts = [name for name in schema.names if name not in numbers]
    yes = {
        f"{column} is {code}": f"{quoted_name(column)} = {quoted(code)}"
        for column, code in flags.items()
    }
    columns = {name: quoted_name(name) for name in numbers[:_MOST_COLUMNS]}
    related = correlations(cursor, "rows", yes | columns)
    bars = (common_values(cursor, "rows", name, "rows") for name in texts[:_MOST_COLUMNS])
    return Description(
        missing_values(cursor, "rows", list(schema.names)),
        _histograms(cursor, columns),
        tuple(found for found in bars if found is not None),
        related,
        _sample(cursor, list(schema.names), _telling(related, columns, len(yes)), yes),
        balance=tuple(_balance(cursor, label, says_yes) for label, says_yes in yes.items()),
    )


def _balance(cursor: duckdb.DuckDBPyConnection, label: str, says_yes: str) -> Balance:
    counts = cursor.execute(
        f"SELECT count(*) FILTER ({says_yes}), count(*) FILTER (NOT ({says_yes})) FROM rows"
    ).fetchall()[0]
    return Balance("rows", label, *counts)


def _histograms(
    cursor: duckdb.DuckDBPyConnection, columns: Mapping[str, str]
) -> tuple[Histogram, ...]:
    made = (
        histogram(
            cursor,
            "rows",
            value,
            of=f"Rows by {name}",
            name=name,
            unit="as in the file",
            counted="rows",
        )
        for name, value in columns.items()
    )
    return tuple(found for found in made if found is not None)


def _sample(
    cursor: duckdb.DuckDBPyConnection,
    names: list[str],
    columns: Mapping[str, str],
    yes: Mapping[str, str],
) -> Sample | None:
    """Rows for a plot of pairs, marked where the first label says yes."""
    if not columns:
        return None
    mark, marked = next(iter(yes.items()), ("", "false"))
    key = f"ROW({', '.join(map(quoted_name, names))})::VARCHAR"
    return sample(cursor, "rows", columns, of="rows", key=key, marked=marked, mark=mark)


def _telling(
    related: Correlations | None, columns: Mapping[str, str], labels: int
) -> dict[str, str]:
    """The numbers most correlated with the first label, or the first ones."""
    names = list(columns)
    if related is not None and labels:
        strength = dict(zip(related.names, related.values[0], strict=True))
        names.sort(key=lambda name: -abs(strength[name] or 0.0))
    return {name: columns[name] for name in names[:_PAIRED]}
