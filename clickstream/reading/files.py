"""Which kind of file it is: Parquet, text, or an archive with one of text in it."""

from __future__ import annotations

import codecs
import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import ibis

from clickstream.errors import SourceError
from clickstream.quoting import quoted
from clickstream.reading.delimited import TextFile, load_text
from clickstream.reading.raw import (
    REJECTED_COLUMNS,
    Dialect,
    RawTable,
    complaint,
    file_names,
    open_backend,
    quoted_path,
    require_few,
)

if TYPE_CHECKING:
    from _typeshed import SupportsRead

__all__ = ["read_raw"]

_HEAD = 65_536
_PARQUET, _GZIP, _ZIP = b"PAR1", b"\x1f\x8b", b"PK"


def read_raw(
    paths: Sequence[Path],
    dialect: Dialect | None = None,
    backend: ibis.backends.duckdb.Backend | None = None,
) -> list[RawTable]:
    """Read files into one DuckDB, each as a table of its own.

    Parameters
    ----------
    paths : sequence of Path
        Parquet files, or text with a header row and `,` `;` tab `|` or a blank between columns,
        as it is or in a .gz or a .zip of its own. Text is UTF-8, UTF-16 with its byte order mark,
        or else cp1252 or Latin-1.
    dialect : Dialect, optional
        What is known of the text files; the rest is found out, file by file.
    backend : ibis.backends.duckdb.Backend, optional
        Where to, and still empty; one in memory where not given.

    Raises
    ------
    SourceError
        If a file is missing, empty, binary, damaged or has no table in it.
    """
    backend = backend or open_backend()
    return [
        _read(backend, path, f"raw_{number}", file, dialect or Dialect())
        for number, (path, file) in enumerate(zip(paths, file_names(paths), strict=True), start=1)
    ]


def _read(
    backend: ibis.backends.duckdb.Backend, path: Path, name: str, file: str, dialect: Dialect
) -> RawTable:
    head = _head(path)
    if head.startswith(_PARQUET):
        columns, notes = _load_parquet(backend, path, name, file)
    else:
        with tempfile.TemporaryDirectory(prefix="clickwise-") as folder:
            text = _unpacked(path, head, Path(folder))
            columns, notes = load_text(backend, text, name, file, dialect)
    require_few(path, len(columns))
    if taken := {"_file", "_row"} & {column.lower() for column in columns}:
        raise SourceError(
            f"{path} has a column {min(taken)!r}, a name that is needed for each row's own place. "
            "Rename the column."
        )
    return RawTable(path, backend, name, columns, notes)


def _head(path: Path) -> bytes:
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            # Reading one could wait for ever, and it is read more than once.
            raise SourceError(
                f"{path} is a pipe or a device, but a CSV or Parquet file is needed. Save what "
                "comes from it as a file first."
            )
        with path.open("rb") as file:
            return file.read(_HEAD)
    except FileNotFoundError as error:
        raise SourceError(
            f"{path} does not exist. Check the path; a CSV or Parquet file is needed."
        ) from error
    except IsADirectoryError as error:
        raise SourceError(
            f"{path} is a folder, but a CSV or Parquet file is needed. Name a file."
        ) from error
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{path} cannot be read ({getattr(error, 'strerror', None) or error}), but a CSV or "
            "Parquet file is needed. Check the path and who may read it."
        ) from error


def _require_text(path: Path, head: bytes) -> None:
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise SourceError(
            f"{path} is empty, but a table with a header row was expected. "
            "Export the log again and check that the export finished."
        )
    if head.lstrip().startswith((b"{", b"[{", b"<")):
        raise SourceError(
            f"{path} is no table: it begins like JSON or like a page, {head[:30]!r}. "
            "A CSV file with a header row, Parquet, or JSON with one object a line is needed."
        )
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if (b"\x00" in head and not wide) or head.startswith((b"%PDF", _PARQUET, _GZIP)):
        raise SourceError(
            f"{path} is a binary file, but text (CSV) or Parquet was expected. "
            "If it is a spreadsheet or an archive, export or unpack it as CSV first."
        )


def _load_parquet(
    backend: ibis.backends.duckdb.Backend, path: Path, name: str, file: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make a view of the file, and give its columns and no notes."""
    try:
        backend.con.execute(
            f"CREATE VIEW {name} AS SELECT * EXCLUDE file_row_number, {quoted(file)} AS _file, "
            f"file_row_number + 1 AS _row FROM read_parquet({quoted_path(path)}, "
            "hive_partitioning = false, file_row_number = true)"
        )
    except duckdb.Error as error:
        raise SourceError(
            f"{path} begins like Parquet but cannot be read as such: {complaint(error)}. "
            "Check that the download or export finished."
        ) from error
    backend.con.execute(f"CREATE TABLE {name}_rejected ({REJECTED_COLUMNS})")
    return tuple(backend.table(name).columns[:-2]), ()


def _unpacked(path: Path, head: bytes, folder: Path) -> TextFile:
    """The file itself, or what is in it where it is an archive.

    Python unpacks .gz, since DuckDB reads on over a damaged one without looking at its checksum.
    """
    try:
        if head.startswith(_GZIP):
            with gzip.open(path) as packed:
                plain = _written(packed, folder)
        elif head.startswith(_ZIP):
            with zipfile.ZipFile(path) as archive, archive.open(_only(path, archive)) as packed:
                plain = _written(packed, folder)
        else:
            plain = path
    except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise SourceError(
            f"{path} is an archive that cannot be unpacked: {str(error).rstrip('.')}. "
            "Check that the download finished, or unpack it as CSV first."
        ) from error
    _require_text(path, _head(plain))
    return TextFile(path, plain, folder)


def _only(path: Path, archive: zipfile.ZipFile) -> str:
    names = [
        entry.filename
        for entry in archive.infolist()
        # macOS packs what it knows of each file beside it.
        if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
    ]
    if len(names) != 1:
        shown = ", ".join(names[:5] or ["none"]) + (", …" if len(names) > 5 else "")
        raise SourceError(
            f"{path} holds {len(names)} files ({shown}), but one CSV file was expected. "
            "If it is a spreadsheet, export it as CSV; else unpack it and name the file to read."
        )
    return names[0]


def _written(packed: SupportsRead[bytes], folder: Path) -> Path:
    out = folder / "unpacked"
    with out.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return out
