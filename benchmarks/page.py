"""The results as lines of Markdown, each told as soon as it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

__all__ = ["chapter", "millions", "table", "tell"]


_FENCE = "```"


def tell(lines: Iterable[str], write: Path | None) -> None:
    """Print lines as they come; in the end put them into a page as well, where one is given.

    Parameters
    ----------
    lines : iterable of str
        Markdown that begins with a heading.
    write : Path or None
        The page. Its parts of the same headings are replaced, new ones come last, others stay.
    """
    told = []
    for line in lines:
        click.echo(line)
        told.append(line)
    if write is not None:
        there = write.read_text(encoding="utf-8").splitlines() if write.exists() else []
        write.write_text("\n".join(_merged(there, told)) + "\n", encoding="utf-8")


def _merged(there: Sequence[str], told: Sequence[str]) -> list[str]:
    """Lines of a page in which what was told takes the place of parts with the same headings."""
    parts = _parts(there)
    for headings, lines in _parts(told).items():
        # A heading alone says under what the next one belongs.
        if headings not in parts or any(lines[1:]):
            parts[headings] = lines
    chapters = list(dict.fromkeys(chapter for chapter, _ in parts))
    return [
        line
        for chapter in chapters
        for headings, lines in parts.items()
        if headings[0] == chapter
        for line in lines
    ]


def _parts(lines: Sequence[str]) -> dict[tuple[str, str], list[str]]:
    """Lines by the two headings that they stand under."""
    parts: dict[tuple[str, str], list[str]] = {}
    chapter = part = ""
    fenced = False
    for line in lines:
        fenced ^= line.startswith(_FENCE)
        if not fenced and line.startswith("# "):
            chapter, part = line, ""
        elif not fenced and line.startswith("## "):
            part = line
        parts.setdefault((chapter, part), []).append(line)
    return parts


def chapter(
    title: str,
    circumstances: Sequence[str],
    parts: Iterable[tuple[str, Iterable[str]]],
    *,
    whole: bool,
) -> Iterator[str]:
    """A chapter of the page, part by part.

    Parameters
    ----------
    title : str
        Of the chapter.
    circumstances : sequence of str
        How and on what it was measured.
    parts : iterable of (str, iterable of str)
        Their titles and lines.
    whole : bool
        Whether these are all parts; of some alone each says how it was measured.
    """
    yield from (f"# {title}", "")
    if whole:
        yield from (*circumstances, "")
    for heading, lines in parts:
        yield from (f"## {heading}", "")
        if not whole:
            yield from (*circumstances, "")
        yield from (*lines, "")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table whose first column is text and all others are figures, line by line."""
    marks = ["---", *["---:"] * (len(header) - 1)]
    yield from (f"| {' | '.join(cells)} |" for cells in (header, marks))
    yield from (f"| {' | '.join(cells)} |" for cells in rows)


def millions(events: int) -> str:
    """A number of events, as `2 M`."""
    return f"{events / 1_000_000:g} M"
