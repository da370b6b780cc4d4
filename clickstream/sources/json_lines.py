"""Files of JSON lines as tables of text: a column per key, nested values as JSON text."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

import duckdb
import ibis

from clickstream.errors import SourceError
from clickstream.quoting import quoted, quoted_name
from clickstream.reading import RawTable, complaint, file_names, open_backend

__all__ = ["is_json_lines", "read_json_lines"]

_GZIP_MAGIC = b"\x1f\x8b"


def is_json_lines(path: Path) -> bool:
    """Whether a file begins like a JSON object; False where it cannot be read at all."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(64)
        if head.startswith(_GZIP_MAGIC):
            with gzip.open(path) as unpacked:
                head = unpacked.read(64)
    except (OSError, EOFError, zlib.error):
        return False
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read_json_lines(
    paths: Sequence[Path], backend: ibis.backends.duckdb.Backend | None = None
) -> list[RawTable]:
    """Read files of JSON lines into one DuckDB, each as a table of its own.

    Parameters
    ----------
    paths : sequence of Path
        UTF-8 text, one object a line, packed by gzip or not.
    backend : ibis.backends.duckdb.Backend, optional
        Where to, and still empty; one in memory where not given.

    Raises
    ------
    SourceError
        If a file cannot be read, or no line of it is an object.
    """
    backend = backend or open_backend()
    return [
        _read(backend, path, f"raw_{number}", file)
        for number, (path, file) in enumerate(zip(paths, file_names(paths), strict=True), start=1)
    ]


def _read(backend: ibis.backends.duckdb.Backend, path: Path, name: str, given: str) -> RawTable:
    connection = backend.con
    _load_lines(connection, path, name)
    keys = [
        key
        for (key,) in connection.execute(
            f"SELECT DISTINCT unnest(json_keys(object)) AS key FROM {name}_lines ORDER BY key"
        ).fetchall()
    ]
    if not keys:
        raise SourceError(
            f"{path} begins like JSON lines, but no line of it is an object with keys. Give one "
            "object a line."
        )
    columns = ", ".join(
        f"json_extract_string(object, {quoted(_pointer(key))}) AS {quoted_name(key)}"
        for key in keys
    )
    file = quoted(given)
    connection.execute(
        f"CREATE VIEW {name} AS SELECT {columns}, {file} AS _file, row AS _row "
        f"FROM {name}_lines WHERE object IS NOT NULL"
    )
    connection.execute(
        f'CREATE TABLE {name}_rejected AS SELECT {file} AS file, row AS "row", '
        "'no JSON object (cut off?)' AS reason, line AS content "
        f"FROM {name}_lines WHERE object IS NULL"
    )
    return RawTable(path, backend, name, tuple(keys))


def _load_lines(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Every line with its number, and as an object where it is one."""
    try:
        # Lines as they are: no separator, no quotes, and a line may be long.
        connection.execute(
            f"CREATE TABLE {name}_lines AS SELECT line, row_number() OVER () AS row, CASE WHEN "
            "json_valid(line) AND starts_with(ltrim(line), '{') THEN line::JSON END AS object "
            "FROM read_csv($path, columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', "
            "escape = '', header = false, auto_detect = false, max_line_size = 16777216)",
            {"path": str(path)},
        )
    except duckdb.Error as error:
        raise SourceError(
            f"{path} begins like JSON lines but cannot be read as such: {complaint(error)}. "
            "Give one object a line, in UTF-8."
        ) from error


def _pointer(key: str) -> str:
    """A key as a JSON pointer (RFC 6901), whatever characters it is made of."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
