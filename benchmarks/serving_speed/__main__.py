"""Speed, start and memory of a service beside a stock one; `make bench-serving`.

Prints the machine, the versions and each result as it comes, and writes them as a page.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

import click

from benchmarks.machine import circumstances
from benchmarks.page import chapter, table, tell
from benchmarks.serving_speed.models import Models, make_models
from benchmarks.serving_speed.servers import Server, call, serving

__all__ = ["main"]

_LIBRARIES = ("bentoml", "fastapi", "duckdb", "onnxruntime", "scikit-learn", "uvloop", "httptools")
_OURS = "services.conversion.service:Conversion"
_STOCK = "benchmarks.serving_speed.stock:Stock"
_NOTHING = "benchmarks.serving_speed.nothing:Nothing"
_CALLERS = 32
_MANY = 1_000

Found = dict[str, float]


@click.command()
@click.option("--events", default=200_000, show_default=True, help="Events of the simulated shop.")
@click.option("--trials", default=20, show_default=True, help="Candidates of the search.")
@click.option("--seconds", default=10.0, show_default=True, help="Of each measurement.")
@click.option("--turns", default=3, show_default=True, help="Measurements of each, in turns.")
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the results there as well, as to benchmarks/README.md.",
)
def main(events: int, trials: int, seconds: float, turns: int, write: Path | None) -> None:
    """Measure what an answer costs."""
    tell(_lines(events, trials, seconds, turns), write)


def _lines(events: int, trials: int, seconds: float, turns: int) -> Iterator[str]:
    told_by = circumstances("benchmarks.serving_speed", _LIBRARIES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models = make_models(folder, events, trials)
        environment = _stored(models.bundle, folder / "store", models)
        of_rows = _stored(models.ready, folder / "store-of-rows", models)
        how = (
            f"A service has one core, its callers the other; each figure is the median of {turns} "
            f"turns of {seconds:g} s, the services by turns. A simulated shop of {events:,} "
            f"events, `purchase`, won by {models.family}."
        )
        parts = [
            (
                f"{_CALLERS} callers, one session a request",
                _rates(models, environment, seconds, turns),
            ),
            ("One caller", _ours(models, environment, of_rows, seconds, turns)),
            ("From start to first answer", _starts(models, environment, turns)),
        ]
        yield from chapter("What an answer costs", [*told_by, "", how], parts, whole=True)
        yield from Path(__file__).with_name("limits.md").read_text(encoding="utf-8").splitlines()


def _stored(bundles: Path, store: Path, models: Models) -> Mapping[str, str]:
    environment = {"BENTOML_HOME": str(store), "STOCK_MODELS": str(models.pipelines)}
    program = str(Path(sys.executable).with_name("clickwise"))
    package = [program, "package", str(bundles), "--no-bentos"]
    whole = os.environ | environment | {"BENTOML_DO_NOT_TRACK": "true"}
    subprocess.run(package, env=whole, stdout=subprocess.DEVNULL, check=True)
    return environment


def _rates(
    models: Models, environment: Mapping[str, str], seconds: float, turns: int
) -> Iterator[str]:
    """One session or row a request, many callers."""
    asked = {
        "Clickwise, 12 clicks": (_OURS, models.asked.clicks),
        "stock, ready-made features": (_STOCK, models.asked.row),
        "does nothing, 12 clicks": (_NOTHING, models.asked.clicks),
    }
    found: dict[str, list[Found]] = {name: [] for name in asked}
    for _ in range(turns):
        for name, (target, body) in asked.items():
            with serving(target, "/predict", body.read_bytes(), environment) as server:
                call(server, body, _CALLERS, 2.0)
                found[name].append(call(server, body, _CALLERS, seconds))
    ours, stock, nothing = (_middle(each, "rate") for each in found.values())
    rows = [
        [name, *(f"{_middle(each, key):,.1f}" for key in ("rate", "p50", "p99"))]
        for name, each in found.items()
    ]
    yield from table(("service", "requests/s", "median ms", "99 % within ms"), rows)
    yield ""
    yield (
        f"{ours / stock:.1f} times the rate of the stock service, {ours / nothing:.0%} of that of "
        "one that does nothing."
    )


def _ours(
    models: Models,
    environment: Mapping[str, str],
    of_rows: Mapping[str, str],
    seconds: float,
    turns: int,
) -> Iterator[str]:
    """One caller: clicks, reasons, ready-made rows, and many sessions at once."""
    asked = models.asked
    of_clicks = {
        "one session of 12 clicks": asked.clicks,
        "the same with reasons": asked.reasons,
        f"{_MANY:,} sessions": asked.many,
    }
    with serving(_OURS, "/predict", asked.clicks.read_bytes(), environment) as server:
        found = _called(server, of_clicks, seconds, turns)
        memory = server.worker_mib()
    with serving(_OURS, "/predict", asked.ready.read_bytes(), of_rows) as server:
        found |= _called(server, {"one ready-made row": asked.ready}, seconds, turns)
    with serving(_NOTHING, "/predict", asked.clicks.read_bytes(), environment) as server:
        found |= _called(
            server, {"one to a service that does nothing": asked.clicks}, seconds, turns
        )
    rows = [
        [name, f"{_middle(each, 'p50'):.1f}", f"{_middle(each, 'p99'):.1f}"]
        for name, each in found.items()
    ]
    sessions = _MANY * _middle(found[f"{_MANY:,} sessions"], "rate")
    yield from table(("request", "median ms", "99 % within ms"), rows)
    yield ""
    yield (
        f"{sessions:,.0f} sessions/s, {_MANY:,} in a request. A worker holds {memory:.0f} MiB then."
    )


def _called(
    server: Server, asked: Mapping[str, Path], seconds: float, turns: int
) -> dict[str, list[Found]]:
    return {
        name: [call(server, body, 1, seconds) for _ in range(turns)] for name, body in asked.items()
    }


def _starts(models: Models, environment: Mapping[str, str], turns: int) -> Iterator[str]:
    body = models.asked.clicks.read_bytes()
    taken: dict[str, list[float]] = {"Clickwise": [], "does nothing": []}
    for _ in range(turns):
        for name, target in (("Clickwise", _OURS), ("does nothing", _NOTHING)):
            with serving(target, "/predict", body, environment) as server:
                taken[name].append(server.start_seconds)
    ours, nothing = (median(each) for each in taken.values())
    yield from table(
        ("service", "seconds"), [[name, f"{median(each):.2f}"] for name, each in taken.items()]
    )
    yield ""
    yield f"{ours / nothing:.2f} times the service that does nothing."


def _middle(found: list[Found], key: str) -> float:
    return median(each[key] for each in found)


if __name__ == "__main__":
    main()
