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


DATA = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
COMMAND = Path(sys.executable).with_name("clickwise")


def blocks(language: str) -> list[str]:
    """The examples of docs/data.md in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", DATA, flags=re.MULTILINE | re.DOTALL)


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
            [COMMAND, *shlex.split(command)],
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
    from clickstream.sources import MAPPED, SOURCES

    for name in (*SOURCES, MAPPED, *ANSWERS):
        assert f"`{name}`" in README


def test_every_kind_of_leak_is_in_the_docs_with_the_limits_that_hold() -> None:
    from typing import get_args

    from clickstream.leaks import AUC_LIMIT, FAR_ABOVE, FAR_AHEAD
    from clickstream.manifest import Leak

    text = (ROOT / "docs" / "leaks.md").read_text(encoding="utf-8")
    for kind in get_args(Leak.model_fields["kind"].annotation):
        assert f"| `{kind}` |" in text
    for limit in (AUC_LIMIT, FAR_ABOVE, FAR_AHEAD):
        assert f" {limit}" in text


def test_every_source_is_in_the_page_on_data() -> None:
    from clickstream.sources import MAPPED, SOURCES

    for name in (*SOURCES, MAPPED):
        assert f"| `{name}` |" in DATA
    assert "(docs/data.md)" in README


def test_the_tables_of_keys_and_events_are_those_of_the_code() -> None:
    from clickstream.sources.mapping.keys import event_table, key_table

    assert key_table() in DATA
    assert event_table() in DATA


def test_the_example_of_a_mapping_says_what_the_page_says(tmp_path: Path) -> None:
    (log,) = blocks("csv")
    (tmp_path / "shop.csv").write_text(log, encoding="utf-8")
    (tmp_path / "shop.toml").write_text(blocks("toml")[0], encoding="utf-8")
    done = subprocess.run(
        [COMMAND, "inspect", "shop.csv", "--mapping", "shop.toml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert blocks("text")[0] in done.stdout


def test_every_mapping_of_the_page_on_data_is_one(tmp_path: Path) -> None:
    from clickstream.sources.mapping import read_mapping

    kinds = []
    for text in blocks("toml"):
        (tmp_path / "shop.toml").write_text(text, encoding="utf-8")
        kinds.append(read_mapping(tmp_path / "shop.toml").kind)
    assert kinds == ["events", "orders", "rows"]


@pytest.mark.parametrize("file", ["README.md", "docs/data.md", "docs/spark.md"])
def test_every_option_in_the_docs_exists(file: str) -> None:
    from automl.cli import main

    known = {name for verb in main.commands.values() for p in verb.params for name in p.opts}
    found = re.findall(r"clickwise [^`\n]*?(--[a-z-]+)", (ROOT / file).read_text(encoding="utf-8"))
    assert set(found) <= known
