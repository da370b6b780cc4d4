"""Histograms: the engine counts, and only the bins come back."""

from __future__ import annotations

import math

import duckdb

from clickstream.description.tables import Histogram

__all__ = ["histogram"]

_BINS = 30
_WHOLE_BINS = 80
_SHOWN = 0.99
"""Quantile at which a histogram ends, so that a few far values do not flatten all others."""


def histogram(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    value: str,
    *,
    of: str,
    name: str,
    unit: str,
    counted: str,
) -> Histogram | None:
    """Count values by bins of equal width.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Where the relation is.
    relation : str
        Its name.
    value : str
        SQL of the value.
    of, name, unit, counted : str
        What the histogram shows; see `Histogram`.

    Returns
    -------
    Histogram or None
        None where no row has a value.
    """
    values = (
        "(SELECT CASE WHEN isfinite(v) THEN v END AS x "
        f"FROM (SELECT ({value})::DOUBLE AS v FROM {relation}))"
    )
    low, high, whole, missing = connection.execute(
        f"SELECT min(x), quantile_disc(x, {_SHOWN}), bool_and(x = floor(x)), "
        f"count(*) FILTER (x IS NULL) FROM {values}"
    ).fetchall()[0]
    if low is None:
        return None
    width, bins = _bins(low, high, whole)
    rows = connection.execute(
        f"SELECT least(floor((x - $low) / $width), $bins)::BIGINT AS bin, count(*) "
        f"FROM {values} WHERE x IS NOT NULL GROUP BY bin",
        {"low": low, "width": width, "bins": bins},
    ).fetchall()
    counts = dict(rows)
    return Histogram(
        of,
        name,
        unit,
        counted,
        tuple(low + place * width for place in range(bins + 1)),
        tuple(counts.get(place, 0) for place in range(bins)),
        counts.get(bins, 0),
        missing,
        whole,
    )


def _bins(low: float, high: float, whole: bool) -> tuple[float, int]:
    """Width and number of bins that hold both ends."""
    if whole:
        width = float(math.ceil((high - low + 1) / _WHOLE_BINS))
        return width, math.ceil((high - low + 1) / width)
    if high <= low:
        return 1.0, 1
    # A hair wider, so that the highest value is in the last bin.
    return (high - low) / _BINS * (1 + 1e-9), _BINS
