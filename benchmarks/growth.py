"""How time and memory from a file to its sessions' features grow with the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.measuring import Measured, measured
from benchmarks.page import millions, table
from benchmarks.session_features import Stages, file_to_features
from benchmarks.simulated import kept_log

__all__ = ["exponent", "growth"]

_LIMITED = 50_000_000
"""From so many events on, memory is limited."""
_LIMIT = "4GB"

_HEADER = (
    "events",
    "cuts",
    "memory limit",
    "reading s",
    "learning s",
    "features s",
    "together s",
    "to linear",
    "peak MiB",
)


def growth(sizes: Sequence[int], folder: Path) -> Iterator[str]:
    """Make the features of logs of several sizes.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of events, the smallest first.
    folder : Path
        Where the logs are kept.
    """
    yield "Every feature of a session, with history and lookups. `To linear` is the time per event"
    yield "over that of the smallest log."
    yield ""
    seconds: list[float] = []
    yield from table(_HEADER, _rows(sizes, folder, seconds))
    if len(sizes) > 1:
        yield ""
        power = exponent(sizes, seconds)
        yield f"Time grows with the number of events to the power of {power:.2f}."


def _rows(sizes: Sequence[int], folder: Path, seconds: list[float]) -> Iterator[tuple[str, ...]]:
    """The row of each size, whose seconds are added to a list."""
    for events in sizes:
        run = measured(file_to_features, kept_log(events, folder), _limit(events))
        seconds.append(run.seconds)
        yield _row(events, run, (run.seconds / events) / (seconds[0] / sizes[0]))


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The power of the size with which time grows: least squares over the logarithms of both."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def _limit(events: int) -> str | None:
    return _LIMIT if events >= _LIMITED else None


def _row(events: int, run: Measured[Stages], to_linear: float) -> tuple[str, ...]:
    stages = run.result
    seconds = (stages.reading, stages.learning, stages.features, run.seconds)
    return (
        millions(events),
        f"{stages.cuts:,}",
        _limit(events) or "none",
        *(f"{second:.1f}" for second in seconds),
        f"{to_linear:.2f}",
        f"{run.peak:,.0f}",
    )
