"""Looking at the file at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ui.charts import exploration as charts
from ui.charts.exploration import value_name
from ui.explore.filters import show_filters
from ui.figures import in_columns, show_chart, show_number
from ui.language import known_text, number, percent, text
from ui.reading import Loaded

if TYPE_CHECKING:
    from clickstream.description import Description, Filter, Visits

__all__ = ["show_exploration"]


def show_exploration(loaded: Loaded) -> None:
    """Draw filters and everything that passes them.

    Parameters
    ----------
    loaded : Loaded
        The file.
    """
    st.subheader(text("explore.title"))
    only = show_filters(_described(loaded, None))
    if only is not None:
        from clickstream.description import count_filtered

        with loaded.used() as dataset:
            count = count_filtered(dataset, only)
        if not count:
            st.info(text("explore.nothing"))
            return
        counts = {"count": number(count), "total": number(loaded.dataset.counts.kept)}
        st.caption(text("explore.passing", **counts))
    found = _described(loaded, only)
    source = text("explore.source", name=loaded.name)
    _sessions(found, source)
    _columns(found, source)
    _relations(found, source)


def _described(loaded: Loaded, only: Filter | None) -> Description:
    """The description of what passes; the last ones are kept while their reader looks around."""
    from clickstream.description import describe

    kept: dict[str, Description] = st.session_state.setdefault("descriptions", {})
    key = f"{id(loaded)} {only}"
    if key not in kept:
        with st.spinner(text("explore.counting")), loaded.used() as dataset:
            kept[key] = describe(dataset, only)
    return kept[key]


def _sessions(found: Description, source: str) -> None:
    if found.visits is not None:
        _visits(found.visits)
    left, right = st.columns(2)
    with left:
        if found.funnel:
            show_chart(text("explore.funnel"), charts.funnel(found.funnel), "funnel", source)
    with right:
        if found.calendar is not None:
            show_chart(text("explore.calendar"), charts.calendar(found.calendar), "hours", source)
    if found.paths:
        longer = [path for path in found.paths if len(path.steps) > 1]
        if longer:
            note = f"{text('explore.paths_note', count=len(longer))} {source}"
            show_chart(text("explore.paths"), charts.paths(longer), "paths", note)
    if found.days:
        show_chart(text("explore.by_day"), charts.days(found.days), "days", source)
    if found.places:
        _places(found, source)


def _visits(visits: Visits) -> None:
    shown = {
        "sessions": number(visits.sessions),
        "views_mean": number(visits.views_mean, 1),
        "events_median": number(visits.events_median),
        "bounces": percent(visits.bounces),
    }
    if visits.duration_median is not None:
        shown["duration_median"] = text("explore.seconds", seconds=number(visits.duration_median))
    if visits.buying is not None:
        shown["buying"] = percent(visits.buying)
    for column, (name, value) in zip(st.columns(len(shown)), shown.items(), strict=True):
        with column:
            show_number(
                text(f"explore.visits.{name}"), value, help=text(f"explore.visits.{name}_help")
            )


def _places(found: Description, source: str) -> None:
    st.markdown(f"**{text(f'explore.places_{found.place}')}**")
    columns = {
        name: text(f"explore.place_columns.{name}")
        for name in ("name", "clicks", "sessions", "entries", "bounce_rate", "exit_rate")
    }
    table = pd.DataFrame(
        [{label: getattr(place, name) for name, label in columns.items()} for place in found.places]
    )
    shares = {
        columns[name]: st.column_config.NumberColumn(columns[name], format="percent")
        for name in ("bounce_rate", "exit_rate")
    }
    st.dataframe(table, hide_index=True, column_config=shares)
    st.caption(source)


def _columns(found: Description, source: str) -> None:
    drawn = [
        (
            text("explore.commonest", column=value_name(one.column)),
            charts.bars(one),
            f"bars_{one.column}",
        )
        for one in found.bars
    ]
    drawn += [
        (
            known_text(f"explore.histograms.{one.value}", one.of),
            charts.histogram(one),
            f"histogram_{one.value}",
        )
        for one in found.histograms
    ]
    lacking = [one for one in found.missing if one.missing]
    if lacking:
        drawn.append((text("explore.missing"), charts.missing(lacking), "missing"))
    for column, (title, figure, key) in in_columns(drawn):
        with column:
            show_chart(title, figure, f"column_{key}", source)


def _relations(found: Description, source: str) -> None:
    if found.correlations is not None:
        figure = charts.correlations(found.correlations)
        show_chart(text("explore.correlations"), figure, "correlations", source)
    if found.sample is not None and len(found.sample.names) > 1:
        note = f"{text('explore.pairs_note', count=number(len(found.sample.rows)))} {source}"
        show_chart(text("explore.pairs"), charts.pairs(found.sample), "pairs", note)
