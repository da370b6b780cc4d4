"""The app in a real browser, on real services and bundles trained from a simulated log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.ui import chromium, running
from tests.ui.running import Application

PATIENCE_MS = 120_000
WIDTHS = (1280, 400)


@pytest.fixture(scope="module")
def application(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with running.started(trained, tmp_path_factory.mktemp("running")) as application:
        yield application


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, application: Application) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto(application.url)
    yield page
    page.close()


def _upload(page: Page, log: Path) -> None:
    page.locator("input[type=file]").set_input_files(log)
    heading = page.get_by_role("heading", name=re.compile(r"1,000 of [\d,]+ sessions of shop"))
    expect(heading).to_be_visible(timeout=PATIENCE_MS)


def _no_error(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def _metric(page: Page, label: str) -> None:
    expect(_labelled(page, label)).to_be_visible(timeout=PATIENCE_MS)


def _labelled(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMarkdown").get_by_text(label, exact=True)


def test_an_uploaded_log_gets_three_answers(page: Page, shop: Path) -> None:
    _upload(page, shop)
    for label in ("Chance to buy, mean", "Expected spend, sum", "Segments met"):
        _metric(page, label)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(4, timeout=PATIENCE_MS)
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    expect(page.get_by_text("Simulated data: the models below")).to_be_visible()
    _no_error(page)


def test_a_built_session_gets_three_answers_that_move(page: Page) -> None:
    page.get_by_text("Build a session").click()
    for click in (1, 2):
        page.get_by_label("Product").first.click()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Add the click").click()
        expect(page.locator("ol > li")).to_have_count(click, timeout=PATIENCE_MS)
    for label in ("Chance to buy", "Expected spend", "Segment"):
        _metric(page, label)
    expect(page.get_by_text("points")).to_be_visible()
    _no_error(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="Use the example shop").click()
    _metric(page, "Expected spend, sum")
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(4, timeout=PATIENCE_MS)
    wide = page.evaluate(
        "(() => { const main = document.querySelector('[data-testid=stMain]');"
        " return main.scrollWidth - main.clientWidth })()"
    )
    assert wide == 0


# Last, since the service stays down.
def test_with_revenue_stopped_two_answers_stand_and_the_third_is_named(
    page: Page, shop: Path, application: Application
) -> None:
    application.stop("revenue")
    page.reload()
    _upload(page, shop)
    for label in ("Chance to buy, mean", "Segments met"):
        _metric(page, label)
    expect(_labelled(page, "Expected spend, sum")).to_have_count(0)
    missing = page.get_by_test_id("stAlert").filter(has_text="clickwise-revenue does not answer")
    expect(missing).to_be_visible()
    _no_error(page)
