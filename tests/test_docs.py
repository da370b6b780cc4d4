"""What the README says is true: its commands run, its targets and settings exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

SMALLER = {
    "--events 200000": "--events 30000",
    "--budget 30": "--trials 8",
    "package models": "package models --no-bentos",
}
"""What makes the README's commands short enough for a test; everything else stays as written."""


def readme_commands() -> list[str]:
    return re.findall(r"^\.venv/bin/clickwise (.+)$", README, flags=re.MULTILINE)


def test_the_commands_of_the_readme_run_in_the_order_written(tmp_path: Path) -> None:
    environment = os.environ | {"BENTOML_HOME": str(tmp_path / "store")}
    commands = readme_commands()
    assert {command.split()[0] for command in commands} == {
        "simulate",
        "inspect",
        "train",
        "evaluate",
        "score",
        "package",
    }
    for command in commands:
        for long, short in SMALLER.items():
            command = command.replace(long, short)
        done = subprocess.run(
            [Path(sys.executable).with_name("clickwise"), *shlex.split(command)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z-]+)", README))))
def test_every_make_target_of_the_readme_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)


def test_every_picture_of_the_readme_is_there() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).is_file()


def test_every_source_and_answer_is_in_the_readme() -> None:
    from clickstream.answers import ANSWERS
    from clickstream.sources import SOURCES

    for name in (*SOURCES, *ANSWERS):
        assert f"`{name}`" in README
