"""What one request costs: a session, and a batch of them, through `features.sql`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.measuring import measured
from benchmarks.page import table
from benchmarks.session_features import HISTORY_DAYS, features_query, learn, learned_files
from benchmarks.simulated import kept_log
from clickstream.loading import Unit, connect, load_lookups, load_rows, unit_rows
from clickstream.sources import read_source
from clickstream.units import session_units

__all__ = ["one_session"]

_REPEATS = 30
_CLICKS = 12
_BATCH = 64
_KNOWN = 2_000
"""Sessions among which one of `_CLICKS` is looked for."""


def one_session(events: int, folder: Path) -> Iterator[str]:
    """Time the way through `clickstream.scoring`: load the units, run a query parsed before.

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
    yield from table(("", "events sent", "loading", "features.sql", "of that per session"), rows)


def _rows(shop: Path) -> list[tuple[str, ...]]:
    dataset = read_source([shop])
    categories = learn(dataset)
    connection = connect()
    with tempfile.TemporaryDirectory() as folder:
        load_lookups(connection, learned_files(dataset, Path(folder)))
    query = connection.extract_statements(features_query(dataset, categories))[0]
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

    def run(units: Sequence[Unit]) -> tuple[float, float]:
        began = time.perf_counter()
        with connection.cursor() as cursor:
            load_rows(cursor, unit_rows(units, "session"), dataset.context_columns)
            loaded = time.perf_counter()
            cursor.execute(query).fetchnumpy()
        return loaded - began, time.perf_counter() - loaded

    return [_row(name, units, run) for name, units in asked.items()]


def _place(units: Sequence[Unit]) -> int:
    """Where the first session stands whose number of clicks comes closest to what is wanted."""
    return min(range(len(units)), key=lambda place: abs(len(units[place]["events"]) - _CLICKS))


def _row(
    name: str, units: Sequence[Unit], run: Callable[[Sequence[Unit]], tuple[float, float]]
) -> tuple[str, ...]:
    loading, query = zip(*(run(units) for _ in range(_REPEATS)), strict=True)
    load, query_ms = 1000 * median(loading), 1000 * median(query)
    events = sum(len(unit["events"]) for unit in units)
    figures = (load, query_ms, query_ms / len(units))
    return name, f"{events:,}", *(f"{figure:.2f}" for figure in figures)
