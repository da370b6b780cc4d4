"""From an uploaded file to a data set, or to a mapping that its reader can complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import IO, TYPE_CHECKING, Any

from ui.errors import FileRefused
from ui.gateway import Outcomes
from ui.language import Said
from ui.models import Model

if TYPE_CHECKING:
    from clickstream.sources.mapping import Proposal
    from clickstream.tables import Dataset

__all__ = ["Loaded", "Unknown", "read_example", "read_file", "write_example"]

_EXAMPLE_EVENTS = 200_000
_EXAMPLE_SEED = 7
_MEMORY = "1GB"
"""What the database of one file may use; beyond it, it goes to disk."""
_CHUNK = 2**20


@dataclass(frozen=True)
class Loaded:
    """A file that was read.

    Attributes
    ----------
    name : str or Said
        What the page calls it.
    dataset : Dataset
        Its canonical table, in a database of its own.
    example : bool
        Whether it is the app's own example.
    """

    name: str | Said
    dataset: Dataset
    example: bool = False
    _lock: RLock = field(default_factory=RLock, repr=False, compare=False)

    @contextmanager
    def used(self) -> Iterator[Dataset]:
        """The data set, for one run of a page at a time.

        Whoever leaves a page while it counts begins another run beside it, and a connection of
        DuckDB holds one result.
        """
        with self._lock:
            yield self.dataset


@dataclass(frozen=True)
class Unknown:
    """A table that no source knows.

    Attributes
    ----------
    name : str
        The file's name.
    proposal : Proposal
        A mapping to start from.
    """

    name: str
    proposal: Proposal


def read_file(
    name: str, content: IO[bytes], models: Outcomes[Model], keys: Mapping[str, Any] | None = None
) -> Loaded | Unknown:
    """Read an uploaded file, by a mapping where one is given.

    Parameters
    ----------
    name : str
        The file's name, as the reader knows it.
    content : binary file
        What is in it; it is copied to disk piece by piece, where the engine reads it.
    models : dict
        What each service serves: a file like theirs is read as theirs was.
    keys : mapping, optional
        A mapping's keys.

    Raises
    ------
    FileRefused
        If it is no table that could be read, or the mapping does not fit.
    """
    with _on_disk(name, content) as path, _sentences(path):
        from clickstream.errors import NoHeader, UnknownSource
        from clickstream.sources import propose_mapping

        try:
            return Loaded(path.name, _read(path, models, keys))
        except (UnknownSource, NoHeader):
            return Unknown(path.name, propose_mapping(path))


@contextmanager
def _on_disk(name: str, content: IO[bytes]) -> Iterator[Path]:
    with TemporaryDirectory(prefix="clickwise-") as folder:
        path = Path(folder) / Path(name).name
        content.seek(0)
        with path.open("wb") as file:
            while piece := content.read(_CHUNK):
                file.write(piece)
        yield path


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turn what the reader of files says into what the page shows."""
    # Late, since it brings ibis and pandas: the page stands before they are loaded.
    from clickstream.errors import ClickwiseError

    try:
        yield
    except ClickwiseError as error:
        # The reader knows the file by its name and never saw the folder that it passed through.
        said = str(error).replace(f"{path.parent}/", "")
        raise FileRefused("errors.file", said=said) from error


def _read(path: Path, models: Outcomes[Model], keys: Mapping[str, Any] | None) -> Dataset:
    from clickstream.errors import SourceError
    from clickstream.reading import open_backend
    from clickstream.sources import read_source
    from clickstream.sources.mapping import mapping_from

    if keys is not None:
        mapping = mapping_from(dict(keys), "the mapping")
        return read_source([path], mapping=mapping, backend=open_backend(_MEMORY))
    running = [model for model in models.values() if isinstance(model, Model)]
    trained = next((model for model in running if model.mapping is not None), None)
    if trained is not None and trained.mapping is not None:
        known = mapping_from(trained.mapping, "the mapping of the models")
        try:
            return read_source([path], trained.source, known, backend=open_backend(_MEMORY))
        except SourceError:
            # A file of another kind is looked at for what it is.
            pass
    return read_source([path], backend=open_backend(_MEMORY))


def write_example(folder: Path) -> Path:
    """Write the example, the simulated shop that `make demo` trains on, into a folder."""
    from clickstream.simulator import simulate

    path = folder / "shop.parquet"
    simulate(_EXAMPLE_EVENTS, path, seed=_EXAMPLE_SEED)
    return path


def read_example(path: Path) -> Dataset:
    """Read the example."""
    from clickstream.sources import read_source

    return read_source([path])
