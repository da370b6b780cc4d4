"""The columns that a mapping names, as text, found in the files or missed with a hint."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from clickstream.errors import SourceError
from clickstream.loading import EVENT_TYPES
from clickstream.reading import RawTable
from clickstream.sources.mapping.model import Mapping

__all__ = ["context_names", "mapped_text", "unread_columns"]


def mapped_text(raws: Sequence[RawTable], mapping: Mapping, more: Sequence[str] = ()) -> ir.Table:
    """The columns that a mapping reads, of several files, as text; empty values are null.

    Parameters
    ----------
    raws : sequence of RawTable
        Files of one shape.
    mapping : Mapping
        Names the columns.
    more : sequence of str, optional
        Further columns.

    Returns
    -------
    ibis Table
        The columns by their names in the files, and `_file` and `_row`.

    Raises
    ------
    SourceError
        If a column is not there, with the key that names it and the nearest column.
    """
    read = {name for name, key in mapping.columns().items() if key != "ignored"} | set(more)
    for raw in raws:
        _require_columns(raw, mapping)
    # In the order of the first file, whatever the order in which the mapping names them.
    wanted = [name for name in raws[0].columns if name in read]
    parts = [_text(raw, wanted) for raw in raws]
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def context_names(mapping: Mapping) -> dict[str, str]:
    """By context column of the file, its name in the canonical table: lower case, no blanks."""
    names = {column: re.sub(r"\W+", "_", column.strip().lower()) for column in mapping.context}
    taken = set(EVENT_TYPES)
    for column, name in names.items():
        if name in taken:
            raise SourceError(
                f"{mapping.origin}: context column {column!r} would be called {name!r}, as another "
                "column is already. Leave it out, or rename it in the file."
            )
        taken.add(name)
    return names


def unread_columns(raws: Sequence[RawTable], mapping: Mapping) -> list[str]:
    """Columns of the files that the mapping says nothing of."""
    present = dict.fromkeys(name for raw in raws for name in raw.columns)
    return [name for name in present if name not in mapping.columns()]


def _text(raw: RawTable, columns: Sequence[str]) -> ir.Table:
    table = raw.table
    text = {name: table[name].cast("string").strip().nullif("") for name in columns}
    return table.select("_file", "_row", **text)


def _require_columns(raw: RawTable, mapping: Mapping) -> None:
    for column, key in mapping.columns().items():
        if column not in raw.columns:
            close = difflib.get_close_matches(column, raw.columns, n=1, cutoff=0.6)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise SourceError(
                f"{mapping.origin}: key {key!r} names column {column!r}, which {raw.path} does not "
                f"have.{hint} Its columns are {', '.join(raw.columns)}."
            )
