"""Columns one by one: what is missing, and which values are common."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from clickstream.description.tables import Bars, Missing
from clickstream.quoting import quoted_name

__all__ = ["common_values", "missing_values"]

_BARS = 15


def missing_values(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[str]
) -> tuple[Missing, ...]:
    """Count the rows without a value, column by column.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where the relation is.
    relation : str
        Its name.
    columns : sequence of str
        Which columns. An empty text is no value.
    """
    counts = ", ".join(
        f"count(*) FILTER (nullif({quoted_name(name)}::VARCHAR, '') IS NULL)" for name in columns
    )
    row = connection.execute(f"SELECT count(*), {counts} FROM {relation}").fetchall()[0]
    return tuple(
        Missing(name, missing, row[0]) for name, missing in zip(columns, row[1:], strict=True)
    )


def common_values(
    connection: duckdb.DuckDBPyConnection, relation: str, column: str, counted: str
) -> Bars | None:
    """Count the commonest values of a column, ties in alphabetical order.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where the relation is.
    relation : str
        Its name.
    column : str
        Its column.
    counted : str
        What a row is, in the plural.

    Returns
    -------
    Bars or None
        None where no row has a value.
    """
    rows = connection.execute(
        f"WITH counted AS (SELECT nullif({quoted_name(column)}::VARCHAR, '') AS value, "
        f"count(*) AS n FROM {relation} GROUP BY 1), ranked AS (SELECT *, row_number() OVER "
        "(ORDER BY value IS NULL, n DESC, value) AS place FROM counted) "
        "SELECT CASE WHEN value IS NULL THEN 'missing' WHEN place <= $bars THEN 'bar' "
        "ELSE 'other' END AS kind, "
        "CASE WHEN place <= $bars THEN value END AS shown, sum(n)::BIGINT, count(*), min(place) "
        "FROM ranked GROUP BY ALL ORDER BY min(place)",
        {"bars": _BARS},
    ).fetchall()
    bars = tuple((value, count) for kind, value, count, _, _ in rows if kind == "bar")
    totals = {kind: (count, values) for kind, _, count, values, _ in rows if kind != "bar"}
    if not bars:
        return None
    others, other_values = totals.get("other", (0, 0))
    return Bars(column, counted, bars, others, other_values, totals.get("missing", (0, 0))[0])
