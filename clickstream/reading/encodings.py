"""Text files of any encoding and any line ends as UTF-8 with one kind of line end."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = ["Records", "as_utf8", "count_records", "find_encoding"]

_CHUNK = 1 << 22
_SINGLE_BYTE = bytes(range(0x80, 0xA0))
_LETTERS = 0xC0
"""From here on bytes are letters in cp1251, and in cp1252 and Latin-1."""
_NOT_CP1252 = b"\x81\x8d\x8f\x90\x9d"


def _chunks(path: Path) -> Iterator[bytes]:
    """The file piece by piece, no piece ending between the two bytes of a CRLF."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk + (file.read(1) if chunk.endswith(b"\r") else b"")


def find_encoding(path: Path) -> str:
    """How a text file is encoded.

    Parameters
    ----------
    path : Path
        A text file.

    Returns
    -------
    str
        `utf-16` where it begins with that byte order mark. Else `utf-8`, also where a few places
        of it are damaged. Where more of its characters are wrong in UTF-8 than right, `cp1251`
        if most letters beyond ASCII stand side by side, as those of Cyrillic words do and accented
        letters of Latin ones do not; `cp1252` if bytes from 0x80 to 0x9f occur and all have a
        meaning there; else `latin-1`.
    """
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    wrong, right, controls = 0, 0, set[int]()
    letters = neighbours = 0
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for chunk in _chunks(path):
        text = decoder.decode(chunk)
        if not text.isascii():
            beyond = len(text) - len(text.encode("ascii", "ignore"))
            bad = text.count("\ufffd")
            wrong, right = wrong + bad, right + beyond - bad
            controls |= set(_SINGLE_BYTE) & set(chunk)
            high = np.frombuffer(chunk, np.uint8) >= _LETTERS
            letters += int(high.sum())
            neighbours += int((high[1:] & high[:-1]).sum())
    if wrong + len(decoder.decode(b"", final=True)) <= right:
        return "utf-8"
    if neighbours > letters / 2:
        return "cp1251"
    return "cp1252" if controls and not controls & set(_NOT_CP1252) else "latin-1"


def as_utf8(path: Path, encoding: str, out: Path) -> Path:
    """Write a text file anew as UTF-8 with LF as its line end.

    Bytes that the encoding does not know become U+FFFD; in a UTF-8 file they stay as they are, for
    their row to be refused.

    Raises
    ------
    LookupError
        If Python does not know the encoding, or it is none of text.
    """
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    with (
        path.open(encoding=encoding, errors=errors) as source,
        out.open("w", encoding="utf-8", errors=errors, newline="\n") as target,
    ):
        shutil.copyfileobj(source, target, _CHUNK)
    return out


@dataclass(frozen=True)
class Records:
    """What the bytes of a CSV file say of it, before any parser does.

    Attributes
    ----------
    count : int
        Lines that are not blank; a line end between quotes is none.
    blank : int
        Blank lines.
    alike : bool
        Whether all lines end in LF, or all in CRLF.
    """

    count: int
    blank: int
    alike: bool


def count_records(path: Path) -> Records:
    """Count the records of a UTF-8 file, whose quotes are taken to be in pairs.

    Parameters
    ----------
    path : Path
        The file.
    """
    pairs, feeds, returns, records, blank = 0, 0, 0, 0, 0
    begun, inside = b"", False
    for chunk in _chunks(path):
        pairs += chunk.count(b"\r\n")
        feeds += chunk.count(b"\n")
        returns += chunk.count(b"\r")
        data = np.frombuffer(begun + chunk, np.uint8)
        quotes = np.flatnonzero(data == ord('"'))
        ends = np.flatnonzero(data == ord("\n"))
        if quotes.size or inside:
            ends = ends[(np.searchsorted(quotes, ends) + inside) % 2 == 0]
        empty = _blank_lines(data, ends)
        blank += empty
        records += ends.size - empty
        inside = bool((quotes.size + inside) % 2)
        # One byte stands for the bytes of a record that goes on in the next piece.
        begun = b"x" if data.size > (ends[-1] + 1 if ends.size else 0) else b""
    alike = returns == pairs and pairs in (0, feeds)
    return Records(records + len(begun), blank, alike)


def _blank_lines(data: np.ndarray, ends: np.ndarray) -> int:
    """How many of the records that end in LF at `ends` hold nothing."""
    starts = np.concatenate([[0], ends[:-1] + 1]) if ends.size else ends
    lengths = ends - starts
    carriage_returns = data[starts[lengths == 1]] == ord("\r")
    return int((lengths == 0).sum() + carriage_returns.sum())
