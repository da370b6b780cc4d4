"""Which source reads which file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
from ibis.backends.duckdb import Backend

from clickstream.errors import NoHeader, SourceError
from clickstream.manifest import Manifest
from clickstream.reading import Dialect, RawTable, complaint, read_raw
from clickstream.sources import (
    eshop2008,
    event_log,
    ga4,
    online_retail,
    online_shoppers,
    simulated,
)
from clickstream.sources.json_lines import is_json_lines, read_json_lines
from clickstream.sources.mapping import (
    MAPPED,
    Mapping,
    Proposal,
    mapping_from,
    propose,
    read_mapped,
)
from clickstream.sources.unknown import Source, unknown
from clickstream.tables import Dataset

__all__ = ["MAPPED", "SOURCES", "propose_mapping", "read_as_trained", "read_source"]


SOURCES: dict[str, Source] = {
    module.NAME: module
    for module in (simulated, eshop2008, online_shoppers, online_retail, ga4, event_log)
}
"""The sources that know their files, in the order in which they are asked."""


def read_source(
    paths: Sequence[Path],
    name: str | None = None,
    mapping: Mapping | None = None,
    *,
    backend: Backend | None = None,
) -> Dataset:
    """Read files into a canonical table.

    Parameters
    ----------
    paths : sequence of Path
        One or several files of one source.
    name : str, optional
        The source; found by the files' columns where none is named.
    mapping : Mapping, optional
        What the files' columns hold; they are read by it and by nothing else, under the name of
        the source where one is given.
    backend : ibis.backends.duckdb.Backend, optional
        The database for the tables, still empty; one in memory where not given.

    Returns
    -------
    Dataset
        The table and what is known of it.

    Raises
    ------
    SourceError
        If a file cannot be read, no source knows it, or no row could be kept.
    """
    try:
        if mapping is None:
            dataset = _read_known(paths, name, backend)
        else:
            dataset = _read_described(paths, mapping, name or MAPPED, backend)
    except duckdb.OutOfMemoryException:
        raise
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


def _read_known(paths: Sequence[Path], name: str | None, backend: Backend | None) -> Dataset:
    if name is not None and name not in SOURCES:
        raise SourceError(f"There is no source {name!r}; the sources are {', '.join(SOURCES)}.")
    raws = _read_files(paths, None, backend)
    sources = {_source_of(raw, name) for raw in raws}
    if len(sources) > 1:
        found = ", ".join(sorted(sources))
        raise SourceError(f"The files are of different sources ({found}). Read them one by one.")
    return _noted(SOURCES[sources.pop()].read(raws), raws)


def _read_files(
    paths: Sequence[Path], dialect: Dialect | None = None, backend: Backend | None = None
) -> list[RawTable]:
    if all(map(is_json_lines, paths)):
        return read_json_lines(paths, backend)
    return read_raw(paths, dialect, backend)


def _read_described(
    paths: Sequence[Path], mapping: Mapping, name: str, backend: Backend | None
) -> Dataset:
    dialect = Dialect(mapping.separator, mapping.encoding, mapping.header)
    raws = _read_files(paths, dialect, backend)
    # A simulator's log is called so, whoever describes it.
    made_up = any(simulated.recognises(raw) for raw in raws)
    return _noted(replace(read_mapped(raws, mapping, name), simulated=made_up), raws)


def _noted(dataset: Dataset, raws: Sequence[RawTable]) -> Dataset:
    """The data set with what must be known of how its files were read."""
    notes = [note for raw in raws for note in raw.notes]
    if copies := dataset.counts.copies:
        notes.append(
            f"{copies} {'row is an exact copy' if copies == 1 else 'rows are exact copies'} of "
            "another and kept, since two visits or two sales can be alike."
        )
    return replace(dataset, notes=(*notes, *dataset.notes))


def read_as_trained(
    paths: Sequence[Path],
    manifest: Manifest,
    mapping: Mapping | None = None,
    *,
    backend: Backend | None = None,
) -> Dataset:
    """Read files as the log was read that a bundle was trained on.

    Parameters
    ----------
    paths : sequence of Path
        One or several files of its shape.
    manifest : Manifest
        The bundle's.
    mapping : Mapping, optional
        Describes files of another shape that hold the same.
    backend : ibis.backends.duckdb.Backend, optional
        The database for the tables, still empty; one in memory where not given.

    Raises
    ------
    SourceError
        As `read_source` does, or if the mapping does not yield what the bundle takes.
    """
    if mapping is None and manifest.mapping is not None:
        mapping = mapping_from(manifest.mapping, "the mapping in the bundle")
    dataset = read_source(paths, manifest.source, mapping, backend=backend)
    _require_alike(dataset, manifest)
    return dataset


def propose_mapping(path: Path) -> Proposal:
    """Propose a mapping for a file, whether a source knows it or not.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    SourceError
        If it is no table. One without header row is: its columns are called `column_1` and so on.
    """
    try:
        return propose(_read_files([path])[0])
    except NoHeader as error:
        header = tuple(f"column_{number}" for number in range(1, error.columns + 1))
        return propose(_read_files([path], Dialect(header=header))[0], header)


def _require_alike(dataset: Dataset, manifest: Manifest) -> None:
    given = (dataset.kind, *dataset.context_columns)
    taken = (manifest.input_kind, *manifest.context_columns)
    if sorted(given) != sorted(taken):
        unlike = [f"{name!r} is missing" for name in taken if name not in given]
        unlike += [f"{name!r} was not there" for name in given if name not in taken]
        raise SourceError(
            f"The file yields {_described(*given)}, but the bundle takes {_described(*taken)}: "
            f"{', '.join(unlike)}. Give a file with the same columns, or name them in a mapping."
        )


def _described(kind: str, *context: str) -> str:
    return f"{kind} with the context columns {', '.join(context)}" if context else kind


def _require_balance(paths: Sequence[Path], dataset: Dataset) -> None:
    """Every row read is in the table or in the quarantine; anything else is a fault of ours."""
    counts = dataset.counts
    if not counts.balanced():
        raise SourceError(
            f"{', '.join(map(str, paths))}: {counts.read} rows were read, but {counts.kept} are "
            f"kept and {sum(counts.quarantined.values())} are quarantined. Please report this."
        )


def _source_of(raw: RawTable, name: str | None) -> str:
    """The first source that knows the file, which must be the one named."""
    found = next((known for known, source in SOURCES.items() if source.recognises(raw)), None)
    if found is None:
        raise unknown(raw, SOURCES if name is None else {name: SOURCES[name]})
    if name not in (None, found):
        raise SourceError(
            f"{raw.path} holds {found} data, but {name} data is expected here. Give a file of "
            f"source {name!r}, or use what was trained on {found} data."
        )
    return found
