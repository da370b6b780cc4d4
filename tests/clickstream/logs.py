"""Hand-made logs in the simulated shop's format, and ways to change a log that was read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from clickstream.sources import read_source
from clickstream.sources.simulated import NEEDS
from clickstream.tables import Dataset, Label, RowCounts

Event = dict[str, Any]


def event(session: str, index: int, kind: str = "view", **changes: Any) -> Event:
    """One event of a session that began at noon; its clicks are a minute apart."""
    return {
        "session_id": session,
        "customer_id": "c1",
        "event_index": index,
        "event_time": f"2026-03-02T12:{index:02d}:00Z",
        "event_type": kind,
        "product_id": "p1",
        "category": "hats",
        "description": "a hat",
        "price": "10.00",
        "quantity": 1,
        "country": "SE",
        "device": "phone",
    } | changes


END = event("the end", 1, customer_id="nobody", event_time="2026-06-30T00:00:00Z")
"""A late event: every session before it is over."""


def write_log(path: Path, events: Iterable[Mapping[str, Any]]) -> Path:
    """Write events as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, NEEDS)
        writer.writeheader()
        writer.writerows(events)
    return path


def read_log(path: Path, events: Iterable[Mapping[str, Any]]) -> Dataset:
    """Write events as CSV and read them as every user does."""
    return read_source([write_log(path, events)])


def rows_of(dataset: Dataset, relation: str, order: str) -> list[tuple[Any, ...]]:
    """Everything in a relation of a data set."""
    rows: list[tuple[Any, ...]] = dataset.connection.execute(
        f"FROM {relation} ORDER BY {order}"
    ).fetchall()
    return rows


def frame(dataset: Dataset, table: ir.Table | str) -> pd.DataFrame:
    """An expression or a query over a data set, run."""
    sql = table if isinstance(table, str) else str(ibis.to_sql(table, "duckdb"))
    found: pd.DataFrame = dataset.connection.execute(sql).df()
    return found


def canonical(dataset: Dataset) -> list[tuple[Any, ...]]:
    """The canonical rows of a data set in an order of their own."""
    return rows_of(dataset, dataset.kind, "ALL")


def ready_made(query: str) -> Dataset:
    """Rows of a query; `bought` is the label, `yes` its code."""
    backend = ibis.duckdb.connect()
    backend.con.execute(f"CREATE TABLE rows AS {query}")
    number = backend.con.execute("SELECT count(*) FROM rows").fetchall()[0][0]
    label = Label("column", column="bought", positive="yes")
    counts = RowCounts(number, number, {})
    return Dataset("by hand", "rows", backend, "none", (), counts, labels={"purchase": label})
