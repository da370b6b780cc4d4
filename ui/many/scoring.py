"""The file at hand through the three services: numbers, charts and a table to take away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ui.at_hand import joined_answer, loaded_file, score_at_hand, take_example
from ui.charts import members
from ui.context import Context
from ui.evaluations import (
    Evaluation,
    SegmentationEvaluation,
)
from ui.fields import kept
from ui.figures import prominent, show_figure, show_number
from ui.gateway import Outcomes
from ui.headlines import headlines
from ui.join import Joined
from ui.language import number, percent, text
from ui.many.export import show_downloads
from ui.many.spreads import show_spreads, without_holdout
from ui.many.table import column_settings, frame
from ui.models import Task
from ui.naming import source_line, title, units
from ui.status import missing_services, show_missing

__all__ = ["show_scoring"]


def show_scoring(context: Context) -> None:
    """Draw the view.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    loaded = loaded_file()
    if loaded is None:
        _no_file(context)
        return
    joined = joined_answer()
    st.markdown(text("scoring.file", name=loaded.name))
    label = text("scoring.score" if joined is None else "app.ask_again")
    if st.button(label, type=prominent(), icon=":material/play_arrow:"):
        if (problem := score_at_hand(context)) is not None:
            st.error(str(problem))
            return
        if joined_answer() is None:
            st.error(text("errors.nobody"))
            return
        # What stands above was drawn without the answers.
        st.rerun()
    if joined is not None:
        _results(joined, st.session_state.get("evaluations", {}), set(missing_services(context)))


def _no_file(context: Context) -> None:
    st.info(text("scoring.no_file"), icon=":material/upload_file:")
    context.link("data", text("pages.data"))
    if st.button(text("data.example"), icon=":material/storefront:"):
        with st.spinner(text("home.making")):
            take_example()
        st.rerun()


def _results(joined: Joined, evaluations: Outcomes[Evaluation], down: set[Task]) -> None:
    for note in st.session_state["shop"].notes:
        st.info(str(note), icon=":material/content_cut:")
    # Who is down right now is said at the top of the page.
    show_missing({task: error for task, error in joined.errors.items() if task not in down})
    if down & set(joined.models):
        st.caption(text("scoring.earlier"))
    total = units(joined.total, joined.scope)
    scored = number(len(joined.shoppers))
    st.subheader(text("scoring.result", scored=scored, total=total, name=joined.name))
    _summary(joined)
    show_spreads(joined, evaluations)
    _segments(joined, evaluations)
    _table(joined)


def _summary(joined: Joined) -> None:
    shown = headlines(joined)
    for column, one in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        with column.container(border=True, height="stretch"):
            show_number(one.label, one.value)
            st.caption(f"{one.note} {source_line([one.model])}")


def _segments(joined: Joined, evaluations: Outcomes[Evaluation]) -> None:
    model, shoppers = joined.models.get(Task.SEGMENTATION), joined.once(Task.SEGMENTATION)
    if model is None or not shoppers:
        return
    predictions = [shopper.segmentation for shopper in shoppers.values() if shopper.segmentation]
    training, colours = evaluations.get(Task.SEGMENTATION), members.colours_of(model)
    sample = training.map if isinstance(training, SegmentationEvaluation) else ()
    left, right = st.columns(2)
    with left:
        name = text("scoring.shares", units=units(len(shoppers), model.answer.scope))
        show_figure(name, members.segment_shares(predictions, colours), "shares", [model])
    with right:
        figure = members.segment_map(predictions, list(shoppers), sample, colours)
        show_figure(text("scoring.map"), figure, "map", [model], without_holdout(training))


def _table(joined: Joined) -> None:
    st.markdown(f"**{text('scoring.every', unit=text(f'table.{joined.scope}'))}**")
    table = _filtered(frame(joined), joined)
    st.dataframe(table, hide_index=True, placeholder="–", column_config=column_settings(joined))
    st.caption(f"{_amounts_note(joined)} {source_line(joined.models.values())}".strip())
    show_downloads(table, "clickwise-scores", "scores")


def _filtered(table: pd.DataFrame, joined: Joined) -> pd.DataFrame:
    """The lines that pass the filters above the table."""
    left, right = st.columns(2)
    if (model := joined.models.get(Task.CONVERSION)) is not None:
        name = text("scoring.at_least", name=title(model))
        least = left.slider(name, 0, 100, format="%d %%", key=kept("least", 0))
        if least:
            table = table[table[title(model)].fillna(0.0).astype(float) >= least / 100]
    if Task.SEGMENTATION in joined.models:
        column = text("table.segment")
        names = sorted(table[column].dropna().unique())
        chosen = right.multiselect(column, names, placeholder=text("explore.all"))
        if chosen:
            table = table[table[column].isin(chosen)]
    return table


def _amounts_note(joined: Joined) -> str:
    if Task.REVENUE not in joined.models:
        return ""
    parts = [shopper.revenue.interval for shopper in joined.shoppers if shopper.revenue]
    level = next((part.level for part in parts if part is not None), None)
    if level is None:
        return text("headlines.currency")
    return text("scoring.bounds", level=percent(level, 0))
