"""Simulated logs: made once for all that reads them, and measured as they are made."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import measured
from benchmarks.page import millions, table
from clickstream.simulator import simulate

__all__ = ["kept_log", "simulating"]

_MIB = 2**20


def kept_log(events: int, folder: Path) -> Path:
    """The file of a log of so many events, simulated where it is not there yet."""
    shop = folder / f"shop-{events}.parquet"
    if not shop.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        simulate(events, shop)
    return shop


def simulating(events: int) -> Iterator[str]:
    """Simulate a log with the truth at its cuts and tell what that took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = measured(simulate, events, folder / "shop.parquet", truth=folder / "truth.parquet")
        size = sum(file.stat().st_size for file in folder.iterdir()) / _MIB
    figures = (
        millions(made.result.events),
        f"{made.seconds:.1f}",
        f"{made.result.events / made.seconds:,.0f}",
        f"{size:,.0f}",
        f"{made.peak:,.0f}",
    )
    return table(
        ("events, with their truth", "s", "events/s", "MiB on disk", "peak MiB"), [figures]
    )
