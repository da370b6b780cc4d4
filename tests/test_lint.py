"""The directions of dependence are held by `make lint`, and the list of them is complete."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("clickstream", "automl", "services", "ui")
SERVED = {"bundle", "reasons", "recommending", "rfm", "scoring"}
"""What services may import of the ground floor."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and their contracts, to break."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_contracts_hold(copy: Path) -> None:
    done = lint_imports(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "planted"),
    [
        ("clickstream/cuts.py", "import automl"),
        ("clickstream/bundle.py", "import ui.settings"),
        ("automl/splits.py", "import services.common.limits"),
        ("services/conversion/service.py", "import services.revenue.service"),
        ("services/common/limits.py", "import clickstream.errors"),
        ("services/common/limits.py", "import pandas"),
        ("ui/join.py", "import services.common.limits"),
        ("automl/splits.py", "import flaml"),
        ("automl/splits.py", "import bentoml"),
        ("clickstream/cuts.py", "import pyspark"),
        ("clickstream/leaks/columns.py", "import sklearn.metrics"),
    ],
)
def test_a_planted_import_breaks_a_contract(copy: Path, file: str, planted: str) -> None:
    path = copy / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{planted}\n", encoding="utf-8")
    done = lint_imports(copy)
    assert done.returncode != 0
    assert "BROKEN" in done.stdout


def test_every_module_of_the_ground_floor_is_in_the_contract_of_the_services() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = {
        module
        for contract in contracts["tool"]["importlinter"]["contracts"]
        if contract["name"].startswith("services import of ours only")
        for module in contract["forbidden_modules"]
    }
    found = {
        f"clickstream.{path.stem}"
        for path in (ROOT / "clickstream").iterdir()
        if not path.name.startswith(("_", "py.typed")) and path.stem not in SERVED
    }
    assert listed == found
