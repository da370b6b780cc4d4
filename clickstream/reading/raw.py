"""A raw file as a relation of a database, and how that database is spoken to."""

from __future__ import annotations

import os
import re
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir

from clickstream.errors import ClickwiseError, SourceError
from clickstream.quoting import quoted

__all__ = [
    "REJECTED_COLUMNS",
    "Dialect",
    "RawTable",
    "complaint",
    "file_names",
    "open_backend",
    "quoted_path",
    "require_few",
]

_MOST_COLUMNS = 1_000
"""More are no click log; looking at each would take minutes."""

REJECTED_COLUMNS = 'file VARCHAR, "row" BIGINT, reason VARCHAR, content VARCHAR'
"""Of the relation `<name>_rejected` beside every raw table."""


@dataclass(frozen=True)
class Dialect:
    """How a text file is written; what is None is found out from the file.

    Attributes
    ----------
    separator : str, optional
        The character between columns.
    encoding : str, optional
        A name that Python knows, as `utf-8` or `cp1250`.
    header : tuple of str, optional
        Names of the columns of a file that has no header row.
    """

    separator: str | None = None
    encoding: str | None = None
    header: tuple[str, ...] | None = None


@dataclass(frozen=True)
class RawTable:
    """One file as it is: every column text where the file is text.

    Attributes
    ----------
    path : Path
        The file.
    backend : ibis.backends.duckdb.Backend
        Where the table is.
    name : str
        Name of the relation of rows that fit the header; `<name>_rejected` are the others.
    columns : tuple of str
        As the file writes them.
    notes : tuple of str
        Sentences on how the file was read, where that was not a matter of course.
    """

    path: Path
    backend: ibis.backends.duckdb.Backend
    name: str
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> ir.Table:
        """The rows that fit the header.

        Beside the file's columns, `_file` (the path as given) and `_row` (from 1, the first row
        after the header) say where a row stands.
        """
        return self.backend.table(self.name)

    @property
    def rejected(self) -> ir.Table:
        """The rows that do not fit the header: `file`, `row`, `reason` and `content`, the line."""
        return self.backend.table(f"{self.name}_rejected")

    def count(self) -> int:
        """Rows of the file, whether they fit the header or not."""
        return int(self.table.count().execute()) + int(self.rejected.count().execute())


def open_backend(memory: str | None = None) -> ibis.backends.duckdb.Backend:
    """Open an empty DuckDB through Ibis, with UTC as its time zone.

    Parameters
    ----------
    memory : str, optional
        What it may use, such as `4GB`; its tables are then kept, compressed, in a file that goes
        with it. Otherwise they are in memory, of which it takes four fifths at most. What does
        not fit goes to the folder for temporary files either way.

    Raises
    ------
    ClickwiseError
        If that is no amount of memory.
    """
    folder = tempfile.TemporaryDirectory(prefix="clickwise-")
    backend = ibis.duckdb.connect(
        ":memory:" if memory is None else Path(folder.name) / "log.duckdb"
    )
    weakref.finalize(backend, folder.cleanup)
    backend.con.execute("SET TimeZone = 'UTC'")
    _silence(backend)
    backend.con.execute("SET temp_directory = ?", [folder.name])
    if memory is not None:
        _limit(backend, memory)
    return backend


def _silence(backend: ibis.backends.duckdb.Backend) -> None:
    """Draw no progress on stdout, into whatever is printed there for machines."""
    ((drawn,),) = backend.con.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    # In a notebook without widgets nothing is drawn, and DuckDB refuses to be told so.
    if drawn:
        backend.con.execute("SET enable_progress_bar = false")


def _limit(backend: ibis.backends.duckdb.Backend, memory: str) -> None:
    try:
        backend.con.execute("SET memory_limit = ?", [memory])
    except duckdb.Error as error:
        raise ClickwiseError(
            f"{memory!r} is no amount of memory ({complaint(error)}). Give one such as 4GB."
        ) from error


def file_names(paths: Sequence[Path]) -> list[str]:
    """What `_file` calls each file: its path, with a number where it was given before.

    Raises
    ------
    SourceError
        If a path is no text that DuckDB can be told.
    """
    names = []
    for number, path in enumerate(paths):
        if any(_is_no_text(character) for character in str(path)):
            raise SourceError(
                f"{os.fsencode(path)!r} is a path that is not UTF-8 text. Rename the file."
            )
        again = list(paths[:number]).count(path)
        names.append(f"{path} (given again, {again})" if again else str(path))
    return names


def _is_no_text(character: str) -> bool:
    """Whether it stands for a byte that is not UTF-8, as Python writes those of file names."""
    return "\udc80" <= character <= "\udcff"


def require_few(path: Path, columns: int) -> None:
    """Refuse a table of more columns than can be looked at.

    Raises
    ------
    SourceError
        Above 1,000.
    """
    if columns > _MOST_COLUMNS:
        raise SourceError(
            f"{path} has {columns} columns or more, but at most {_MOST_COLUMNS} are read. Check "
            "what separates its columns and its lines, or leave out the columns that are not "
            "needed."
        )


def quoted_path(path: Path) -> str:
    """A path for DuckDB, which takes brackets, stars and question marks for patterns."""
    return quoted(re.sub(r"[*?[]", r"[\g<0>]", str(path)))


def complaint(error: duckdb.Error) -> str:
    """What DuckDB says is wrong, without its own jargon around it."""
    return str(error).splitlines()[0].removeprefix("Invalid Input Error: ").rstrip(".")
