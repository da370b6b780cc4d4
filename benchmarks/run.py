"""Speed and memory from the file to the features; `make bench`.

Prints the machine, the versions and each result as it comes, and writes them as a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from benchmarks.against_pandas import against_pandas
from benchmarks.engines import engines
from benchmarks.growth import growth
from benchmarks.machine import circumstances
from benchmarks.one_session import one_session
from benchmarks.page import chapter, tell
from benchmarks.simulated import simulating

__all__ = ["main"]

_SIZES = "1,2,5,10,20,50"
_HELD_BY_PANDAS = 2_000_000

_TITLES = {
    "simulate": "A simulated log",
    "growth": "From the file to the features of its sessions",
    "pandas": "Against pandas",
    "session": "One session",
    "spark": "DuckDB and Spark",
}


def _sizes(_context: click.Context, _option: click.Parameter, given: str) -> list[int]:
    try:
        sizes = sorted({round(float(size) * 1_000_000) for size in given.split(",")})
    except ValueError:
        raise click.BadParameter(f"{given!r} is no list of numbers such as 1,2,5.") from None
    if sizes[0] < 1:
        raise click.BadParameter(f"{given!r} holds a size below one event.")
    return sizes


@click.command()
@click.option(
    "--sizes",
    default=_SIZES,
    show_default=True,
    callback=_sizes,
    help="Events of the logs, in millions.",
)
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(list(_TITLES)),
    default=list(_TITLES),
    help="What to measure, again for each; everything by default.",
)
@click.option(
    "--turns",
    default=3,
    show_default=True,
    type=click.IntRange(min=1),
    help="How often Clickwise and pandas run in turns.",
)
@click.option(
    "--logs",
    default="build/bench",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the simulated logs are kept.",
)
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the results there as well, as to benchmarks/README.md.",
)
def main(
    sizes: list[int], parts: Sequence[str], turns: int, logs: Path, write: Path | None
) -> None:
    """Measure how fast and in how much memory a log becomes features."""
    tell(_lines(sizes, parts, turns, logs), write)


def _lines(sizes: Sequence[int], parts: Sequence[str], turns: int, logs: Path) -> Iterator[str]:
    measured = ((_TITLES[part], _measure(part, sizes, turns, logs)) for part in parts)
    told_by = circumstances("benchmarks.run")
    yield from chapter("Speed and memory", told_by, measured, whole=set(parts) == set(_TITLES))


def _measure(part: str, sizes: Sequence[int], turns: int, logs: Path) -> Iterator[str]:
    match part:
        case "simulate":
            return simulating(sizes[0])
        case "growth":
            return growth(sizes, logs)
        case "pandas":
            held = max((size for size in sizes if size <= _HELD_BY_PANDAS), default=sizes[0])
            return against_pandas(held, logs, turns)
        case "session":
            return one_session(sizes[0], logs)
        case _:
            return engines()


if __name__ == "__main__":
    main()
