"""The files that a command is given, read as it says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clickstream.errors import ClickwiseError
from clickstream.manifest import Manifest
from clickstream.reading import open_backend
from clickstream.sources import read_as_trained, read_source
from clickstream.sources.mapping import read_mapping
from clickstream.tables import Dataset

__all__ = ["read_files", "read_files_for"]


def read_files(
    files: Sequence[Path], source: str | None, mapping: Path | None, memory: str | None
) -> Dataset:
    """Read files by a named source or a mapping, or by what their columns say.

    Parameters
    ----------
    files : sequence of Path
        One or several of one shape.
    source : str or None
        The source.
    mapping : Path or None
        A mapping's TOML file.
    memory : str or None
        What the database may use, such as `4GB`.

    Raises
    ------
    ClickwiseError
        If both are given, or the files cannot be read so.
    """
    if source is not None and mapping is not None:
        raise ClickwiseError("Give either --source or --mapping: a mapping is a source of its own.")
    described = None if mapping is None else read_mapping(mapping)
    return read_source(files, source, described, backend=open_backend(memory))


def read_files_for(
    manifest: Manifest, files: Sequence[Path], mapping: Path | None, memory: str | None
) -> Dataset:
    """Read files as a bundle's own log was read, or by another mapping to the same columns.

    Parameters
    ----------
    manifest : Manifest
        The bundle's.
    files : sequence of Path
        One or several of one shape.
    mapping : Path or None
        A mapping's TOML file.
    memory : str or None
        What the database may use, such as `4GB`.
    """
    described = None if mapping is None else read_mapping(mapping)
    return read_as_trained(files, manifest, described, backend=open_backend(memory))
