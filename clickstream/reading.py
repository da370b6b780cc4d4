"""Raw files as tables of text: dialect, cut-off rows and files that are no table at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir

from clickstream.errors import SourceError

__all__ = ["RawTable", "complaint", "open_backend", "read_raw"]

_SEPARATORS = ",;\t|"
_PARQUET_MAGIC = b"PAR1"
_HEAD = 65_536


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
        Name of the table there.
    columns : tuple of str
        As the file writes them.
    rejected : mapping of str to int
        Rows that do not fit the header, by reason.
    """

    path: Path
    backend: ibis.backends.duckdb.Backend
    name: str
    columns: tuple[str, ...]
    rejected: Mapping[str, int] = field(default_factory=dict)

    @property
    def table(self) -> ir.Table:
        """The rows that fit the header."""
        return self.backend.table(self.name)


def open_backend() -> ibis.backends.duckdb.Backend:
    """Open an in-memory DuckDB through Ibis, with UTC as its time zone."""
    backend = ibis.duckdb.connect()
    backend.raw_sql("SET TimeZone = 'UTC'")
    return backend


def read_raw(paths: Sequence[Path]) -> list[RawTable]:
    """Read files into one DuckDB, each as a table of its own.

    Parameters
    ----------
    paths : sequence of Path
        CSV files (`,` `;` tab or `|` between columns, a header row, UTF-8) or Parquet files.

    Raises
    ------
    SourceError
        If a file is missing, empty, binary or has no table in it.
    """
    backend = open_backend()
    return [_read(backend, path, number) for number, path in enumerate(paths, start=1)]


def _read(backend: ibis.backends.duckdb.Backend, path: Path, number: int) -> RawTable:
    head = _head(path)
    name = f"raw_{number}"
    if head.startswith(_PARQUET_MAGIC):
        return _read_parquet(backend, path, name)
    return _read_text(backend, path, name, _header(path, head))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except FileNotFoundError as error:
        raise SourceError(
            f"{path} does not exist. Check the path; a CSV or Parquet file is needed."
        ) from error
    except IsADirectoryError as error:
        raise SourceError(
            f"{path} is a folder, but a CSV or Parquet file is needed. Name a file."
        ) from error
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read ({error.strerror}), but a CSV or Parquet file is needed. "
            "Check the path and who may read it."
        ) from error
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise SourceError(
            f"{path} is empty, but a table with a header row was expected. "
            "Export the log again and check that the export finished."
        )
    return head


def _header(path: Path, head: bytes) -> str:
    if b"\x00" in head or head.startswith(b"%PDF"):
        raise SourceError(
            f"{path} is a binary file, but text (CSV) or Parquet was expected. "
            "If it is a spreadsheet or an archive, export or unpack it as CSV first."
        )
    try:
        text = head[: head.rfind(b"\n") + 1 or None].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is not UTF-8 text (byte {error.object[error.start]:#04x} at offset "
            f"{error.start}). Save it as UTF-8 CSV."
        ) from error
    return text.splitlines()[0]


def _read_parquet(backend: ibis.backends.duckdb.Backend, path: Path, name: str) -> RawTable:
    try:
        backend.con.execute(
            f"CREATE VIEW {name} AS SELECT * FROM read_parquet({_quoted_path(path)}, "
            "hive_partitioning = false)"
        )
    except duckdb.Error as error:
        raise SourceError(
            f"{path} begins like Parquet but cannot be read as such: {complaint(error)}. "
            "Check that the download or export finished."
        ) from error
    return RawTable(path, backend, name, tuple(backend.table(name).columns))


def _read_text(
    backend: ibis.backends.duckdb.Backend, path: Path, name: str, header: str
) -> RawTable:
    separator = max(_SEPARATORS, key=header.count)
    if separator not in header:
        raise SourceError(
            f"{path} has no columns: its first line is {header[:60]!r}, without any of "
            "',', ';', tab or '|'. A table with a header row was expected."
        )
    options = {
        "delim": separator,
        "rejects_table": f"{name}_errors",
        "rejects_scan": f"{name}_scan",
    }
    named = ", ".join(f"{key} = {_quoted(value)}" for key, value in options.items())
    try:
        backend.con.execute(
            f"CREATE TABLE {name} AS SELECT * FROM read_csv({_quoted_path(path)}, {named}, "
            "all_varchar = true, header = true, quote = '\"', escape = '\"', "
            "store_rejects = true, rejects_limit = 0, hive_partitioning = false)"
        )
    except duckdb.Error as error:
        raise SourceError(
            f"{path} cannot be read as a table separated by {separator!r}: {complaint(error)}. "
            "Check that it is a CSV file with a header row."
        ) from error
    columns = tuple(column.strip() for column in backend.table(name).columns)
    return RawTable(path, backend, name, columns, _rejected(backend, name))


def _rejected(backend: ibis.backends.duckdb.Backend, name: str) -> dict[str, int]:
    rows = backend.con.execute(
        "SELECT kind, count(*) FROM "
        f"(SELECT line, min(error_type::VARCHAR) AS kind FROM {name}_errors GROUP BY line) "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return {_reason(kind): count for kind, count in rows}


def _reason(kind: str) -> str:
    reasons = {
        "MISSING COLUMNS": "fewer columns than the header (cut off?)",
        "TOO MANY COLUMNS": "more columns than the header",
        "UNQUOTED VALUE": "a quote that is never closed",
        "INVALID ENCODING": "not UTF-8 text",
    }
    return reasons.get(kind, kind.lower())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _quoted_path(path: Path) -> str:
    """A path for DuckDB, which takes brackets, stars and question marks for patterns."""
    return _quoted(re.sub(r"[*?[]", r"[\g<0>]", str(path)))


def complaint(error: duckdb.Error) -> str:
    """What DuckDB says is wrong, without its own jargon around it."""
    text = str(error).splitlines()[0].removeprefix("Invalid Input Error: ").rstrip(".")
    if text.startswith("Error when sniffing file"):
        return "quotes or line ends follow no one pattern"
    return text
