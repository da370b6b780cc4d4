"""The command: what it refuses, leaves out and writes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.accuracy import __main__ as program
from benchmarks.accuracy.__main__ import main
from benchmarks.accuracy.asked import Asked

ROOT = Path(__file__).parents[3]


def test_parts_without_their_data_are_left_out_by_name(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.accuracy", "--part", "rees46", "--part", "budgets"]
    written = tmp_path / "ACCURACY.md"
    command += ["--work", str(tmp_path), "--write", str(written)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"CLICKWISE_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert written.read_text(encoding="utf-8") == done.stdout
    assert "python -m benchmarks.accuracy --part rees46" in done.stdout
    for fact in ("processor: ", "flaml 2", "scikit-learn 1", "## Budgets"):
        assert fact in done.stdout
    assert "Left out: there is no `rees46/2019-Oct.csv` here" in done.stdout


@pytest.mark.parametrize("seeds", ["one", "1,1", "-1", ""])
def test_seeds_that_are_none_are_refused(seeds: str) -> None:
    done = CliRunner().invoke(main, ["--seeds", seeds])
    assert done.exit_code == 2
    assert "--seeds" in done.stderr


def test_a_peer_that_fails_ends_its_part_and_not_the_page() -> None:
    def fails(_: Asked) -> Iterator[str]:
        yield "what was found before"
        raise subprocess.CalledProcessError(1, ["bin/python", "autogluon_rows.py"])

    page = list(program._measured(fails, Asked([0], 15.0, Path())))
    assert page[0] == "what was found before"
    assert "Not measured: python ended with code 1," in page
