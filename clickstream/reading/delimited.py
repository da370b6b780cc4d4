"""Text with separated columns as a table, no row of the file being lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from clickstream.errors import SourceError
from clickstream.quoting import quoted, quoted_name
from clickstream.reading.encodings import Records, as_utf8, count_records, find_encoding
from clickstream.reading.header import Header, find_header
from clickstream.reading.raw import Dialect, quoted_path
from clickstream.reading.salvage import Row, salvaged_rows

__all__ = ["TextFile", "load_text"]

_REASONS = {
    "MISSING COLUMNS": "fewer columns than the header (cut off?)",
    "TOO MANY COLUMNS": "more columns than the header",
}
"""What DuckDB may refuse a row for without its count of rows becoming doubtful."""

_LINE_KEPT = 10_000
"""Bytes of a refused row that DuckDB tells."""

_BATCH = 50_000


@dataclass(frozen=True)
class TextFile:
    """A text file and where its copies may be put.

    Attributes
    ----------
    path : Path
        As the user gave it.
    plain : Path
        The same, unpacked.
    folder : Path
        For copies in another encoding; what made it removes it.
    """

    path: Path
    plain: Path
    folder: Path


def load_text(
    backend: ibis.backends.duckdb.Backend,
    text: TextFile,
    name: str,
    file: str,
    dialect: Dialect,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make the relations `name` and `<name>_rejected` of a text file.

    DuckDB reads it. Where the rows it tells of are not as many as the file's bytes have, as after
    a quote that is never closed, or where it cannot say which row it refuses, the file is read
    again row by row.

    Parameters
    ----------
    backend : ibis.backends.duckdb.Backend
        Where to make them.
    text : TextFile
        The file.
    name : str
        Of the relation.
    file : str
        How `_file` calls it.
    dialect : Dialect
        What is known of it.

    Returns
    -------
    tuple of (tuple of str, tuple of str)
        The file's columns, and notes on how it was read.
    """
    plain, notes = _as_utf8(text, dialect.encoding)
    records = count_records(plain)
    if not records.alike:
        plain = as_utf8(plain, "utf-8", text.folder / "alike")
        records = count_records(plain)
    header = find_header(text.path, plain, dialect)
    if not _load(backend, plain, name, file, header, records):
        _salvage(backend, plain, text.folder / "salvaged", name, file, header)
    return header.names, notes


def _as_utf8(text: TextFile, encoding: str | None) -> tuple[Path, tuple[str, ...]]:
    """The text in UTF-8, and a note where it was not so and nobody said how it is."""
    found = encoding or find_encoding(text.plain)
    if found.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig"):
        return text.plain, ()
    try:
        plain = as_utf8(text.plain, found, text.folder / "utf-8")
    except LookupError as error:
        raise SourceError(
            f"{text.path} cannot be read as {found!r}, which is no encoding of text. "
            "Name one that Python knows, as 'utf-8' or 'cp1252'."
        ) from error
    note = f"{text.path} is not UTF-8 text; it was read as {found}."
    return plain, () if encoding else (note,)


def _load(
    backend: ibis.backends.duckdb.Backend,
    plain: Path,
    name: str,
    file: str,
    header: Header,
    records: Records,
) -> bool:
    """Let DuckDB read the file, and say whether it told of every row."""
    kinds = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in _stored(header))
    try:
        backend.con.execute(
            f"CREATE OR REPLACE TABLE {name}_rows AS SELECT * FROM read_csv({quoted_path(plain)}, "
            f"auto_detect = false, columns = {{{kinds}}}, delim = {quoted(header.separator)}, "
            f"header = {header.written}, quote = '\"', escape = '\"', compression = 'none', "
            "hive_partitioning = false, store_rejects = true, rejects_limit = 0, "
            f"rejects_table = '{name}_errors', rejects_scan = '{name}_scan')"
        )
    except duckdb.Error:
        # Whatever it could not do, reading row by row can, or finds no row to keep.
        return False
    refused = backend.con.execute(
        f"SELECT min(error_type::VARCHAR), max(strlen(csv_line)) FROM {name}_errors GROUP BY line"
    ).fetchall()
    ((fitting,),) = backend.con.execute(f"SELECT count(*) FROM {name}_rows").fetchall()
    told = all(kind in _REASONS and length < _LINE_KEPT for kind, length in refused)
    complete = fitting + len(refused) == records.count - header.written
    if not complete or not told or (refused and records.blank):
        return False
    _number_rows(backend, name, file, header)
    return True


def _stored(header: Header) -> list[str]:
    """Names of columns that no name in a file can clash with."""
    return [f"c{number}" for number in range(1, len(header.names) + 1)]


def _selected(header: Header, file: str) -> str:
    columns = [
        f"nullif({stored}, '') AS {quoted_name(name)}"
        for stored, name in zip(_stored(header), header.names, strict=True)
    ]
    return f"SELECT {', '.join(columns)}, {quoted(file)} AS _file"


def _number_rows(
    backend: ibis.backends.duckdb.Backend, name: str, file: str, header: Header
) -> None:
    """Give rows that fit and rows that do not their numbers in the file.

    DuckDB tells the line of the latter only; the former keep their order, so the n-th of them is
    row n plus the rejected rows before it.
    """
    cases = " ".join(f"WHEN {quoted(kind)} THEN {quoted(why)}" for kind, why in _REASONS.items())
    backend.con.execute(
        f"CREATE TABLE {name}_rejected AS SELECT {quoted(file)} AS file, "
        f'(line - {int(header.written)})::BIGINT AS "row", '
        f"CASE min(error_type::VARCHAR) {cases} END AS reason, "
        "trim(any_value(csv_line), chr(10) || chr(13)) AS content "
        f"FROM {name}_errors GROUP BY line ORDER BY line"
    )
    selected = f"{_selected(header, file)}, rowid + 1"
    if not backend.table(f"{name}_rejected").count().execute():
        backend.con.execute(f"CREATE VIEW {name} AS {selected} AS _row FROM {name}_rows")
        return
    backend.con.execute(
        f"CREATE TABLE {name} AS {selected} + coalesce(before, 0) AS _row FROM {name}_rows "
        'ASOF LEFT JOIN (SELECT "row" - row_number() OVER (ORDER BY "row") AS from_id, '
        f'row_number() OVER (ORDER BY "row") AS before FROM {name}_rejected) '
        "ON rowid >= from_id ORDER BY _row"
    )
    backend.con.execute(f"DROP TABLE {name}_rows")


def _salvage(
    backend: ibis.backends.duckdb.Backend,
    plain: Path,
    salvaged: Path,
    name: str,
    file: str,
    header: Header,
) -> None:
    """Read the file row by row, by way of a Parquet file."""
    rows = salvaged_rows(plain, header.separator, len(header.names))
    _write(islice(rows, int(header.written), None), _stored(header), salvaged)
    number = f"_row - {int(header.written)}"
    source = f"FROM read_parquet({quoted_path(salvaged)})"
    backend.con.execute(f"DROP TABLE IF EXISTS {name}_rows")
    backend.con.execute(
        f"CREATE TABLE {name} AS {_selected(header, file)}, {number} AS _row "
        f"{source} WHERE _reason IS NULL"
    )
    backend.con.execute(
        f'CREATE TABLE {name}_rejected AS SELECT {quoted(file)} AS file, {number} AS "row", '
        f"_reason AS reason, _content AS content {source} WHERE _reason IS NOT NULL"
    )


def _write(rows: Iterator[Row], columns: list[str], out: Path) -> None:
    texts = [pa.field(column, pa.string()) for column in [*columns, "_reason", "_content"]]
    schema = pa.schema([pa.field("_row", pa.int64()), *texts])
    nothing = [""] * len(columns)
    with pq.ParquetWriter(out, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            values = zip(*(row.values or nothing for row in batch), strict=True)
            writer.write_table(
                pa.table(
                    [
                        [row.number for row in batch],
                        *values,
                        [row.reason for row in batch],
                        [row.content for row in batch],
                    ],
                    schema=schema,
                )
            )
