"""From a log's file to the features of its sessions, the way that training goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from clickstream.cuts import session_bounds, session_cuts
from clickstream.features import (
    FeatureSet,
    features_sql,
    frequent_categories,
    session_features,
)
from clickstream.lookups import LOOKUPS, learn_lookups
from clickstream.parts import in_parts
from clickstream.reading import open_backend
from clickstream.sources import read_source
from clickstream.tables import Dataset, store

__all__ = [
    "HISTORY_DAYS",
    "Stages",
    "every_feature",
    "features_query",
    "file_to_features",
    "learn",
    "learned_files",
    "make_features",
]

HISTORY_DAYS = 365


@dataclass(frozen=True)
class Stages:
    """Seconds of each stage, and how many rows were made.

    Attributes
    ----------
    reading, learning, features : float
        Seconds from the file to canonical events, for what is learned of categories and products,
        and for the cuts and their features.
    cuts : int
        Rows of the table of features.
    """

    reading: float
    learning: float
    features: float
    cuts: int


def file_to_features(shop: Path, memory: str | None = None) -> Stages:
    """Read a log, learn its lookups and make the table of its sessions' features.

    Parameters
    ----------
    shop : Path
        The log.
    memory : str, optional
        What DuckDB may use, as `4GB`; what is more goes to disk.
    """
    began = time.perf_counter()
    dataset = read_source([shop], backend=open_backend(memory))
    read = time.perf_counter()
    categories = learn(dataset)
    learned = time.perf_counter()
    cuts = make_features(dataset, categories)
    made = time.perf_counter()
    return Stages(read - began, learned - read, made - learned, cuts)


def learn(dataset: Dataset) -> list[str]:
    """Store the lookups of a log as of its middle, and name the categories to count one by one."""
    store(dataset.backend, "bounds", session_bounds(dataset.table))
    ((middle,),) = dataset.connection.execute(
        "SELECT min(event_time) + (max(event_time) - min(event_time)) / 2 FROM events"
    ).fetchall()
    learn_lookups(dataset.backend, [middle])
    events = dataset.table
    return frequent_categories(events.filter(events.event_type == "view"))


def learned_files(dataset: Dataset, folder: Path) -> dict[str, Path]:
    """Write the lookups that were learned as Parquet files, by the name of their relation."""
    files = {name: folder / f"{name}.parquet" for name in LOOKUPS}
    for name, file in files.items():
        dataset.connection.execute(f"COPY {name} TO '{file}'")
    return files


def make_features(dataset: Dataset, categories: list[str]) -> int:
    """Make the features of all cuts part by part, as scoring takes them, and count their rows."""
    store(dataset.backend, "cuts", session_cuts(dataset.table, dataset.time_resolution))
    query = features_query(dataset, categories)
    cuts = 0
    for connection, made in in_parts(dataset, "session", query):
        connection.execute(f"CREATE TEMP TABLE features AS FROM {made}")
        ((rows,),) = connection.execute("SELECT count(*) FROM features").fetchall()
        cuts += int(rows)
    return cuts


def features_query(
    dataset: Dataset, categories: list[str], history_days: int = HISTORY_DAYS
) -> str:
    """The SQL of every feature that a session has."""
    return features_sql(every_feature(dataset, categories, history_days))


def every_feature(
    dataset: Dataset, categories: list[str], history_days: int = HISTORY_DAYS
) -> FeatureSet:
    """Every feature that a session has."""
    return session_features(
        dataset.context_columns,
        dataset.time_resolution,
        categories,
        history_days=history_days,
        lookups=True,
    )
