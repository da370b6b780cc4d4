"""Times as files write them, and how a whole column of them is to be read."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import ibis
import ibis.expr.types as ir

from clickstream.sources.columns import utc_time
from clickstream.sources.mapping.model import TIME_UNITS

__all__ = ["time_of", "time_readings"]

_EARLIEST, _LATEST = 100_000_000, 10_000_000_000
"""1973 and 2286 in seconds: between them the units of a time cannot be taken for each other."""

_PATTERNS = tuple(
    date + time
    for date in (
        *("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d"),
        *("%m/%d/%y", "%d/%m/%y", "%y/%m/%d", "%d.%m.%y", "%d-%m-%y", "%y-%m-%d"),
    )
    for time in (" %H:%M:%S", " %H:%M", "")
)

_FIRST_YEAR = 1000
"""As a year of four digits `24/12/25` would be a day of the year 24."""


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def try_strptime(text: str, pattern: str) -> datetime:  # type: ignore[empty-body]
    """DuckDB's own: a text as a time by a pattern, null where it does not fit."""


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def make_timestamp(micros: int) -> datetime:  # type: ignore[empty-body]
    """DuckDB's own: microseconds since 1970 as a time in UTC."""


def time_of(text: ir.StringValue, time_format: str) -> ir.TimestampValue:
    """A text as a time in UTC, null where it does not read so.

    Parameters
    ----------
    text : ibis string
        A time; without a zone it is UTC.
    time_format : str
        `iso`, a unit of `TIME_UNITS`, or a pattern for `strptime`.
    """
    if time_format == "iso":
        return utc_time(text)
    if time_format in TIME_UNITS:
        return _since_1970(text, TIME_UNITS[time_format])
    return cast(ir.TimestampValue, try_strptime(text, time_format))


def time_readings(text: ir.StringValue) -> dict[str, float]:
    """The formats that some of a column's values read as, with the share that does, best first.

    Parameters
    ----------
    text : ibis string column
        Empty values are null; one at least is not.

    Returns
    -------
    dict of str to float
        By format, from ISO and the units or, where those read less than half, from patterns.
    """
    usual = _shares(text, ("iso", *TIME_UNITS))
    return usual if max(usual.values(), default=0) >= 0.5 else _shares(text, _PATTERNS)


def _since_1970(text: ir.StringValue, parts: int) -> ir.TimestampValue:
    number = text.try_cast("decimal(24, 6)")
    plausible = number.between(_EARLIEST * parts, _LATEST * parts)
    micros = (number * (1_000_000 // parts)).cast("int64")
    return cast(ir.TimestampValue, make_timestamp(plausible.ifelse(micros, ibis.null("int64"))))


def _shares(text: ir.StringValue, formats: tuple[str, ...]) -> dict[str, float]:
    times = [time_of(text, name) for name in formats]
    counted = {
        f"f{place}": (time.year() >= _FIRST_YEAR).sum().fill_null(0)
        for place, time in enumerate(times)
    }
    table = text.as_table()
    row = table.agg(filled=text.count(), **counted).execute().iloc[0]
    found = {name: int(row[f"f{place}"]) for place, name in enumerate(formats)}
    best = sorted((name for name in formats if found[name]), key=lambda name: -found[name])
    return {name: found[name] / int(row["filled"]) for name in best}
