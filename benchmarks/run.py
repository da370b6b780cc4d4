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
_REPEATS = 200


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
        _show("one session of 12 clicks through features.sql", _measured(_one_session, shop))


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
    rows = dataset.connection.execute(f"SELECT count(*) FROM ({_sql(dataset)})").fetchall()
    return {"cuts": rows[0][0]}


def _sql(dataset: Any) -> str:
    from clickstream.features import features_sql, frequent_categories, session_features

    categories = frequent_categories(dataset.table)
    columns = dataset.context_columns
    return features_sql(session_features(columns, dataset.time_resolution, categories))


def _one_session(shop: Path) -> dict[str, Any]:
    from clickstream.sources import read_source

    dataset = read_source([shop])
    sql = _sql(dataset)
    connection = dataset.connection
    connection.execute("SET threads = 1")
    connection.execute(
        "CREATE OR REPLACE TABLE events AS SELECT * FROM events WHERE session_id = ("
        "SELECT session_id FROM events GROUP BY session_id HAVING count(*) = 12 "
        "ORDER BY session_id LIMIT 1)"
    )
    connection.execute(
        "CREATE TABLE cuts AS SELECT session_id AS unit_id, 12::INTEGER AS cut_index, "
        "max(event_time) AS as_of FROM events GROUP BY session_id"
    )
    return {"median ms": round(1000 * statistics.median(_durations(connection, sql)), 2)}


def _durations(connection: Any, sql: str) -> list[float]:
    durations = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        connection.execute(sql).fetchall()
        durations.append(time.perf_counter() - began)
    return durations


if __name__ == "__main__":
    main()
