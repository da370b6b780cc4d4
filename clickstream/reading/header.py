"""The first row of a text file: what separates its columns, and whether it names them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clickstream.errors import NoHeader, SourceError
from clickstream.reading.raw import Dialect, require_few

__all__ = ["Header", "find_header"]

_SEPARATORS = ",;\t|"
_HEAD = 65_536
_NUMBER = re.compile(r"[+-]?[\d.,' ]*\d[\d.,]*([eE][+-]?\d+)?\s*%?")
_TIME = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*|\d{1,2}:\d{2}.*")


@dataclass(frozen=True)
class Header:
    """Columns of a text file.

    Attributes
    ----------
    separator : str
        The character between columns.
    names : tuple of str
        Of the columns, in the file's order.
    written : bool
        Whether the names are the file's first row.
    """

    separator: str
    names: tuple[str, ...]
    written: bool


def find_header(path: Path, plain: Path, dialect: Dialect) -> Header:
    """Find the columns of a text file.

    Parameters
    ----------
    path : Path
        As the user gave it.
    plain : Path
        The same text in UTF-8.
    dialect : Dialect
        Its separator and its header, where given, are taken as they are.

    Raises
    ------
    NoHeader
        If the first row does not name the columns.
    SourceError
        If there are no columns, or not as many as are named.
    """
    with plain.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        head = file.read(_HEAD)
    if "\x00" in head:
        raise SourceError(
            f"{path} is a binary file, but text (CSV) or Parquet was expected. "
            "If it is a spreadsheet or an archive, export or unpack it as CSV first."
        )
    separator = dialect.separator or _separator(head)
    first = next(iter(_rows(head, separator)), [])
    if len(first) < 2:
        line = next((line for line in head.splitlines() if line.strip()), "")
        raise SourceError(
            f"{path} has no columns: its first line is {line[:60]!r}, without any of "
            "',', ';', tab or '|'. A table with a header row was expected."
        )
    require_few(path, len(first))
    if dialect.header is None:
        return Header(separator, _names(path, first), written=True)
    if len(first) != len(dialect.header):
        raise SourceError(
            f"{path} has {len(first)} columns in its first row, but {len(dialect.header)} names "
            f"are given for them ({', '.join(dialect.header)}). Name each column once, in order."
        )
    return Header(separator, dialect.header, written=False)


def _separator(head: str) -> str:
    """What makes most columns of the first row; blanks only where nothing else makes any."""
    widths = {mark: len(next(iter(_rows(head, mark)), [])) for mark in _SEPARATORS}
    best = max(widths, key=lambda mark: widths[mark])
    return " " if widths[best] < 2 and _is_table_of_blanks(head) else best


def _is_table_of_blanks(head: str) -> bool:
    """Whether all rows at hand have as many columns between blanks, as no prose or page has."""
    rows = _rows(head, " ")[:20]
    complete = rows[:-1] if len(rows) > 2 else rows
    names = [name.strip() for name in rows[0]] if rows else []
    widths = {len(row) for row in complete}
    return len(complete) > 1 and len(widths) == 1 and all(re.match(r"\w", name) for name in names)


def _rows(head: str, separator: str) -> list[list[str]]:
    """The rows of a file's first part, up to one that is no CSV; blank lines are none."""
    rows = []
    try:
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator):
            if row:
                rows.append(row)
            if len(rows) > 20:
                break
    except csv.Error:
        return rows
    return rows


def _names(path: Path, first: Sequence[str]) -> tuple[str, ...]:
    """The first row as names; one may be empty, as a column of row numbers often is."""
    names = [name.strip() for name in first]
    data = next((name for name in names if _NUMBER.fullmatch(name) or _TIME.fullmatch(name)), None)
    lower = [name.lower() for name in names]
    twice = next((name for name in names if name and lower.count(name.lower()) > 1), None)
    if data is not None:
        found = f"holds {data!r}"
    elif twice is not None:
        found = f"holds {twice!r} twice"
    elif names.count("") > 1:
        found = f"is empty in {names.count('')} columns"
    else:
        return tuple(name or "unnamed" for name in names)
    raise NoHeader(
        f"{path} seems to have no header row: its first row {found}, where the name of a column "
        f"was expected. Name the columns in a mapping, which `clickwise inspect {path} "
        "--write-mapping FILE` proposes, or put a row of names on top.",
        columns=len(first),
    )
