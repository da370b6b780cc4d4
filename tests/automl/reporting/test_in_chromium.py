"""A report opens in a real browser with every plot drawn, from the file and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.ui import chromium

_PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.launched() as browser:
        yield browser


@pytest.mark.parametrize("task", ["conversion", "revenue", "segmentation"])
def test_every_plot_of_a_report_is_drawn(browser: Browser, trained: Path, task: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url))
    page.goto((trained / task / "report.html").resolve().as_uri())
    page.wait_for_selector("body[data-drawn=yes]", timeout=_PATIENCE_MS)
    asked = page.locator("script[data-plot]").count()
    assert asked >= 5
    assert page.locator(".js-plotly-plot .gtitle").count() >= asked
    assert [one for one in said if "report.html" not in one] == []
    for plot in page.locator(".js-plotly-plot").all():
        box = plot.bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] > 200
        assert box["x"] + box["width"] <= 1280
    page.close()
