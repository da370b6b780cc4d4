"""Finds a Chromium for the tests in a browser, or installs one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.debian import apt_install, tried

__all__ = ["find_chromium", "launched"]

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""What Debian's Chromium needs as root and behind a firewall."""

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "There is no Chromium for the browser test, and none could be installed. Install one "
    "(`apt-get install chromium` or `playwright install chromium`), or set CLICKWISE_CHROMIUM "
    "to the path of one."
)


@contextmanager
def launched() -> Iterator[Browser]:
    """Start a Chromium, and end it."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


def find_chromium() -> str:
    """Path of a Chromium: named, on the PATH, Playwright's own, or freshly installed.

    Raises
    ------
    RuntimeError
        If there is none and none can be installed.
    """
    return _named() or _on_path() or _playwrights() or _installed()


def _named() -> str | None:
    path = os.environ.get("CLICKWISE_CHROMIUM")
    if path is not None and not Path(path).is_file():
        raise RuntimeError(f"CLICKWISE_CHROMIUM is {path!r}, and there is no file.")
    return path


def _on_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _playwrights() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def _installed() -> str:
    tried([sys.executable, "-m", "playwright", "install", "chromium"])
    if path := _playwrights():
        return path
    apt_install("chromium")
    if path := _on_path():
        return path
    raise RuntimeError(MISSING)
