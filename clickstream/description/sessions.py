"""Sessions: how long they are, where they begin and end, how far they get."""

from __future__ import annotations

from itertools import starmap

import duckdb

from clickstream.description.tables import Path, Place, Step, Visits

__all__ = ["SESSIONS", "funnel", "make_sessions", "paths", "places", "visits"]

SESSIONS = "described_sessions"
"""Temporary table with one row per session; events of another way than clicks are left out."""

_PLACES = 15
_PATHS = 15
_STEPS = 3
_CLICKS = 20
"""How far into a session its first steps are looked for."""


def make_sessions(connection: duckdb.DuckDBPyConnection) -> None:
    """Sum up every session of `events` in the temporary table `described_sessions`.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds `events`.
    """
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {SESSIONS} AS
        SELECT session_id, count(*) AS events,
               count(*) FILTER (event_type = 'view') AS views,
               count(DISTINCT product_id) AS products,
               count(DISTINCT category) AS categories,
               count(*) FILTER (event_type = 'cart') AS carts,
               count(*) FILTER (event_type = 'purchase') AS purchases,
               (epoch_ms(max(event_time)) - epoch_ms(min(event_time))) / 1000 AS duration,
               (sum(price) / count(price))::DOUBLE AS price,
               (sum(price * quantity) FILTER (event_type = 'purchase'))::DOUBLE AS spend,
               min(event_index) AS first_index, max(event_index) AS last_index
        FROM events WHERE event_type <> 'return' GROUP BY session_id"""
    )


def visits(connection: duckdb.DuckDBPyConnection) -> Visits:
    """Sum up all sessions; needs `make_sessions`."""
    row = connection.execute(
        f"""SELECT count(*), avg(events), median(events), avg(views), avg(duration),
        median(duration), avg((events = 1)::INT),
        CASE WHEN sum(purchases) > 0 THEN avg((purchases > 0)::INT) END FROM {SESSIONS}"""
    ).fetchall()[0]
    return Visits(*row)


def places(connection: duckdb.DuckDBPyConnection, column: str) -> tuple[Place, ...]:
    """Clicks, bounces and exits of the 15 categories or products clicked most.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds `events`, after `make_sessions`.
    column : {'category', 'product_id'}
        What a place is.
    """
    rows = connection.execute(
        f"""SELECT {column}, count(*) AS clicks, count(DISTINCT session_id),
        count(*) FILTER (event_index = first_index) AS entries,
        count(*) FILTER (s.events = 1) / nullif(entries, 0),
        count(*) FILTER (event_index = last_index) / clicks
        FROM events JOIN {SESSIONS} s USING (session_id)
        WHERE {column} IS NOT NULL AND event_type <> 'return'
        GROUP BY {column} ORDER BY clicks DESC, {column} LIMIT {_PLACES}"""
    ).fetchall()
    return tuple(starmap(Place, rows))


def funnel(connection: duckdb.DuckDBPyConnection) -> tuple[Step, ...]:
    """Sessions with a view, with a cart and with a purchase; needs `make_sessions`."""
    row = connection.execute(
        f"""SELECT count(*) FILTER (views > 0), count(*) FILTER (carts > 0),
        count(*) FILTER (purchases > 0) FROM {SESSIONS}"""
    ).fetchall()[0]
    return tuple(map(Step, ("view", "cart", "purchase"), row))


def paths(connection: duckdb.DuckDBPyConnection) -> tuple[Path, ...]:
    """The 15 commonest beginnings of sessions, three steps at most; needs `make_sessions`.

    A step is named by its category, and by what it did where it was no view. The same step several
    times in a row is one, and a session of one step goes nowhere.
    """
    rows = connection.execute(
        f"""WITH steps AS (
            SELECT session_id, event_index, CASE WHEN event_type = 'view'
            THEN coalesce(category, 'view') ELSE concat_ws(' ', event_type, category) END AS step
            FROM events JOIN {SESSIONS} USING (session_id)
            WHERE event_type <> 'return' AND event_index < first_index + {_CLICKS}
        ), moves AS (
            SELECT * FROM steps QUALIFY step IS DISTINCT FROM
            lag(step) OVER (PARTITION BY session_id ORDER BY event_index)
        ), begun AS (
            SELECT list(step ORDER BY event_index)[:{_STEPS}] AS path FROM moves
            GROUP BY session_id HAVING count(*) > 1
        )
        SELECT path, count(*) AS n FROM begun GROUP BY path ORDER BY n DESC, path LIMIT {_PATHS}"""
    ).fetchall()
    return tuple(Path(tuple(steps), sessions) for steps, sessions in rows)
