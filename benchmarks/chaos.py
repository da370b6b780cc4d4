"""What comes of killed workers, of load for long, and of odd requests; `make chaos`.

Exit code 0 only if no answer was wrong, 99.9 % were right with one retry, and memory grew by no
more than it may.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.machine import circumstances
from benchmarks.page import chapter, tell
from load_tests.chaos import Attack, kills, memory, odd

__all__ = ["main"]

_LIBRARIES = ("bentoml", "fastapi", "duckdb", "onnxruntime", "locust", "schemathesis")
_PARTS = {
    "kills": ("Workers killed under load", kills),
    "memory": ("Memory", memory),
    "odd": ("Odd requests", odd),
}


@click.command()
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(list(_PARTS)),
    default=list(_PARTS),
    help="What to do, again for each; everything by default.",
)
@click.option("--seconds", default=600.0, show_default=True, help="How long load lasts.")
@click.option("--users", default=50, show_default=True, help="Callers at the same time.")
@click.option("--every", default=30.0, show_default=True, help="Seconds between two kills.")
@click.option("--cases", default=8_000, show_default=True, help="Odd requests to a path at most.")
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the results there as well, as to benchmarks/README.md.",
)
def main(
    parts: Sequence[str],
    seconds: float,
    users: int,
    every: float,
    cases: int,
    write: Path | None,
) -> None:
    """Kill workers under load, watch memory, and ask odd things."""
    with tempfile.TemporaryDirectory() as name:
        attack = Attack(seconds, every, users, cases, Path(name))
        done = ((_PARTS[part][0], _PARTS[part][1](attack)) for part in parts)
        told_by = circumstances("benchmarks.chaos", _LIBRARIES)
        tell(chapter("Chaos", told_by, done, whole=set(parts) == set(_PARTS)), write)
    for sentence in attack.wrong:
        click.echo(sentence, err=True)
    sys.exit(1 if attack.wrong else 0)


if __name__ == "__main__":
    main()
