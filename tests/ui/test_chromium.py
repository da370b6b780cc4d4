from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui import chromium


def test_a_named_chromium_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "my-chromium"
    named.touch()
    monkeypatch.setenv("CLICKWISE_CHROMIUM", str(named))
    assert chromium.find_chromium() == str(named)


def test_a_named_chromium_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLICKWISE_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(RuntimeError, match=r"CLICKWISE_CHROMIUM is '/nowhere/chromium'"):
        chromium.find_chromium()


def test_without_any_chromium_the_way_out_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLICKWISE_CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "_on_path", lambda: None)
    monkeypatch.setattr(chromium, "_playwrights", lambda: None)
    monkeypatch.setattr(chromium, "tried", lambda command: None)
    monkeypatch.setattr(chromium, "apt_install", lambda package: None)
    with pytest.raises(RuntimeError, match=r"apt-get install chromium"):
        chromium.find_chromium()
