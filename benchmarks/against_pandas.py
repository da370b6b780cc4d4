"""The same features of the same file, by Clickwise and in pandas."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import pandas as pd

from benchmarks.measuring import Measured, measured
from benchmarks.page import millions, table
from benchmarks.pandas_events import read_events
from benchmarks.pandas_features import session_rows
from benchmarks.session_features import HISTORY_DAYS, learn, learned_files, make_features
from benchmarks.simulated import kept_log
from clickstream.loading import load_lookups
from clickstream.sources import read_source

__all__ = ["against_pandas"]

_Learned = tuple[dict[str, Path], list[str]]
"""Files of the lookups by relation, and the categories to count one by one."""
_Seconds = tuple[float, float]
"""To read the file, and to make the features of it."""
_Runs = Sequence[Measured[_Seconds]]


def against_pandas(events: int, folder: Path, turns: int) -> Iterator[str]:
    """Let both make the features in turns and compare the medians.

    Parameters
    ----------
    events : int
        Size of the log.
    folder : Path
        Where the logs are kept.
    turns : int
        How often each of them runs.
    """
    yield f"{millions(events)} events, medians of {turns} runs each, in turns. Both are given the"
    yield "lookups; Clickwise also checks every row that it reads."
    yield ""
    shop = kept_log(events, folder)
    with tempfile.TemporaryDirectory() as name:
        learned = measured(_learn, shop, Path(name)).result
        runs = [
            (measured(_by_clickwise, shop, learned), measured(_by_pandas, shop, learned))
            for _ in range(turns)
        ]
    clickwise, pandas = zip(*runs, strict=True)
    rows = [_row("Clickwise", clickwise), _row("pandas", pandas), _ratios(clickwise, pandas)]
    yield from table(("", "reading s", "features s", "together s", "peak MiB"), rows)


def _learn(shop: Path, folder: Path) -> _Learned:
    dataset = read_source([shop])
    categories = learn(dataset)
    return learned_files(dataset, folder), categories


def _by_clickwise(shop: Path, learned: _Learned) -> _Seconds:
    files, categories = learned
    began = time.perf_counter()
    dataset = read_source([shop])
    read = time.perf_counter()
    load_lookups(dataset.connection, files)
    loaded = time.perf_counter()
    make_features(dataset, categories)
    return read - began, time.perf_counter() - loaded


def _by_pandas(shop: Path, learned: _Learned) -> _Seconds:
    files, categories = learned
    lookups = {name: pd.read_parquet(file) for name, file in files.items()}
    began = time.perf_counter()
    events = read_events(shop)
    read = time.perf_counter()
    session_rows(events, lookups, categories, HISTORY_DAYS)
    return read - began, time.perf_counter() - read


def _medians(runs: _Runs) -> tuple[float, float, float]:
    """Seconds to read, to make the features, and for both."""
    reading, features = zip(*(run.result for run in runs), strict=True)
    return median(reading), median(features), median(map(sum, zip(reading, features, strict=True)))


def _row(name: str, runs: _Runs) -> tuple[str, ...]:
    peak = median(run.peak for run in runs)
    return name, *(f"{seconds:.2f}" for seconds in _medians(runs)), f"{peak:,.0f}"


def _ratios(clickwise: _Runs, pandas: _Runs) -> tuple[str, ...]:
    pairs = zip(_medians(pandas), _medians(clickwise), strict=True)
    memory = median(run.peak for run in pandas) / median(run.peak for run in clickwise)
    return "pandas / Clickwise", *(f"{slow / fast:.2f}" for slow, fast in pairs), f"{memory:.2f}"
