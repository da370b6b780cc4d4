"""`clickwise score --engine spark`, as a shop runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd

from tests.spark.java import require_java


def score(*arguments: object) -> subprocess.CompletedProcess[str]:
    require_java()
    command = [Path(sys.executable).with_name("clickwise"), "score", *map(str, arguments)]
    return subprocess.run(
        [*command, "--engine", "spark", "--master", "local[2]", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_file_is_scored_into_a_folder(models: Path, small_shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores"
    done = score(small_shop, "--bundle", models / "segmentation", "--out", out)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["out"] == str(out)
    assert made["notes"][0].startswith("The data is simulated")
    table = pd.read_parquet(out)
    assert made["rows"] == len(table) == table["unit_id"].nunique()
    assert made["columns"] == list(table.columns)
