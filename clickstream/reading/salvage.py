"""Text files that keep to no form of CSV, row by row."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["Row", "salvaged_rows"]

_LONGEST = 100
"""Lines that one quoted value may span; a quote that is open for longer was never closed."""

_UNCLOSED = "a quote that is never closed"


class Row(NamedTuple):
    """One row of a file: its values, or its text and why it has none."""

    number: int
    values: list[str]
    reason: str | None = None
    content: str | None = None


def salvaged_rows(path: Path, separator: str, width: int) -> Iterator[Row]:
    """Read a UTF-8 file so that a row that is no CSV costs no row but itself.

    Parameters
    ----------
    path : Path
        The file.
    separator : str
        The character between columns.
    width : int
        Number of columns.

    Yields
    ------
    Row
        Numbered from 1, which is the header's number where there is one. Blank lines are no rows.
    """
    number = 0
    waiting: deque[str] = deque()
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        while line := waiting.popleft() if waiting else file.readline():
            if not line.strip("\r\n"):
                continue
            number += 1
            values, reason = _parsed(line, separator, width)
            if reason == _UNCLOSED:
                taken = _lines_of_a_value(line, waiting, file)
                longer, fault = _parsed("".join(taken), separator, width)
                if fault is None:
                    values, reason = longer, None
                else:
                    waiting.extendleft(reversed(taken[1:]))
            yield Row(number, values) if reason is None else Row(number, [], reason, _shown(line))


def _lines_of_a_value(first: str, waiting: deque[str], rest: Iterator[str]) -> list[str]:
    """The line whose quote is open, and those after it up to the one that closes it."""
    taken, quotes = [first], first.count('"')
    while quotes % 2 and len(taken) < _LONGEST:
        line = waiting.popleft() if waiting else next(rest, "")
        if not line:
            break
        taken.append(line)
        quotes += line.count('"')
    return taken


def _parsed(text: str, separator: str, width: int) -> tuple[list[str], str | None]:
    """The values of one row, and why it has none."""
    if not text.isascii() and _shown(text) != text.rstrip("\r\n"):
        return [], "not UTF-8 text"
    try:
        (values,) = csv.reader([text], delimiter=separator, strict=True)
    except csv.Error as error:
        if "field limit" in str(error):
            return [], f"a value of more than {csv.field_size_limit()} characters"
        unclosed = "unexpected end of data" in str(error)
        return [], _UNCLOSED if unclosed else "a quote in the middle of a value"
    if len(values) < width:
        return [], "fewer columns than the header (cut off?)"
    if len(values) > width:
        return [], "more columns than the header"
    return values, None


def _shown(line: str) -> str:
    """A line without its end; bytes that are no UTF-8 are written as `\\xe9` and the like."""
    raw = line.rstrip("\r\n").encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "backslashreplace")
