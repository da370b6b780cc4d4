"""The results as lines of Markdown, each told as soon as it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

__all__ = ["millions", "table", "tell"]


def tell(lines: Iterable[str], write: Path | None) -> None:
    """Print lines as they come; in the end write them to a file as well, where one is given."""
    told = []
    for line in lines:
        click.echo(line)
        told.append(f"{line}\n")
    if write is not None:
        write.write_text("".join(told), encoding="utf-8")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table whose first column is text and all others are figures, line by line."""
    marks = ["---", *["---:"] * (len(header) - 1)]
    yield from (f"| {' | '.join(cells)} |" for cells in (header, marks))
    yield from (f"| {' | '.join(cells)} |" for cells in rows)


def millions(events: int) -> str:
    """A number of events, as `2 M`."""
    return f"{events / 1_000_000:g} M"
