"""The accuracy of what is trained, beside its peers; `make bench-accuracy`.

Prints the machine, the versions and each result as it comes, and writes them as a page.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from benchmarks.accuracy.asked import Asked, LeftOut, Refused
from benchmarks.accuracy.budgets import budgets
from benchmarks.accuracy.eshop2008 import eshop2008
from benchmarks.accuracy.interests import interests
from benchmarks.accuracy.online_retail import online_retail
from benchmarks.accuracy.online_shoppers import online_shoppers
from benchmarks.accuracy.recommendations import recommendations
from benchmarks.accuracy.rees46 import rees46
from benchmarks.accuracy.segments import segments
from benchmarks.accuracy.simulated import simulated
from benchmarks.machine import circumstances
from benchmarks.page import chapter, tell

__all__ = ["main"]

_HOW = "Clickwise is run by its command, and what is measured are its bundles."
_SEEDS = "0,1,2,3,4"
_LIBRARIES = ("flaml", "scikit-learn", "xgboost-cpu", "duckdb", "onnxruntime", "numpy", "scipy")

_PARTS: dict[str, tuple[str, Callable[[Asked], Iterator[str]]]] = {
    "online-shoppers": ("UCI Online Shoppers, against AutoGluon", online_shoppers),
    "eshop2008": ("UCI e-shop clothing 2008, against plain XGBoost", eshop2008),
    "rees46": ("REES46, against plain XGBoost", rees46),
    "online-retail": ("UCI Online Retail, against BG/NBD with Gamma-Gamma", online_retail),
    "simulated": ("The simulated shop, against the best possible", simulated),
    "segments": ("Segments of UCI Online Retail, against plain k-means", segments),
    "interests": ("Interests of UCI Online Retail", interests),
    "recommendations": ("Recommendations, against a plain list", recommendations),
    "budgets": ("Budgets", budgets),
}


def _seeds(_context: click.Context, _option: click.Parameter, given: str) -> list[int]:
    try:
        seeds = [int(seed) for seed in given.split(",")]
    except ValueError:
        raise click.BadParameter(f"{given!r} is no list of whole numbers such as 0,1.") from None
    if min(seeds) < 0 or len(set(seeds)) < len(seeds):
        raise click.BadParameter(f"{given!r} holds a seed below zero, or one twice.")
    return seeds


@click.command()
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(list(_PARTS)),
    default=list(_PARTS),
    help="What to measure, again for each; everything by default.",
)
@click.option(
    "--seeds",
    default=_SEEDS,
    show_default=True,
    callback=_seeds,
    help="Of splits and searches; parts with one split take the first.",
)
@click.option(
    "--budget",
    default=60.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds of search per answer, and all the time of a peer.",
)
@click.option(
    "--work",
    default="build/accuracy",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where splits and bundles are kept.",
)
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the results there as well, as to benchmarks/README.md.",
)
def main(
    parts: Sequence[str], seeds: list[int], budget: float, work: Path, write: Path | None
) -> None:
    """Measure how good the models are that `clickwise train` makes."""
    tell(_lines(parts, Asked(seeds, budget, work)), write)


def _lines(parts: Sequence[str], asked: Asked) -> Iterator[str]:
    measured = ((_PARTS[part][0], _measured(_PARTS[part][1], asked)) for part in parts)
    told_by = [*circumstances("benchmarks.accuracy", _LIBRARIES), "", _HOW]
    yield from chapter("Accuracy", told_by, measured, whole=set(parts) == set(_PARTS))
    yield from Path(__file__).with_name("limits.md").read_text(encoding="utf-8").splitlines()


def _measured(measure: Callable[[Asked], Iterator[str]], asked: Asked) -> Iterator[str]:
    try:
        yield from measure(asked)
    except LeftOut as missing:
        yield f"Left out: {missing}."
    except Refused as refusal:
        yield f"Refused by Clickwise: {refusal}"
    except subprocess.CalledProcessError as failure:  # the parts that follow still stand
        yield ""
        yield f"Not measured: {Path(failure.cmd[0]).name} ended with code {failure.returncode},"
        yield "and said why on stderr."


if __name__ == "__main__":
    main()
