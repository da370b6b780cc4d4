"""Names of raw columns, what their text says, and why a row cannot be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from clickstream.errors import SourceError
from clickstream.reading import RawTable

__all__ = ["first_reason", "plain_name", "plain_table", "utc_time"]


def plain_name(name: str) -> str:
    """A column's name without case, blanks or punctuation, so that dialects of it agree."""
    return re.sub(r"[\W_]+", "", name.lower())


def plain_table(raw: RawTable) -> ir.Table:
    """The raw table, all text, with its columns under their plain names, and `_file` and `_row`.

    CSV is text already; a Parquet file's types come from whoever converted it.

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
    return raw.table.cast(dict.fromkeys(raw.columns, "string")).rename(names)


def utc_time(text: ir.StringValue) -> ir.TimestampValue:
    """A time as UTC without a zone, null where unreadable; text without an offset is UTC."""
    plain = text.re_replace(r"\s*UTC$", "")
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
