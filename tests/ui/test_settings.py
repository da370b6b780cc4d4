from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ui.settings import Settings, settings_table

ROOT = Path(__file__).parents[2]


def test_every_setting_has_a_meaning() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_table_has_a_line_for_every_setting() -> None:
    lines = settings_table().splitlines()[2:]
    names = [line.split("`")[1] for line in lines]
    assert names == [f"CLICKWISE_{name.upper()}" for name in Settings.model_fields]


def test_the_page_about_settings_has_the_table_of_the_object() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert f"\n\n{settings_table()}\n" in page


def test_the_command_prints_the_table() -> None:
    command = [sys.executable, "-m", "ui.settings"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == settings_table()
