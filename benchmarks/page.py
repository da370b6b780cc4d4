"""The results as lines of Markdown, each told as soon as it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

__all__ = ["millions", "table"]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table whose first column is text and all others are figures, line by line."""
    marks = ["---", *["---:"] * (len(header) - 1)]
    yield from (f"| {' | '.join(cells)} |" for cells in (header, marks))
    yield from (f"| {' | '.join(cells)} |" for cells in rows)


def millions(events: int) -> str:
    """A number of events, as `2 M`."""
    return f"{events / 1_000_000:g} M"
