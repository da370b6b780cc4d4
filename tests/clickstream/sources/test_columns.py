from __future__ import annotations

import pytest

from clickstream.sources.columns import plain_name


@pytest.mark.parametrize(
    "name",
    ["page 1 (main category)", "Page_1_Main_Category", "page1maincategory", "PAGE 1 MAIN-category"],
)
def test_spellings_of_one_column_have_one_plain_name(name: str) -> None:
    assert plain_name(name) == "page1maincategory"


def test_different_columns_keep_different_names() -> None:
    names = ["price", "price 2", "page", "page 1", "größe"]
    assert len({plain_name(name) for name in names}) == len(names)
