"""The benchmark runs: a small one, whatever the time it takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.run import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a run on two small logs writes; Spark has an environment and a test of its own."""
    folder = tmp_path_factory.mktemp("bench")
    parts = [f"--part={name}" for name in ("simulate", "growth", "pandas", "session")]
    small = ["--sizes", "0.006,0.003", "--turns", "1"]
    files = ["--logs", str(folder), "--write", str(folder / "README.md")]
    command = [sys.executable, "-m", "benchmarks.run", *parts, *small, *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = (folder / "README.md").read_text(encoding="utf-8")
    assert written == done.stdout
    return written


def test_the_page_says_how_and_on_what_it_was_made(page: str) -> None:
    assert ".venv/bin/python -m benchmarks.run --part=simulate" in page
    for fact in ("processor: ", "memory: ", "system: ", "duckdb 2", "pandas 3"):
        assert fact in page


def test_each_size_and_each_opponent_has_a_row(page: str) -> None:
    rows = [line.split(" | ")[0].removeprefix("| ") for line in page.splitlines()]
    for name in ("0.003 M", "0.006 M", "Clickwise", "pandas", "pandas / Clickwise"):
        assert name in rows
    assert "to the power of" in page
    assert sum(name.startswith("64 sessions") for name in rows) == 2


@pytest.mark.parametrize("sizes", ["one", "1,0", ""])
def test_sizes_that_are_none_are_refused(sizes: str) -> None:
    done = CliRunner().invoke(main, ["--sizes", sizes])
    assert done.exit_code == 2
    assert "--sizes" in done.stderr
