"""Files of tables that are there whole or not at all."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from clickstream.errors import SourceError

METADATA_KEY = "clickwise.simulated"
FORMAT_VERSION = 1


def describe(schema: pa.Schema, *, seed: int, events: int) -> pa.Schema:
    """Let a schema say that the data is simulated, and from what."""
    content = {"seed": seed, "events": events, "version": FORMAT_VERSION}
    return schema.with_metadata({METADATA_KEY: json.dumps(content)})


@contextmanager
def new_file(path: Path, schema: pa.Schema) -> Iterator[Callable[[pa.Table], None]]:
    """Write a file beside its place and move it there once the block ends well.

    A name that ends in .csv makes a CSV file, which has no metadata; any other makes Parquet.

    Yields
    ------
    callable
        Writes a table, to Parquet as one row group.

    Raises
    ------
    SourceError
        If the file cannot be written there.
    """
    part = path.with_name(path.name + ".part")
    with _blaming(path):
        writer = _writer(part, path.suffix, schema)

    def write(table: pa.Table) -> None:
        with _blaming(path):
            writer.write_table(table)

    try:
        yield write
        with _blaming(path):
            writer.close()
            part.replace(path)
    finally:
        with suppress(OSError):  # after an error the first one is what matters
            writer.close()
            part.unlink(missing_ok=True)


def _writer(part: Path, suffix: str, schema: pa.Schema) -> pq.ParquetWriter | pc.CSVWriter:
    if suffix.lower() == ".csv":
        return pc.CSVWriter(part, schema)
    return pq.ParquetWriter(part, schema, use_dictionary=True)


@contextmanager
def _blaming(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(f"cannot write {path}: {error.strerror or error}") from error
