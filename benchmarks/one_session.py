"""What one request costs: a session, and a batch of them, through the query of an answer."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.measuring import measured
from benchmarks.page import table
from benchmarks.session_features import HISTORY_DAYS, every_feature, learn, learned_files
from benchmarks.simulated import kept_log
from clickstream.features import features_sql
from clickstream.features.sqlite import sqlite_sql
from clickstream.loading import Unit, connect, load_lookups, load_rows, unit_rows
from clickstream.small_batches import SmallBatches
from clickstream.sources import read_source
from clickstream.units import session_units

__all__ = ["one_session"]

Way = Callable[[Sequence[Unit]], None]
"""From units to their inputs."""

_QUERY = "session"
_REPEATS = 30
_CLICKS = 12
_BATCH = 64
_KNOWN = 2_000
"""Sessions among which one of `_CLICKS` is looked for."""


def one_session(events: int, folder: Path) -> Iterator[str]:
    """Time both ways through `clickstream.scoring`, each with what it takes to fill its tables.

    Parameters
    ----------
    events : int
        Size of the log that the sessions are of.
    folder : Path
        Where the logs are kept.
    """
    yield f"Medians of {_REPEATS} runs on one thread, in ms."
    yield ""
    rows = measured(_rows, kept_log(events, folder)).result
    yield from table(("", "events sent", "SQLite", "DuckDB", "per session, the faster"), rows)


def _rows(shop: Path) -> list[tuple[str, ...]]:
    dataset = read_source([shop])
    categories = learn(dataset)
    connection = connect()
    with tempfile.TemporaryDirectory() as folder:
        load_lookups(connection, learned_files(dataset, Path(folder)))
    features = every_feature(dataset, categories)
    query = connection.extract_statements(features_sql(features))[0]
    small = SmallBatches(
        {_QUERY: sqlite_sql(features.expression)}, connection, dataset.context_columns
    )
    alone = session_units(dataset, _KNOWN)
    known = session_units(dataset, _KNOWN, HISTORY_DAYS)
    place = _place(alone)
    clicks = len(alone[place]["events"])
    asked = {
        f"a session of {clicks} clicks": [alone[place]],
        f"a session of {clicks} clicks with its history": [known[place]],
        f"{_BATCH} sessions": alone[:_BATCH],
        f"{_BATCH} sessions with their history": known[:_BATCH],
    }

    def sqlite(units: Sequence[Unit]) -> None:
        small.columns(_QUERY, unit_rows(units, "session"), strings)

    def duckdb(units: Sequence[Unit]) -> None:
        with connection.cursor() as cursor:
            load_rows(cursor, unit_rows(units, "session"), dataset.context_columns)
            cursor.execute(query).fetchnumpy()

    strings = ["unit_id", *(one.name for one in features.features if one.type == "string")]
    return [_row(name, units, [sqlite, duckdb]) for name, units in asked.items()]


def _place(units: Sequence[Unit]) -> int:
    """Where the first session stands whose number of clicks comes closest to what is wanted."""
    return min(range(len(units)), key=lambda place: abs(len(units[place]["events"]) - _CLICKS))


def _row(name: str, units: Sequence[Unit], ways: Sequence[Way]) -> tuple[str, ...]:
    took = [median(_milliseconds(way, units) for _ in range(_REPEATS)) for way in ways]
    events = sum(len(unit["events"]) for unit in units)
    return name, f"{events:,}", *(f"{each:.2f}" for each in (*took, min(took) / len(units)))


def _milliseconds(way: Way, units: Sequence[Unit]) -> float:
    began = time.perf_counter()
    way(units)
    return 1000 * (time.perf_counter() - began)
