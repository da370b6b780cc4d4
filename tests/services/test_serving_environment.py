"""The services in an environment that holds what `requirements/serving.txt` locks, and no more."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import serving

REQUIREMENTS = serving.ROOT / "requirements" / "serving.txt"
ABSENT = ["flaml", "sklearn", "xgboost", "imblearn", "ibis", "pandas", "streamlit", "locust"]
BUILD_SECONDS = 900


@pytest.fixture(scope="session")
def python() -> Path:
    """Python of the serving environment, made once for each state of the requirements."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = serving.ROOT / "build" / f"serving-venv-{digest}"
    finished = folder / "finished"
    if not finished.exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run(
            [str(folder / "bin" / "python"), *install, "-r", str(REQUIREMENTS)], check=True
        )
        finished.touch()
    return folder / "bin" / "python"


@pytest.mark.timeout(BUILD_SECONDS)
def test_what_is_locked_is_complete(python: Path) -> None:
    done = subprocess.run(
        [str(python), "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.timeout(BUILD_SECONDS)
@pytest.mark.parametrize("name", ABSENT)
def test_what_trains_and_draws_is_absent(python: Path, name: str) -> None:
    done = subprocess.run(
        [str(python), "-c", f"import {name}"], capture_output=True, text=True, check=False
    )
    assert f"ModuleNotFoundError: No module named '{name}'" in done.stderr


@pytest.mark.timeout(BUILD_SECONDS)
def test_each_bento_starts_there_and_answers(python: Path, store: Path, tmp_path: Path) -> None:
    tags = dict(zip(serving.SERVICES, serving.build(store, list(serving.SERVICES)), strict=True))
    with serving.started(store, tags, python, folder=tmp_path) as servers:
        for task, server in servers.items():
            assert server.get("/model").json()["task"] == task
            answer = server.post("/predict", json=server.get("/example").json())
            assert answer.status_code == 200, answer.text
