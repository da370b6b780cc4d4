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

Find = Callable[[str], Path]

COMMAND = Path(sys.executable).with_name("clickwise")


@dataclass(frozen=True)
class Trained:
    """A folder of bundles, and what became of every answer."""

    path: Path
    outcomes: dict[str, Outcome]


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
    out = tmp_path_factory.mktemp("visits")
    dataset = read_source([real_data("online-shoppers/online_shoppers_intention.csv")])
    outcomes = train(dataset, out, Options(budget=None, trials=5))
    return Trained(out, {outcome.answer: outcome for outcome in outcomes})


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
    out = tmp_path_factory.mktemp("clicks")
    dataset = read_source([eshop])
    outcomes = [
        *train(dataset, out, Options(answers=("purchase", "segment"), budget=None, trials=5)),
        *train(dataset, out, Options(answers=("session_spend",), budget=None, trials=8)),
    ]
    return Trained(out, {outcome.answer: outcome for outcome in outcomes})


@pytest.fixture(scope="session")
def part_trained(real_data: Find, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """UCI e-shop clothing, trained on Train.csv by the command: the bundle, and what it printed."""
    out = tmp_path_factory.mktemp("part")
    file = real_data("eshop2008/Train.csv")
    printed = run_json("train", file, "--out", out, "--answers", "purchase", "--trials", "5")
    return out / "conversion", printed
