"""Walks the app in a browser, as its readers do."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

__all__ = [
    "HEIGHT",
    "LINKS",
    "PAGES",
    "PATIENCE_MS",
    "add_click",
    "choose_first",
    "drawn",
    "explore",
    "go_to",
    "new_page",
    "score",
    "settle",
    "take_example",
    "upload",
]

PATIENCE_MS = 120_000
HEIGHT = 900
PAGES = {
    "": "Clickwise",
    "data": "Data",
    "predict": "Predict",
    "conversion": "Conversion",
    "revenue": "Revenue",
    "segments": "Segments",
    "about": "About the models",
}
"""The title of each page, by its address."""
LINKS = PAGES | {"": "Home"}
"""What the side bar calls it."""

_DRAWN = """(title) => {
    const all = (selector) => [...document.querySelectorAll(selector)]
    const app = document.querySelector('[data-testid=stApp]')
    return app?.getAttribute('data-test-script-state') === 'notRunning'
        && all('[data-testid=stSkeleton], [data-stale=true]').length === 0
        && all('h1').some((heading) => heading.textContent.includes(title))
        && all('[data-testid=stPlotlyChart]').every((chart) => chart.querySelector('.main-svg'))
}"""


def new_page(browser: Browser, width: int = 1280, theme: str = "light") -> Page:
    """A tab of a reader of English."""
    page = browser.new_page(
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-US",
    )
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    return page


def go_to(page: Page, name: str) -> None:
    """Another page, by the side bar."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=LINKS[name]).click()
    expect(page.get_by_role("heading", name=PAGES[name], exact=True)).to_be_visible()


def settle(page: Page) -> None:
    """Wait until nothing is drawn any more."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def drawn(page: Page, title: str = "") -> None:
    """Wait until the page of a title, or the one at hand, is drawn, charts included.

    It looks at every frame that the browser draws, so that it can be timed; `expect` looks once
    a second after a while.
    """
    page.wait_for_function(_DRAWN, arg=title)


def take_example(page: Page) -> None:
    """The example, and what the services say of it, by the button of the first page."""
    page.get_by_role("button", name="Try it with the example shop").click()
    expect(page.get_by_text("were scored")).to_be_visible()


def upload(page: Page, log: Path) -> None:
    """A file, on the page of data."""
    go_to(page, "data")
    page.locator("input[type=file]").set_input_files(log)


def add_click(page: Page) -> None:
    """One more click of the session that is being built, on the first product offered."""
    page.get_by_role("combobox", name="Product").click()
    page.get_by_role("option").first.click()
    page.get_by_role("button", name="Add the click").click()


def explore(page: Page, part: str) -> None:
    """Another part of the exploration of the file at hand."""
    page.get_by_test_id("stButtonGroup").get_by_text(part, exact=True).click()
    drawn(page)


def choose_first(page: Page, name: str) -> None:
    """The first of what a list of several offers; a click beside its button only focuses it."""
    box = page.get_by_role("combobox", name=name)
    page.get_by_test_id("stMultiSelect").filter(has=box).get_by_role("button", name="Open").click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")


def score(page: Page) -> None:
    """The file at hand through the three services."""
    go_to(page, "predict")
    page.get_by_text("The file at hand", exact=True).click()
    page.get_by_role("button", name="Score it with the three services").click()
    expect(page.get_by_role("heading", name=re.compile(r"sessions of"))).to_be_visible()
