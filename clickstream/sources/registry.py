"""Which source reads which file."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import duckdb

from clickstream.errors import SourceError
from clickstream.reading import RawTable, complaint, read_raw
from clickstream.sources import eshop2008, event_log, online_shoppers, simulated
from clickstream.sources.columns import plain_name
from clickstream.tables import Dataset

__all__ = ["SOURCES", "Source", "read_source"]


class Source(Protocol):
    """What a module must offer to be a source."""

    NAME: str
    NEEDS: tuple[str, ...]

    def recognises(self, raw: RawTable) -> bool:
        """Whether a file is of this source."""

    def read(self, raws: Sequence[RawTable]) -> Dataset:
        """Read files of this source as one data set."""


SOURCES: dict[str, Source] = {
    module.NAME: module for module in (simulated, eshop2008, online_shoppers, event_log)
}


def read_source(paths: Sequence[Path], name: str | None = None) -> Dataset:
    """Read files into a canonical table.

    Parameters
    ----------
    paths : sequence of Path
        One or several files of one source.
    name : str, optional
        The source; found by the files' columns where none is named.

    Returns
    -------
    Dataset
        The table and what is known of it.

    Raises
    ------
    SourceError
        If a file cannot be read, no source knows it, or no row could be kept.
    """
    if name is not None and name not in SOURCES:
        raise SourceError(f"There is no source {name!r}; the sources are {', '.join(SOURCES)}.")
    raws = read_raw(paths)
    sources = {_source_of(raw, name) for raw in raws}
    if len(sources) > 1:
        found = ", ".join(sorted(sources))
        raise SourceError(f"The files are of different sources ({found}). Read them one by one.")
    try:
        dataset = SOURCES[sources.pop()].read(raws)
    except duckdb.Error as error:
        raise SourceError(
            f"{', '.join(map(str, paths))} cannot be read to its end: {complaint(error)}. "
            "Check that the download or export finished."
        ) from error
    _require_balance(paths, dataset)
    if not dataset.counts.kept:
        reasons = "; ".join(
            f"{count} rows: {why}" for why, count in dataset.counts.quarantined.items()
        )
        raise SourceError(
            f"{', '.join(map(str, paths))} has no row that can be kept "
            f"({reasons or 'only a header'}). A log with at least one readable event is needed."
        )
    return dataset


def _require_balance(paths: Sequence[Path], dataset: Dataset) -> None:
    """Every row read is in the table or in the quarantine; anything else is a fault of ours."""
    counts = dataset.counts
    if not counts.balanced():
        raise SourceError(
            f"{', '.join(map(str, paths))}: {counts.read} rows were read, but {counts.kept} are "
            f"kept and {sum(counts.quarantined.values())} are quarantined. Please report this."
        )


def _source_of(raw: RawTable, name: str | None) -> str:
    names = [name] if name is not None else list(SOURCES)
    for candidate in names:
        if SOURCES[candidate].recognises(raw):
            return candidate
    if name is not None and (other := _recognised(raw)) is not None:
        raise SourceError(
            f"{raw.path} holds {other} data, but {name} data is expected here. Give a file of "
            f"source {name!r}, or use what was trained on {other} data."
        )
    raise SourceError(_unknown(raw, names))


def _recognised(raw: RawTable) -> str | None:
    return next((name for name, source in SOURCES.items() if source.recognises(raw)), None)


def _unknown(raw: RawTable, names: Sequence[str]) -> str:
    """Say what was found and which known source comes closest."""
    shown = ", ".join(raw.columns[:12]) + (", …" if len(raw.columns) > 12 else "")
    closest = min(names, key=lambda name: len(_missing(raw, SOURCES[name])))
    missing = _missing(raw, SOURCES[closest])
    hints = [_hint(column, raw.columns) for column in missing]
    needs = f"also needs {', '.join(hints)}" if missing else _surplus(raw, SOURCES[closest])
    known = "of any known source" if len(names) > 1 else f"of source {names[0]!r}"
    return (
        f"{raw.path} does not have the columns {known}: found {shown}. The closest source is "
        f"{closest!r}, which {needs}. Rename the columns, or check that this is the right file."
    )


def _missing(raw: RawTable, source: Source) -> list[str]:
    present = {plain_name(name) for name in raw.columns}
    return [name for name in source.NEEDS if plain_name(name) not in present]


def _surplus(raw: RawTable, source: Source) -> str:
    known = {plain_name(name) for name in source.NEEDS}
    extra = [name for name in raw.columns if plain_name(name) not in known]
    return f"has no column {', '.join(map(repr, extra))}; leave it out"


def _hint(column: str, present: Sequence[str]) -> str:
    close = difflib.get_close_matches(column, present, n=1, cutoff=0.7)
    return f"{column!r} (did you mean {close[0]!r}?)" if close else repr(column)
