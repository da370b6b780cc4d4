"""The settings of a service are documented from the object itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clickstream.bundle import BundleError
from services.common.settings import ServiceSettings, settings_table
from services.common.starting import read_settings
from tests.services.serving import ROOT


def test_every_setting_has_a_meaning() -> None:
    assert all(field.description for field in ServiceSettings.model_fields.values())


def test_the_page_about_settings_has_the_table_of_the_object() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert page.endswith(f"\n\n{settings_table()}")


def test_the_command_prints_the_table() -> None:
    command = [sys.executable, "-m", "services.common.settings"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == settings_table()


@pytest.mark.parametrize(
    ("name", "value"),
    [("THREADS", "many"), ("REQUESTS_PER_MINUTE", "0"), ("PREDICTION_LOG_SECONDS", "-1")],
)
def test_a_setting_that_cannot_be_used_is_named(monkeypatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"CLICKWISE_SERVICE_{name}", value)
    with pytest.raises(BundleError, match=f"CLICKWISE_SERVICE_{name}: .*docs/settings.md"):
        read_settings()
