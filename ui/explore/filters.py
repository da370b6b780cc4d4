"""Filters that apply to everything that is drawn of a file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from ui.charts.exploration import value_name
from ui.language import text

if TYPE_CHECKING:
    from clickstream.description import Description, Filter

__all__ = ["show_filters"]

_LEAST_VALUES = 2
"""A column with fewer has nothing to choose from."""
_MOST_COLUMNS = 5


def show_filters(whole: Description) -> Filter | None:
    """Draw the filters that the file has columns for.

    Parameters
    ----------
    whole : Description
        Of the file without any filter.

    Returns
    -------
    Filter or None
        None where nothing is filtered.
    """
    from clickstream.description import Filter

    with st.expander(text("explore.filters"), icon=":material/filter_alt:", expanded=True):
        first, last = _dates(whole)
        values = {}
        columns = [
            one
            for one in whole.bars
            if one.column not in ("event_type", "product_id") and len(one.bars) >= _LEAST_VALUES
        ][:_MOST_COLUMNS]
        for place, one in zip(st.columns(max(len(columns), 1)), columns, strict=False):
            chosen = place.multiselect(
                value_name(one.column),
                [name for name, _ in one.bars],
                placeholder=text("explore.all"),
                key=f"filter_{one.column}",
            )
            if chosen:
                values[one.column] = chosen
    if not values and first is None and last is None:
        return None
    return Filter(first, last, values)


def _dates(whole: Description) -> tuple[date | None, date | None]:
    if len(whole.days) < _LEAST_VALUES:
        return None, None
    begin, end = whole.days[0].day, whole.days[-1].day
    chosen = st.slider(
        text("explore.dates"), begin, end, (begin, end), format="YYYY-MM-DD", key="filter_dates"
    )
    first, last = chosen
    return (None if first == begin else first), (None if last == end else last)
