"""Pictures of the app: for README and docs/app.md, or of every page at each width and theme.

`make screenshots` runs it on the bundles that `make demo` trains.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import click
from playwright.sync_api import Browser, Page

from tests.ui import chromium, running
from tests.ui.walking import (
    HEIGHT,
    PAGES,
    add_click,
    drawn,
    go_to,
    new_page,
    settle,
    take_example,
)
from ui.language import text

__all__ = ["DOCS", "STATES", "renewed"]

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- made by make screenshots -->\n", "<!-- until here -->"
_WIDE, _NARROW = 1280, 400
_DOCUMENTED_HEIGHT = 1300
"""Pixels; what a reader sees before scrolling, and a bit."""
_TALLEST = 12_000


def _show_scores(page: Page) -> None:
    """What the services said of the whole file; the first page asked them."""
    page.get_by_text("The file at hand", exact=True).click()


def _build(page: Page) -> None:
    page.get_by_text("One shopper", exact=True).click()
    for _ in range(3):
        add_click(page)
        settle(page)


STATES: dict[str, tuple[str, Callable[[Page], None] | None]] = {
    "home": ("", take_example),
    "data": ("data", None),
    "predict": ("predict", _build),
    "predict_many": ("predict", _show_scores),
    "conversion": ("conversion", None),
    "revenue": ("revenue", None),
    "segments": ("segments", None),
    "about": ("about", None),
}
"""What is pictured: the page, and what is done on it."""


def pages_section() -> str:
    """The part of docs/app.md that tells of each page, in the app's own words."""
    parts = []
    for name in STATES:
        if name in PAGES or name == "home":
            parts.append(f"### {text(f'pages.{name}')}\n\n{text(f'purpose.{name}')}\n")
        parts.append(f"![{_caption(name)}](app/{name}.png)\n")
    return "\n".join(parts)


def renewed(page: str) -> str:
    """A page of docs whose part about the app's pages is made anew."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{pages_section()}\n{END}{tail}"


def _caption(name: str) -> str:
    if name == "predict_many":
        return "Predict: every session of a file"
    return f"The page {text(f'pages.{name}')}"


@click.command()
@click.argument("bundles", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--all",
    "everything",
    type=click.Path(path_type=Path, file_okay=False),
    help="Every page whole, at both widths and in both themes, into a folder; docs stay.",
)
def main(bundles: Path, everything: Path | None) -> None:
    """Picture the app on the services of bundles."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running.started(bundles, Path(folder)) as application,
        chromium.launched() as browser,
    ):
        if everything is not None:
            for theme in ("light", "dark"):
                _picture_all(browser, application.url, theme, everything)
            return
        _document(browser, application.url)
    page = DOCS / "app.md"
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")


def _picture_all(browser: Browser, url: str, theme: str, folder: Path) -> None:
    page = new_page(browser, _WIDE, theme)
    page.goto(url)
    settle(page)
    for name in STATES:
        _bring(page, name)
        for width in (_WIDE, _NARROW):
            _picture(page, width, folder / f"{name}-{width}-{theme}.png")
        page.set_viewport_size({"width": _WIDE, "height": HEIGHT})
    page.close()


def _bring(page: Page, name: str) -> None:
    address, act = STATES[name]
    if address:
        go_to(page, address)
    settle(page)
    if act is not None:
        act(page)
    drawn(page)


def _picture(page: Page, width: int, path: Path) -> None:
    """The whole page, for which the window is made as tall as what it scrolls."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.wait_for_timeout(1500)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height + 20, _TALLEST)})
    drawn(page)
    page.wait_for_timeout(1500)
    page.screenshot(path=path)
    click.echo(str(path))


def _document(browser: Browser, url: str) -> None:
    page = new_page(browser, _WIDE)
    page.goto(url)
    settle(page)
    (DOCS / "app").mkdir(exist_ok=True)
    for name in STATES:
        page.set_viewport_size({"width": _WIDE, "height": HEIGHT})
        _bring(page, name)
        page.set_viewport_size({"width": _WIDE, "height": _DOCUMENTED_HEIGHT})
        drawn(page)
        page.wait_for_timeout(1500)
        page.screenshot(path=DOCS / "app" / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
