"""What a source is, and what is said of a file that none of them knows."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Protocol

from clickstream.errors import UnknownSource
from clickstream.reading import RawTable
from clickstream.sources import event_log
from clickstream.sources.columns import plain_name
from clickstream.tables import Dataset

__all__ = ["Source", "unknown"]


class Source(Protocol):
    """What a module must offer to be a source."""

    NAME: str
    NEEDS: tuple[str, ...]

    def recognises(self, raw: RawTable) -> bool:
        """Whether a file is of this source."""

    def read(self, raws: Sequence[RawTable]) -> Dataset:
        """Read files of this source as one data set."""


def unknown(raw: RawTable, sources: Mapping[str, Source]) -> UnknownSource:
    """Say what was found in a file and which of some sources comes closest.

    Parameters
    ----------
    raw : RawTable
        The file.
    sources : mapping of str to Source
        By name, those that do not recognise it.
    """
    shown = ", ".join(raw.columns[:12]) + (", …" if len(raw.columns) > 12 else "")
    closest = min(sources, key=lambda name: _distance(raw, name, sources[name]))
    known = "of any known source" if len(sources) > 1 else f"of source {closest!r}"
    return UnknownSource(
        f"{raw.path} does not have the columns {known}: found {shown}. "
        f"{_closest(raw, closest, sources[closest])} A mapping can describe any file: `clickwise "
        "inspect FILE --write-mapping mapping.toml` proposes one."
    )


def _closest(raw: RawTable, name: str, source: Source) -> str:
    """What the closest source needs; of one without a column in common, nothing to rename."""
    missing = _missing(raw, name, source)
    hints = [_hint(column, raw.columns) for column in missing]
    if len(missing) == len(source.NEEDS) and not any("did you mean" in hint for hint in hints):
        return "None of these is a column that a known source needs."
    needs = f"also needs {', '.join(hints)}" if missing else _but(raw, name, source)
    return (
        f"The closest source is {name!r}, which {needs}. Rename the columns, or check that this is "
        "the right file."
    )


def _distance(raw: RawTable, name: str, source: Source) -> tuple[int, int]:
    """The more columns of the source's names the closer, then the fewer are missing."""
    missing = len(_missing(raw, name, source))
    return missing - len(source.NEEDS), missing


def _missing(raw: RawTable, name: str, source: Source) -> list[str]:
    if name == event_log.NAME:
        return event_log.lacking(raw)
    present = {plain_name(column) for column in raw.columns}
    return [column for column in source.NEEDS if plain_name(column) not in present]


def _but(raw: RawTable, name: str, source: Source) -> str:
    """Why a file with all the columns of a source is not of that source."""
    if name == event_log.NAME:
        return "also needs usual names of events, such as view, cart and purchase"
    known = {plain_name(column) for column in source.NEEDS}
    extra = [column for column in raw.columns if plain_name(column) not in known]
    return f"has no column {', '.join(map(repr, extra))}; leave it out"


def _hint(column: str, present: Sequence[str]) -> str:
    close = difflib.get_close_matches(column, present, n=1, cutoff=0.7)
    return f"{column!r} (did you mean {close[0]!r}?)" if close else repr(column)
