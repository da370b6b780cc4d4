"""The rows of a file that could not be kept, written out."""

from __future__ import annotations

from pathlib import Path

import duckdb

from clickstream.errors import ClickwiseError
from clickstream.quoting import quoted
from clickstream.tables import Dataset

__all__ = ["write_quarantine"]


def write_quarantine(dataset: Dataset, out: Path) -> None:
    """Write file, number, reason and content of every row that was read and not kept.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    out : Path
        Parquet, or CSV where the name ends so.

    Raises
    ------
    ClickwiseError
        If the file cannot be written.
    """
    kind = "csv" if out.suffix == ".csv" else "parquet"
    try:
        dataset.connection.execute(
            f'COPY (FROM quarantine ORDER BY file, "row") TO {quoted(str(out))} (FORMAT {kind})'
        )
    except duckdb.Error as error:
        raise ClickwiseError(
            f"{out} cannot be written: {str(error).splitlines()[0]}. Name another file."
        ) from error
