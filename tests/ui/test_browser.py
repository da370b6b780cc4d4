"""The app in a real browser, on real services and bundles trained from a simulated log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.ui import chromium, running
from tests.ui.files import GERMAN
from tests.ui.running import Application
from tests.ui.walking import (
    HEIGHT,
    PAGES,
    add_click,
    choose_first,
    drawn,
    explore,
    go_to,
    new_page,
    score,
    take_example,
    upload,
)

WIDTHS = (1280, 400)
EXPLORED = {
    "Sessions": "Funnel: sessions that reach each step",
    "Columns": "Prices of the products of events",
    "Relations": "Pairs of numbers",
}
GRAVE = ("serious", "critical")
UNNAMED = re.compile(
    r"^\s*- (?:button|link|combobox|slider|textbox|spinbutton|checkbox|switch|radio|tab)\b"
    r"(?! \").*$",
    re.MULTILINE,
)
"""A control without a name, in Chromium's accessibility tree."""


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
    page = new_page(browser)
    page.goto(application.url)
    yield page
    page.close()


def no_error(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def labelled(page: Page, label: str) -> Locator:
    """What a number is called, where it can be seen."""
    return page.get_by_test_id("stMarkdown").get_by_text(label, exact=True)


def test_one_button_brings_the_example_and_its_numbers(page: Page) -> None:
    take_example(page)
    for label in ("Chance to buy, mean", "Expected spend, sum", "Segments met"):
        expect(labelled(page, label)).to_be_visible()
    go_to(page, "segments")
    expect(page.get_by_text(re.compile(r"customers of the example shop"))).to_be_visible()
    go_to(page, "conversion")
    expect(page.get_by_text(re.compile(r"are shown; the download has all"))).to_be_visible()
    no_error(page)


def test_an_uploaded_log_is_told_about_explored_filtered_and_scored(
    page: Page, shop: Path, tmp_path: Path
) -> None:
    upload(page, shop)
    expect(page.get_by_text("Recognised: shop.parquet, source simulated.")).to_be_visible()
    for part, title in EXPLORED.items():
        explore(page, part)
        expect(page.get_by_text(title)).to_be_visible()
    choose_first(page, "country")
    expect(page.get_by_text("rows pass the filters")).to_be_visible()
    score(page)
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(4)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download as CSV").click()
    taken.value.save_as(tmp_path / "scores.csv")
    table = pd.read_csv(tmp_path / "scores.csv")
    assert {"session", "Chance to buy", "Expected spend", "segment"} <= set(table.columns)
    assert table["Chance to buy"].between(0, 1).all()
    no_error(page)


def test_a_file_that_no_source_knows_is_mapped_in_place(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "laden.csv"
    file.write_bytes(GERMAN.replace(b"was", b"event").replace(b"gesehen", b"view"))
    upload(page, file)
    expect(page.get_by_role("heading", name=re.compile("columns of laden.csv"))).to_be_visible()
    page.get_by_role("button", name="Read the file so").click()
    expect(page.get_by_text("laden.csv was read by a mapping.")).to_be_visible()
    no_error(page)


def test_a_pdf_is_a_sentence_and_leaves_the_way_open(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.csv"
    file.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 40)
    upload(page, file)
    expect(page.get_by_test_id("stAlert").filter(has_text="report.csv")).to_be_visible()
    page.get_by_role("button", name="Use the example shop").click()
    expect(page.get_by_text("Recognised: the example shop")).to_be_visible()
    no_error(page)


def test_a_built_session_gets_answers_that_move_and_reasons(page: Page) -> None:
    go_to(page, "predict")
    for click in (1, 2):
        add_click(page)
        clicks = page.locator("ol > li").filter(has=page.locator("strong", has_text="view"))
        expect(clicks).to_have_count(click)
    expect(page.get_by_text(re.compile(r"[+-][\d.]+ points")).first).to_be_visible()
    expect(page.get_by_text("Reasons: Chance to buy")).to_be_visible()
    expect(page.get_by_role("heading", name="Products to show next")).to_be_visible()
    page.get_by_text("Put into the cart").click()
    expect(page.get_by_text("Change something")).to_have_count(0)
    no_error(page)


def test_the_threshold_is_moved_and_stays(page: Page) -> None:
    go_to(page, "conversion")
    slider = page.get_by_role("slider", name="Threshold")
    before = slider.input_value()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(slider).not_to_have_value(before)
    moved = slider.input_value()
    # The page follows a moment after the slider.
    expect(page.get_by_text(f"Confusion matrix at {moved}%")).to_be_visible()
    go_to(page, "revenue")
    go_to(page, "conversion")
    expect(slider).to_have_value(moved)
    no_error(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_can_be_read_at_every_width_and_theme(
    browser: Browser, application: Application, theme: str
) -> None:
    page = new_page(browser, theme=theme)
    page.goto(application.url)
    take_example(page)
    for name in PAGES:
        go_to(page, name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            drawn(page)
            readable(page, f"{name} at {width}")
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    page.close()


def readable(page: Page, where: str) -> None:
    """No grave violation of axe's rules, nothing wider than the page, no control without a name."""
    found = Axe().run(page).response["violations"]
    assert [
        (where, one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in GRAVE
    ] == []
    wide = page.evaluate(
        "(() => { const main = document.querySelector('[data-testid=stMain]');"
        " return main.scrollWidth - main.clientWidth })()"
    )
    assert wide == 0, where
    assert UNNAMED.findall(page.locator("body").aria_snapshot()) == [], where
    no_error(page)


def test_the_language_is_changed_in_the_side_bar(page: Page) -> None:
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="Русский").click()
    expect(page.get_by_role("heading", name="Три сервиса")).to_be_visible()
    no_error(page)


# Last, since the service is stopped.
def test_a_service_that_is_stopped_is_named_and_asked_again_when_it_is_back(
    page: Page, shop: Path, application: Application
) -> None:
    application.stop("revenue")
    upload(page, shop)
    expect(page.get_by_text("Recognised: shop.parquet")).to_be_visible()
    score(page)
    missing = page.get_by_test_id("stAlert").filter(has_text="clickwise-revenue does not answer")
    expect(missing.first).to_be_visible()
    expect(labelled(page, "Chance to buy, mean")).to_be_visible()
    expect(labelled(page, "Expected spend, sum")).to_have_count(0)
    application.start("revenue")
    page.get_by_role("button", name="Check the services again").click()
    page.get_by_role("button", name="Ask again").click()
    expect(labelled(page, "Expected spend, sum")).to_be_visible()
    no_error(page)
