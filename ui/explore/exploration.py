"""Looking at the file at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ui.charts import exploration as charts
from ui.charts.exploration import value_name
from ui.explore.filters import show_filters
from ui.explore.known import described
from ui.fields import kept
from ui.figures import in_columns, show_chart, show_number
from ui.language import known_text, number, percent, text
from ui.reading import Loaded

if TYPE_CHECKING:
    from clickstream.description import Description, Visits

__all__ = ["show_exploration"]


def show_exploration(loaded: Loaded) -> None:
    """Draw filters, and what passes them.

    Parameters
    ----------
    loaded : Loaded
        The file.
    """
    st.subheader(text("explore.title"))
    with st.spinner(text("explore.counting")):
        whole = described(loaded)
    only = show_filters(whole)
    if only is not None:
        from clickstream.description import count_filtered

        with loaded.used() as dataset:
            count = count_filtered(dataset, only)
        if not count:
            st.info(text("explore.nothing"))
            return
        counts = {"count": number(count), "total": number(loaded.dataset.counts.kept)}
        st.caption(text("explore.passing", **counts))
    with st.spinner(text("explore.counting")):
        found = described(loaded, only)
    _show_section(found, text("explore.source", name=loaded.name))


def _show_section(found: Description, source: str) -> None:
    """One part at a time: all charts at once take long to draw, and are long to read."""
    parts: dict[str, Callable[[Description, str], None]] = {
        "sessions": _sessions,
        "columns": _columns,
        "relations": _relations,
    }
    if found.visits is None and found.calendar is None and not found.days:
        del parts["sessions"]
    chosen = st.segmented_control(
        text("explore.part"),
        list(parts),
        format_func=lambda name: text(f"explore.parts.{name}"),
        required=True,
        key=kept(f"explore_{len(parts)}_parts", next(iter(parts))),
        label_visibility="collapsed",
    )
    parts[str(chosen)](found, source)


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
        note = f"{text('explore.paths_note', count=len(found.paths))} {source}"
        show_chart(text("explore.paths"), charts.paths(found.paths), "paths", note)
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
    for column, (name, value) in in_columns(list(shown.items()), 3):
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
    st.dataframe(table, hide_index=True, placeholder="–", column_config=shares)
    st.caption(source)


def _columns(found: Description, source: str) -> None:
    if found.balance:
        show_chart(text("explore.balance"), charts.balance(found.balance), "balance", source)
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
