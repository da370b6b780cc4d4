"""The page of amounts: how good the expected spend is, as a number and as a forecast."""

from __future__ import annotations

import streamlit as st

from ui.charts import amounts
from ui.context import Context
from ui.evaluations import RevenueEvaluation
from ui.figures import in_columns, show_figure, show_number
from ui.language import amount, number, percent, signed, text
from ui.models import Task
from ui.naming import answer_name
from ui.quality.choosing import Chosen, choose_answer
from ui.quality.shared import (
    show_backtest,
    show_head,
    show_metrics,
    show_price_effect,
    show_why,
)
from ui.status import show_simulated

__all__ = ["show"]

_FIGURES = (
    "mae",
    "rmse",
    "mse",
    "r2",
    "rmsle",
    "gini",
    "bias",
    "total_ratio",
    "interval_coverage",
    "interval_width",
)


def show(context: Context) -> None:
    """Draw the page.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    st.title(text("pages.revenue"))
    st.markdown(text("purpose.revenue"))
    show_simulated(context)
    chosen = choose_answer(context, Task.REVENUE)
    if chosen is not None and isinstance(chosen.evaluation, RevenueEvaluation):
        _quality(chosen, chosen.evaluation)


def _quality(chosen: Chosen, found: RevenueEvaluation) -> None:
    show_head(chosen)
    _totals(chosen, found)
    show_metrics(chosen, _FIGURES)
    _curves(chosen, found)
    show_price_effect(chosen, answer_name(chosen.model, chosen.name))
    show_why(chosen)
    show_backtest(chosen, "mae")


def _totals(chosen: Chosen, found: RevenueEvaluation) -> None:
    first, second, third = st.columns(3)
    if found.total is not None:
        with first.container(border=True, height="stretch"):
            off = found.total.predicted / found.total.actual - 1 if found.total.actual else None
            moved = None if off is None else text("revenue.off", share=signed(100 * off, 1))
            show_number(text("revenue.predicted"), amount(found.total.predicted))
            st.caption(" ".join(filter(None, [moved, text("revenue.total_note")])))
        with second.container(border=True, height="stretch"):
            show_number(text("revenue.actual"), amount(found.total.actual))
            st.caption(text("revenue.actual_note"))
    interval = chosen.answer.interval
    with third.container(border=True, height="stretch"):
        if interval is None:
            show_number(text("revenue.coverage"), "–")
            st.caption(text("revenue.no_interval"))
            return
        show_number(text("revenue.coverage"), percent(interval.holdout_coverage))
        width = chosen.answer.metrics.get("interval_width")
        said = text("revenue.coverage_note", level=percent(interval.level, 0))
        if width is not None:
            said += " " + text("revenue.width", width=amount(width.value))
        st.caption(said)


def _curves(chosen: Chosen, found: RevenueEvaluation) -> None:
    drawn = []
    if found.deciles:
        drawn.append(("deciles", amounts.deciles(found.deciles)))
    if len(found.weeks) > 1:
        drawn.append(("weeks", amounts.weeks(found.weeks)))
    if found.points:
        drawn.append(("points", amounts.points(found.points)))
        drawn.append(("residuals", amounts.residuals(found.points)))
    shown = number(len(found.points))
    for column, (name, figure) in in_columns(drawn):
        with column:
            note = text(f"revenue.{name}_note", count=shown)
            show_figure(text(f"revenue.{name}"), figure, name, [chosen.model], note)
