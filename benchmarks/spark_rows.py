"""Session features of one log on DuckDB and on Spark: seconds, and whether the rows are the same.

Runs in Spark's environment: `.venv-spark/bin/python benchmarks/spark_rows.py [EVENTS]`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from clickstream.cuts import session_bounds, session_cuts
from clickstream.features import frequent_categories, session_features
from clickstream.lookups import learn_lookups
from clickstream.simulator import simulate
from clickstream.sources import read_source
from clickstream.spark import hand_over, spark_session
from clickstream.tables import Dataset, store

__all__ = ["compare"]

_CUT = ["unit_id", "cut_index", "as_of"]


def compare(events: int, folder: Path, master: str = "local[*]") -> dict[str, Any]:
    """Cut sessions and make every feature on both engines, and compare them cut by cut.

    Parameters
    ----------
    events : int
        Size of the simulated log.
    folder : Path
        Empty; for the log and what is handed over.
    master : str, default 'local[*]'
        Where Spark runs.

    Returns
    -------
    dict
        Seconds from the canonical events to the table of features, starting Spark and handing
        the events over apart; rows, columns, and the largest relative difference of any number.
    """
    simulate(events, folder / "shop.parquet")
    dataset = read_source([folder / "shop.parquet"])
    connection, cuts = dataset.connection, session_cuts(dataset.table, dataset.time_resolution)
    features = _features(dataset)

    def on_duckdb() -> None:
        store(dataset.backend, "cuts", cuts)
        store(dataset.backend, "by_duckdb", features)

    def on_spark() -> None:
        log.compute(connection, "cuts", cuts)
        log.compute(connection, "by_spark", features)

    figures: dict[str, Any] = {"events": events, "DuckDB s": _seconds(on_duckdb)}
    began = time.perf_counter()
    with spark_session(master) as session:
        log = hand_over(dataset, session, folder)
        figures["Spark's start s"] = round(time.perf_counter() - began, 1)
        figures["Spark s"] = _seconds(on_spark)
    return figures | _differences(
        *(connection.table(name).df() for name in ("by_duckdb", "by_spark"))
    )


def _features(dataset: Dataset) -> ir.Table:
    """All session features, with lookups learned as of the middle of the log."""
    store(dataset.backend, "bounds", session_bounds(dataset.table))
    found = dataset.connection.execute("SELECT median(event_time) FROM events").fetchall()
    learn_lookups(dataset.backend, [found[0][0]])
    events = dataset.table
    return session_features(
        dataset.context_columns,
        dataset.time_resolution,
        frequent_categories(events.filter(events.event_type == "view")),
        history_days=365,
        lookups=True,
    ).expression


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 1)


def _differences(*tables: pd.DataFrame) -> dict[str, Any]:
    """Of two tables of the same cuts; an unequal text or gap counts as an infinite difference."""
    first, second = (table.sort_values(_CUT, ignore_index=True) for table in tables)
    if not first[_CUT].equals(second[_CUT]) or list(first) != list(second):
        raise ValueError(
            f"the tables have {len(first)} and {len(second)} rows, of other cuts or columns"
        )
    largest = {name: _difference(first[name], second[name]) for name in first}
    return {
        "rows": len(first),
        "columns": len(largest),
        "columns that differ": [name for name, found in largest.items() if found > 0],
        "largest relative difference": max(largest.values()),
    }


def _difference(one: pd.Series[Any], other: pd.Series[Any]) -> float:
    unequal = ~((one == other) | (one.isna() & other.isna())).to_numpy(bool)
    if not unequal.any():
        return 0.0
    if one.dtype.kind != "f" or (one.isna() != other.isna()).any():
        return np.inf
    left, right = one.to_numpy()[unequal], other.to_numpy()[unequal]
    return float(np.max(np.abs(left - right) / np.maximum(np.abs(left), np.abs(right))))


def main() -> None:
    """Print what was found, a line each."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        for name, figure in compare(events, Path(folder)).items():
            print(f"{name}: {figure}")


if __name__ == "__main__":
    main()
