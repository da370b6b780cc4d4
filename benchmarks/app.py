"""How long readers of the analyst's app wait; `make bench-app`.

Prints the machine, the versions and each result as it comes, and writes them as a page.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from playwright.sync_api import Browser, Page

from benchmarks.machine import circumstances
from benchmarks.measuring import peak
from benchmarks.page import chapter, millions, table, tell
from clickstream.simulator import simulate
from tests.services.serving import Server
from tests.ui import chromium, running
from tests.ui.running import App
from tests.ui.walking import (
    LINKS,
    PAGES,
    drawn,
    explore,
    new_page,
    score,
    settle,
    take_example,
    upload,
)

__all__ = ["main"]

_LIBRARIES = ("streamlit", "plotly", "duckdb", "pandas", "playwright")
_LIMITS = Path(__file__).with_name("app_limits.md")
_SEED = 7
_MB = 1e6
_LARGE = 3_000_000
"""Events of a CSV file of about 300 MB."""
_FIRST_CHART = "document.body.innerText.includes('Funnel: sessions')"


@dataclass(frozen=True)
class _Setting:
    """What is measured on."""

    browser: Browser
    servers: Mapping[str, Server]
    folder: Path
    turns: int
    events: int


@click.command()
@click.argument("bundles", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--turns", default=3, show_default=True, help="Measurements of each.")
@click.option("--events", default=1_000_000, show_default=True, help="Of the uploaded log.")
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the results there as well, as to benchmarks/README.md.",
)
def main(bundles: Path, turns: int, events: int, write: Path | None) -> None:
    """Measure the app on the services of bundles, in Chromium."""
    with (
        tempfile.TemporaryDirectory() as name,
        running.services(bundles, Path(name) / "bentoml") as servers,
        chromium.launched() as browser,
    ):
        setting = _Setting(browser, servers, Path(name), turns, events)
        parts = [
            ("The first page", _cold_starts(setting)),
            ("From page to page", _changes(setting)),
            ("A large log", _exploration(setting)),
            ("10,000 sessions through the three services", _scoring(setting)),
            ("What falls short of its goal, and why", _LIMITS.read_text("utf-8").splitlines()),
        ]
        told_by = circumstances("benchmarks.app", _LIBRARIES)
        tell(chapter("The analyst's app", told_by, parts, whole=True), write)


def _cold_starts(setting: _Setting) -> Iterator[str]:
    """From the start of the app's process until its first page is drawn."""
    found = []
    for _ in range(setting.turns):
        began = time.perf_counter()
        with _opened(setting) as (page, _app):
            drawn(page, PAGES[""])
            found.append(time.perf_counter() - began)
    listed = ", ".join(f"{seconds:.1f}" for seconds in found)
    yield f"Drawn {listed} s after the app was started, beside services that run."


def _changes(setting: _Setting) -> Iterator[str]:
    """Each page first when all of it has to be counted, then again."""
    order = [*list(PAGES)[1:], ""]
    with _opened(setting) as (page, _app):
        settle(page)
        take_example(page)
        drawn(page)
        first = {name: _timed(_change, page, name) for name in order}
        rounds = [
            {name: _timed(_change, page, name) for name in order} for _ in range(setting.turns)
        ]
    rows = [
        [title, f"{first[name]:.2f}", f"{max(one[name] for one in rounds):.2f}"]
        for name, title in PAGES.items()
    ]
    yield from table(("page", "first time, s", "again, the longest, s"), rows)
    yield ""
    yield "With the example shop of 200,000 events at hand, to the last chart."


def _change(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=LINKS[name]).click()
    drawn(page, PAGES[name])


def _exploration(setting: _Setting) -> Iterator[str]:
    """Files as they grow; each in an app of its own, whose memory is its own."""
    rows = []
    for events, ending in ((setting.events, "parquet"), (setting.events, "csv"), (_LARGE, "csv")):
        log = setting.folder / f"shop-{events}.{ending}"
        simulate(events, log, seed=_SEED)
        with _opened(setting) as (page, app):
            seconds = _timed(_explore, page, log)
            size = f"{log.stat().st_size / _MB:,.0f}"
            held = f"{peak(app.process.pid):,.0f}"
            rows.append([f"{millions(events)} events, {ending}", size, f"{seconds:.1f}", held])
    yield (
        "A simulated log, from its choice to the last chart of all three parts of the exploration; "
        "Chromium, which sends the file, shares the machine."
    )
    yield ""
    yield from table(("file", "MB", "seconds", "most memory of the app, MiB"), rows)


def _explore(page: Page, log: Path) -> None:
    upload(page, log)
    page.wait_for_function(_FIRST_CHART)
    drawn(page)
    explore(page, "Columns")
    explore(page, "Relations")


def _scoring(setting: _Setting) -> Iterator[str]:
    with _opened(setting) as (page, _app):
        _explore(page, setting.folder / f"shop-{setting.events}.parquet")
        seconds = _timed(_score, page)
        heading = page.get_by_role("heading", name=re.compile("sessions of")).inner_text()
    yield f"{heading}: {seconds:.1f} s from the page of data to the last chart of the answers."


def _score(page: Page) -> None:
    score(page)
    drawn(page)


@contextmanager
def _opened(setting: _Setting) -> Iterator[tuple[Page, App]]:
    """The app, just started, in a tab that asks for it."""
    with running.app(setting.servers, setting.folder / "app.log") as app:
        page = new_page(setting.browser)
        page.goto(app.url)
        yield page, app
        page.close()


def _timed(work: Callable[..., None], *args: object) -> float:
    began = time.perf_counter()
    work(*args)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
