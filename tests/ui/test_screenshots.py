"""docs/app.md tells of every page in the app's own words, with a picture of each."""

from __future__ import annotations

from tests.ui.screenshots import DOCS, STATES, renewed
from ui.views import PAGES


def test_every_page_is_pictured() -> None:
    assert {page.name for page in PAGES} <= set(STATES)
    for name in STATES:
        assert (DOCS / "app" / f"{name}.png").is_file(), "run make screenshots"


def test_the_part_about_the_pages_is_what_the_command_makes() -> None:
    page = (DOCS / "app.md").read_text(encoding="utf-8")
    assert renewed(page) == page, "run make screenshots"
