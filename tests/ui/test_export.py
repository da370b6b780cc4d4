"""Tables to take away hold no formulas."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from ui.many.export import defused_csv, parquet


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_is_defused(start: str) -> None:
    table = pd.DataFrame({"session": [f"{start}cmd|' /C calc'!A0", "visit-1"], "n": [-1.5, 2.0]})
    read = pd.read_csv(io.StringIO(defused_csv(table)))
    assert read["session"][0] == f"'{start}cmd|' /C calc'!A0"
    assert list(read["n"]) == [-1.5, 2.0], "numbers stay numbers"
    assert read["session"][1] == "visit-1"


def test_the_name_of_a_column_is_defused_too() -> None:
    assert defused_csv(pd.DataFrame({"=1+1": [1]})).splitlines()[0] == '"\'=1+1"'


def test_parquet_keeps_everything_as_it_is() -> None:
    table = pd.DataFrame({"session": ["=1", None], "chance": [0.5, None], "likely": [True, False]})
    read = pd.read_parquet(io.BytesIO(parquet(table)))
    pd.testing.assert_frame_equal(read, table)
