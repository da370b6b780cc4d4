"""What a benchmark measures takes its own place on the page, and nothing else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.page import chapter, tell

THERE = """\
# Speed

by A

## One

1

### One, in detail

1.1

## Two

2

# Accuracy

## One

of another chapter
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(THERE)
    return path


def told(page: Path, text: str) -> str:
    tell(text.splitlines(), page)
    return page.read_text()


def test_a_part_takes_the_place_of_the_same_part_of_its_chapter(page) -> None:
    found = told(page, "# Speed\n\n## One\n\nanew\n\n")
    assert found == THERE.replace("1\n\n### One, in detail\n\n1.1\n", "anew\n")


def test_a_whole_chapter_takes_the_place_of_what_it_begins_with(page) -> None:
    assert told(page, "# Speed\n\nby B\n\n") == THERE.replace("by A", "by B")


def test_a_new_part_comes_last_in_its_chapter_and_a_new_chapter_last_of_all(page) -> None:
    found = told(page, "# Speed\n\n## Three\n\n3\n\n# Chaos\n\nnone\n")
    assert found == THERE.replace("2\n\n", "2\n\n## Three\n\n3\n\n") + "# Chaos\n\nnone\n"


def test_what_looks_like_a_heading_in_a_block_of_output_is_none(page) -> None:
    block = "```\n# Accuracy\n```\n"
    assert block in told(page, f"# Speed\n\n## Two\n\n{block}\n")
    assert "of another chapter" in page.read_text()


def test_of_some_parts_alone_each_says_how_it_was_measured() -> None:
    parts = [("One", ["1"]), ("Two", ["2"])]
    assert list(chapter("Speed", ["by A"], parts, whole=True)).count("by A") == 1
    assert list(chapter("Speed", ["by A"], parts, whole=False)).count("by A") == 2
