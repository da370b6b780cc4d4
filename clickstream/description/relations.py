"""How columns go together: correlations over all rows, and a sample of rows to look at."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import duckdb

from clickstream.description.tables import Correlations, Sample

__all__ = ["correlations", "sample"]

_SAMPLED = 1_000


def correlations(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Mapping[str, str]
) -> Correlations | None:
    """Correlate every two columns.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where the relation is.
    relation : str
        Its name.
    columns : mapping of str to str
        Names and the SQL of numbers.

    Returns
    -------
    Correlations or None
        None for fewer than two columns.
    """
    names = tuple(columns)
    if len(names) < 2:
        return None
    pairs = list(combinations(range(len(names)), 2))
    values = _finite(columns)
    measured = ", ".join(f"corr(c{a}, c{b})" for a, b in pairs)
    row = connection.execute(f"SELECT {measured} FROM (SELECT {values} FROM {relation})").fetchall()
    # Floating sums move with the order of rows; four digits do not.
    found = dict(zip(pairs, map(_rounded, row[0]), strict=True))
    return Correlations(
        names,
        tuple(
            tuple(1.0 if a == b else found[min(a, b), max(a, b)] for b in range(len(names)))
            for a in range(len(names))
        ),
    )


def _finite(columns: Mapping[str, str]) -> str:
    """SQL of numbers named c0, c1, …; what is not finite is missing."""
    return ", ".join(
        f"CASE WHEN isfinite(({value})::DOUBLE) THEN ({value})::DOUBLE END AS c{place}"
        for place, value in enumerate(columns.values())
    )


def _rounded(value: float | None) -> float | None:
    """Four digits; None where a column is constant."""
    return None if value is None or value != value else round(value, 4)


def sample(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Mapping[str, str],
    *,
    of: str,
    key: str,
    marked: str,
    mark: str,
) -> Sample:
    """Draw 1,000 rows at most, by a hash of their key.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where the relation is.
    relation : str
        Its name.
    columns : mapping of str to str
        Names, with their units, and the SQL of numbers.
    of : str
        What a row is, in the plural.
    key : str
        SQL of a text that names the row.
    marked : str
        SQL of whether it says yes.
    mark : str
        What that means.
    """
    values = _finite(columns)
    rows = connection.execute(
        f"SELECT coalesce({marked}, false), {values} FROM {relation} "
        f"ORDER BY md5({key}) LIMIT {_SAMPLED}"
    ).fetchall()
    return Sample(
        of,
        tuple(columns),
        tuple(tuple(row[1:]) for row in rows),
        tuple(bool(row[0]) for row in rows),
        mark,
    )
