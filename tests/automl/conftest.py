"""Bundles trained on real data, each once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from automl.cli import main
from automl.options import Options
from automl.outcomes import Outcome
from automl.training import train
from clickstream.sources import read_source
from tests.once import make_once

Find = Callable[[str], Path]

COMMAND = Path(sys.executable).with_name("clickwise")


@dataclass(frozen=True)
class Trained:
    """A folder of bundles, and what became of every answer."""

    path: Path
    outcomes: dict[str, Outcome]


_BUNDLES = "bundles"


def _keep(outcomes: list[Outcome], folder: Path) -> None:
    told = [outcome.as_dict() for outcome in outcomes]
    (folder / "outcomes.json").write_text(json.dumps(told))


def _kept(folder: Path) -> Trained:
    """Bundles that this process or another one trained."""
    outcomes = {}
    for told in json.loads((folder / "outcomes.json").read_text()):
        bundle = told["bundle"] and Path(told["bundle"])
        outcomes[told["answer"]] = Outcome(**(told | {"bundle": bundle}))
    return Trained(folder / _BUNDLES, outcomes)


def run(*arguments: str | Path) -> Result:
    """Run the command as a user does, its two outputs apart."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def run_json(*arguments: str | Path, exit_code: int = 0) -> Any:
    """Run the command for machines."""
    result = run(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="session")
def visits(real_data: Find, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """UCI Online Shoppers: ready-made rows."""
    file = real_data("online-shoppers/online_shoppers_intention.csv")

    def make(folder: Path) -> None:
        outcomes = train(read_source([file]), folder / _BUNDLES, Options(budget=None, trials=5))
        _keep(outcomes, folder)

    return _kept(make_once(tmp_path_factory, "visits", make))


@pytest.fixture(scope="session")
def eshop(real_data: Find, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter of the sessions of UCI e-shop clothing's original file."""
    head, *lines = real_data("eshop2008/e-shop clothing 2008.csv").read_text().splitlines()
    place = head.split(";").index("session ID")
    kept = [line for line in lines if int(line.split(";")[place]) % 4 == 0]
    file = tmp_path_factory.mktemp("eshop") / "quarter.csv"
    file.write_text("\n".join([head, *kept]) + "\n")
    return file


@pytest.fixture(scope="session")
def clicks(eshop: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Trained on a quarter of UCI e-shop clothing."""

    def make(folder: Path) -> None:
        dataset, out = read_source([eshop]), folder / _BUNDLES
        options = Options(answers=("purchase", "segment"), budget=None, trials=5)
        spend = Options(answers=("session_spend",), budget=None, trials=8)
        outcomes = [*train(dataset, out, options), *train(dataset, out, spend)]
        _keep(outcomes, folder)

    return _kept(make_once(tmp_path_factory, "clicks", make))


@pytest.fixture(scope="session")
def part_trained(real_data: Find, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """UCI e-shop clothing, trained on Train.csv by the command: the bundle, and what it printed."""
    out = tmp_path_factory.mktemp("part")
    file = real_data("eshop2008/Train.csv")
    printed = run_json("train", file, "--out", out, "--answers", "purchase", "--trials", "5")
    return out / "conversion", printed
