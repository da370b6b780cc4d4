"""Speed and memory of the ground floor; prints the command, the machine and the versions.

Run by `make bench`. Each measurement runs in a process of its own, so that its peak memory is
its own.
"""

from __future__ import annotations

import multiprocessing
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

_MIB = 1024
_EVENTS = 1_000_000
_REPEATS = 100


def main() -> None:
    """Measure and print."""
    print(f"command: {' '.join(sys.argv)}")
    print(f"machine: {platform.processor() or platform.machine()}, {_cores()} cores")
    names = ("duckdb", "ibis-framework", "numpy", "onnxruntime", "pyarrow")
    print("versions:", ", ".join(f"{name} {version(name)}" for name in names))
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "shop.parquet"
        _show("simulate 1 M events with their truth", _measured(_simulate, shop))
        _show("read and make session features of them", _measured(_features, shop))
        _show(
            "a session of 12 clicks, and 64 sessions, through features.sql", _measured(_units, shop)
        )


def _show(what: str, figures: dict[str, Any]) -> None:
    print(f"{what}: " + ", ".join(f"{name} {value}" for name, value in figures.items()))


def _cores() -> int:
    return multiprocessing.cpu_count()


def _measured(work: Callable[[Path], dict[str, Any]], shop: Path) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_timed, (work, shop))


def _timed(work: Callable[[Path], dict[str, Any]], shop: Path) -> dict[str, Any]:
    began = time.perf_counter()
    figures = work(shop)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB
    return {"seconds": round(time.perf_counter() - began, 2), "peak MiB": round(peak)} | figures


def _simulate(shop: Path) -> dict[str, Any]:
    from clickstream.simulator import simulate

    made = simulate(_EVENTS, shop, truth=shop.with_name("truth.parquet"))
    return {"events": made.events}


def _features(shop: Path) -> dict[str, Any]:
    from clickstream.cuts import session_cuts
    from clickstream.sources import read_source
    from clickstream.tables import store

    dataset = read_source([shop])
    store(dataset.backend, "cuts", session_cuts(dataset.table, dataset.time_resolution))
    query = _sql(dataset)
    dataset.connection.execute(f"CREATE TABLE features AS {query}")
    rows = dataset.connection.execute("SELECT count(*) FROM features").fetchall()
    columns = dataset.connection.execute("DESCRIBE features").fetchall()
    return {"cuts": rows[0][0], "columns": len(columns)}


def _sql(dataset: Any) -> str:
    """All session features of a shop, with lookups learned as of one moment."""
    from clickstream.cuts import session_bounds
    from clickstream.features import features_sql, frequent_categories, session_features
    from clickstream.lookups import learn_lookups
    from clickstream.tables import store

    events = dataset.table
    store(dataset.backend, "bounds", session_bounds(events))
    middle = dataset.connection.execute("SELECT median(event_time) FROM events").fetchall()[0][0]
    learn_lookups(dataset.backend, [middle])
    features = session_features(
        dataset.context_columns,
        dataset.time_resolution,
        frequent_categories(events),
        history_days=365,
        lookups=True,
    )
    return features_sql(features)


def _units(shop: Path) -> dict[str, Any]:
    """The way through `Scorer.unit_features`: load, and run a query that was parsed before."""
    from clickstream.loading import connect, load_lookups, load_units
    from clickstream.lookups import LOOKUPS
    from clickstream.sources import read_source
    from clickstream.units import session_units

    dataset = read_source([shop])
    connection = connect()
    query = connection.extract_statements(_sql(dataset))[0]
    files = {name: shop.with_name(f"{name}.parquet") for name in LOOKUPS}
    for name, file in files.items():
        dataset.connection.execute(f"COPY {name} TO '{file}'")
    load_lookups(connection, files)
    units = session_units(dataset, 2_000)
    with_history = session_units(dataset, 2_000, 365)
    place = next(n for n, unit in enumerate(units) if len(unit["events"]) == 12)

    def run(asked: list[dict[str, Any]]) -> tuple[float, float]:
        began = time.perf_counter()
        with connection.cursor() as cursor:
            load_units(cursor, asked, "session", dataset.context_columns)
            loaded = time.perf_counter()
            cursor.execute(query).fetchnumpy()
        return loaded - began, time.perf_counter() - loaded

    return {
        "alone": _medians(lambda: run([units[place]])),
        "alone, with its history": _medians(lambda: run([with_history[place]])),
        "64": _medians(lambda: run(units[:64])),
        "64, with their history": _medians(lambda: run(with_history[:64])),
    }


def _medians(work: Callable[[], tuple[float, float]]) -> str:
    """Milliseconds to load and to run the query."""
    load, query = zip(*(work() for _ in range(_REPEATS)), strict=True)
    return (
        f"{1000 * statistics.median(query):.2f} ms "
        f"(and {1000 * statistics.median(load):.2f} ms to load)"
    )


if __name__ == "__main__":
    main()
