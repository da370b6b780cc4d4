"""Names of raw columns, what their text says, and why a row cannot be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from clickstream.errors import SourceError
from clickstream.reading import RawTable

__all__ = ["filled", "first_reason", "plain_name", "plain_table", "utc_time"]


def plain_name(name: str) -> str:
    """A column's name without case, blanks or punctuation, so that dialects of it agree."""
    return re.sub(r"[\W_]+", "", name.lower())


def plain_table(raw: RawTable, *, typed: bool = False) -> ir.Table:
    """The raw table with its columns under their plain names, and `_file` and `_row`.

    Parameters
    ----------
    raw : RawTable
        A file; the types of a Parquet file's columns come from whoever wrote it.
    typed : bool, default False
        Leave times, whole numbers and decimals as they are, which saves writing them as text in
        order to read them. All else is text.

    Raises
    ------
    SourceError
        If two columns have the same plain name.
    """
    names: dict[str, str] = {}
    for name in raw.columns:
        if (twin := names.setdefault(plain_name(name), name)) != name:
            raise SourceError(
                f"{raw.path} has two columns that cannot be told apart, {twin!r} and {name!r}. "
                "Rename one of them or leave it out."
            )
    types = raw.table.schema()
    text = [name for name in raw.columns if not (typed and isinstance(types[name], _EXACT))]
    return raw.table.cast(dict.fromkeys(text, "string")).rename(names)


_EXACT = (dt.Timestamp, dt.Integer, dt.Decimal)
"""Types that hold what their text would say."""


def filled(column: ir.Value) -> ir.Value:
    """A column with null in the place of empty text."""
    return column.nullif("") if column.type().is_string() else column


def utc_time(value: ir.Value) -> ir.TimestampValue:
    """A time as UTC without a zone, null where unreadable; one without an offset is UTC."""
    if value.type().is_timestamp():
        return value.cast("timestamp")
    plain = value.re_replace(r"\s*UTC$", "")
    return plain.try_cast("timestamp('UTC')").cast("timestamp")


def first_reason(checks: Mapping[str, ir.BooleanValue]) -> ir.StringValue:
    """The reason of the first check that holds for a row, null where none does.

    Parameters
    ----------
    checks : mapping of str to boolean expression
        By reason, what makes a row impossible to keep.
    """
    branches = [(condition.fill_null(True), reason) for reason, condition in checks.items()]
    return ibis.cases(*branches, else_=ibis.null("string")) if branches else ibis.null("string")
