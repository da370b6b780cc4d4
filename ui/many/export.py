"""Tables to take away."""

from __future__ import annotations

import csv
import io

import pandas as pd
import streamlit as st

from ui.language import text

__all__ = ["defused_csv", "parquet", "show_downloads"]

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def defused_csv(table: pd.DataFrame) -> str:
    """A table as CSV in which no text is a formula of a spreadsheet.

    Parameters
    ----------
    table : DataFrame
        Texts that begin like a formula get an apostrophe before them; numbers stay.
    """
    safe = table.rename(columns=_defused)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_defused)
    return safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)


def _defused(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value


def parquet(table: pd.DataFrame) -> bytes:
    """A table as Parquet.

    Parameters
    ----------
    table : DataFrame
        Without an index that matters.
    """
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def show_downloads(table: pd.DataFrame, name: str, key: str) -> None:
    """Draw a button for each kind of file.

    Parameters
    ----------
    table : DataFrame
        What to take away.
    name : str
        Of the file, without its ending.
    key : str
        What no other buttons of the page are called.
    """
    left, right, _ = st.columns([1, 1, 2])
    left.download_button(
        text("export.csv"),
        defused_csv(table),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"{key}_csv",
        width="stretch",
    )
    right.download_button(
        text("export.parquet"),
        parquet(table),
        file_name=f"{name}.parquet",
        mime="application/vnd.apache.parquet",
        on_click="ignore",
        key=f"{key}_parquet",
        width="stretch",
    )
