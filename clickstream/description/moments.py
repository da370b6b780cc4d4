"""When events happen."""

from __future__ import annotations

from itertools import starmap

import duckdb

from clickstream.description.tables import Calendar, Day

__all__ = ["GAPS", "calendar", "days", "make_gaps"]

GAPS = "described_gaps"
"""Temporary table of the seconds between a click and the one before in its session."""


def calendar(connection: duckdb.DuckDBPyConnection) -> Calendar:
    """Count `events` by weekday and hour, UTC."""
    rows = connection.execute(
        "SELECT isodow(event_time) - 1, hour(event_time), count(*) FROM events "
        "WHERE event_time IS NOT NULL GROUP BY ALL"
    ).fetchall()
    counts = {(weekday, hour): count for weekday, hour, count in rows}
    return Calendar(
        tuple(tuple(counts.get((weekday, hour), 0) for hour in range(24)) for weekday in range(7))
    )


def days(connection: duckdb.DuckDBPyConnection) -> tuple[Day, ...]:
    """Count `events` by date, dates without any included."""
    rows = connection.execute(
        "WITH span AS (SELECT unnest(generate_series(min(event_date), max(event_date), "
        "INTERVAL 1 DAY))::DATE AS day FROM events) "
        "SELECT day, count(event_date) FROM span LEFT JOIN events ON event_date = day "
        "GROUP BY day ORDER BY day"
    ).fetchall()
    return tuple(starmap(Day, rows))


def make_gaps(connection: duckdb.DuckDBPyConnection) -> None:
    """Measure the time between clicks in the temporary table `described_gaps`."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {GAPS} AS
        SELECT (epoch_ms(event_time) - lag(epoch_ms(event_time)) OVER (
            PARTITION BY session_id ORDER BY event_index
        )) / 1000 AS gap
        FROM events WHERE event_type <> 'return' QUALIFY gap IS NOT NULL"""
    )
