"""The page of chances: how good they are, where to draw the line, and whom to win back."""

from __future__ import annotations

import streamlit as st

from ui.charts import chances
from ui.context import Context
from ui.evaluations import Abandonment, ConversionEvaluation
from ui.figures import in_columns, show_figure, show_number
from ui.language import number, text
from ui.models import Task
from ui.naming import answer_name, metric_name
from ui.quality.choosing import Chosen, choose_answer
from ui.quality.rescue import show_carts, show_churning
from ui.quality.shared import (
    show_backtest,
    show_head,
    show_metrics,
    show_price_effect,
    show_why,
)
from ui.quality.threshold import show_threshold
from ui.status import show_simulated

__all__ = ["show"]

_FIGURES = (
    "roc_auc",
    "average_precision",
    "log_loss",
    "brier",
    "calibration_error",
    "accuracy",
    "precision",
    "recall",
    "f1",
    "lift_top_decile",
)


def show(context: Context) -> None:
    """Draw the page.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    st.title(text("pages.conversion"))
    st.markdown(text("purpose.conversion"))
    show_simulated(context)
    chosen = choose_answer(context, Task.CONVERSION)
    if chosen is not None and isinstance(chosen.evaluation, ConversionEvaluation):
        _quality(chosen, chosen.evaluation)
    show_carts(context)
    show_churning(context)


def _quality(chosen: Chosen, found: ConversionEvaluation) -> None:
    show_head(chosen)
    show_metrics(chosen, _FIGURES)
    _curves(chosen, found)
    if found.thresholds is not None:
        show_threshold(chosen, found.thresholds)
    if found.abandonment is not None:
        _abandonment(found.abandonment)
    show_why(chosen)
    show_price_effect(chosen, answer_name(chosen.model, chosen.name))
    show_backtest(chosen, "roc_auc")


def _curves(chosen: Chosen, found: ConversionEvaluation) -> None:
    model, yes, no = [chosen.model], sum(found.scores.positives), sum(found.scores.negatives)
    drawn = []
    if found.roc is not None:
        drawn.append(("roc", chances.roc(found.roc)))
    if found.precision_recall is not None:
        share = yes / max(yes + no, 1)
        drawn.append(("precision_recall", chances.precision_recall(found.precision_recall, share)))
    if found.gains:
        drawn.append(("gains", chances.gains(found.gains)))
    if chosen.answer.calibration:
        drawn.append(("calibration", chances.calibration(chosen.answer.calibration)))
    if found.by_clicks:
        drawn.append(("by_clicks", chances.quality_by_clicks(found.by_clicks)))
    for column, (name, figure) in in_columns(drawn):
        with column:
            note = text(f"conversion.{name}_note")
            show_figure(text(f"conversion.{name}"), figure, name, model, note)


def _abandonment(found: Abandonment) -> None:
    st.subheader(text("conversion.abandonment"))
    counts = {name: number(getattr(found, name)) for name in ("sessions", "abandoned", "bought")}
    st.caption(text("conversion.abandonment_note", **counts))
    names = [name for name in ("roc_auc", "average_precision", "log_loss") if name in found.metrics]
    for column, name in zip(st.columns(max(len(names), 1)), names, strict=False):
        with column:
            metric, baseline = found.metrics[name], found.baseline_metrics.get(name)
            show_number(metric_name(name), number(metric.value, 3))
            values = {"low": number(metric.low, 3), "high": number(metric.high, 3)}
            said = text("quality.between", **values)
            if baseline is not None:
                said += " " + text("quality.against", value=number(baseline.value, 3))
            st.caption(said)
