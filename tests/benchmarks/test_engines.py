from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.engines import engines


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with an environment for Spark, and without a script to run in it."""
    python = tmp_path / ".venv-spark" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / "benchmarks").mkdir()
    return tmp_path


def test_what_the_script_prints_is_the_result(checkout: Path) -> None:
    (checkout / "benchmarks" / "spark_rows.py").write_text("print('rows: 7, all equal')")
    assert list(engines(checkout)) == ["```", "rows: 7, all equal", "```"]


def test_what_is_missing_is_named(checkout: Path) -> None:
    assert "no `benchmarks/spark_rows.py`" in "".join(engines(checkout))
    (checkout / "benchmarks" / "spark_rows.py").touch()
    (checkout / ".venv-spark" / "bin" / "python").unlink()
    assert "no `.venv-spark/bin/python`" in "".join(engines(checkout))


def test_a_script_that_fails_is_an_error(checkout: Path) -> None:
    (checkout / "benchmarks" / "spark_rows.py").write_text("raise SystemExit(1)")
    with pytest.raises(subprocess.CalledProcessError):
        list(engines(checkout))
