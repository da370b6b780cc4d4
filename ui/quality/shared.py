"""What pages draw of every answer with a label: figures, importance, families, the past."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ui.charts import why
from ui.charts.past import backtest
from ui.figures import in_columns, show_figure
from ui.language import heading, number, percent, sentence, signed, text, translated
from ui.models import Answer, Metric, Task
from ui.naming import family_name, metric_name
from ui.quality.choosing import Chosen

__all__ = [
    "show_backtest",
    "show_head",
    "show_metrics",
    "show_price_effect",
    "show_proxy",
    "show_why",
]

_MOST_EFFECTS = 4


def show_head(chosen: Chosen) -> None:
    """Say what the answer means, what it learned from and how it was tested.

    Parameters
    ----------
    chosen : Chosen
        The answer.
    """
    answer = chosen.answer
    st.markdown(sentence(translated(answer.meaning)))
    show_proxy(answer)
    evidence = answer.evidence
    if evidence is not None:
        st.caption(
            text(
                "quality.evidence",
                training=number(evidence.training_rows),
                holdout=number(evidence.holdout_rows or 0),
                split=evidence.split,
            )
        )
    for warning in answer.warnings:
        st.warning(warning)


def show_proxy(answer: Answer) -> None:
    """Call a proxy one, with the reason.

    Parameters
    ----------
    answer : Answer
        The answer.
    """
    if answer.status == "proxy":
        st.warning(text("quality.proxy", reason=sentence(answer.status_reason)))


def show_metrics(chosen: Chosen, names: Sequence[str]) -> None:
    """Draw the figures on the holdout with their intervals, beside the baseline's.

    Parameters
    ----------
    chosen : Chosen
        The answer.
    names : sequence of str
        Figures in the order to show; those that the manifest lacks are left out.
    """
    answer = chosen.answer
    shown = [name for name in names if name in answer.metrics]
    if not shown:
        return
    figure, value, interval, baseline = (
        text(f"quality.columns.{part}") for part in ("figure", "value", "interval", "baseline")
    )
    table = [
        {
            figure: metric_name(name),
            value: _written(name, answer.metrics[name].value),
            interval: _interval(name, answer.metrics[name]),
            baseline: (
                _written(name, answer.baseline_metrics[name].value)
                if name in answer.baseline_metrics
                else ""
            ),
        }
        for name in shown
    ]
    st.markdown(f"**{text('quality.figures')}**")
    st.table(pd.DataFrame(table).set_index(figure))
    st.caption(text("quality.figures_note", baseline=translated(answer.baseline)))


_SHARES = {"accuracy", "precision", "recall", "interval_coverage"}


def _written(name: str, value: float) -> str:
    return percent(value) if name in _SHARES else number(value, 2 if abs(value) >= 10 else 3)


def _interval(name: str, metric: Metric) -> str:
    return f"{_written(name, metric.low)} – {_written(name, metric.high)}"


def show_why(chosen: Chosen) -> None:
    """Draw important inputs, how they act, and the families that competed.

    Parameters
    ----------
    chosen : Chosen
        The answer.
    """
    task, found, inputs = chosen.model.task, chosen.evaluation, chosen.inputs
    left, right = st.columns(2)
    with left:
        if found.importance is not None:
            values = {"loss": found.importance.loss_name, "rows": number(found.importance.rows)}
            figure = why.importance(found.importance, inputs, task)
            note = text("quality.importance_note", **values)
            show_figure(text("quality.importance"), figure, "importance", [chosen.model], note)
    with right:
        _families(chosen)
    if found.effects is None or not found.effects.inputs:
        return
    st.markdown(f"**{text('quality.effects')}**")
    st.caption(text("quality.effects_note"))
    for column, one in in_columns(found.effects.inputs[:_MOST_EFFECTS]):
        with column:
            figure, key = why.effect(one, inputs, task), f"effect_{one.name}"
            show_figure(heading(why.input_name(one.name, inputs)), figure, key, [chosen.model])


def _families(chosen: Chosen) -> None:
    board = chosen.evaluation.leaderboard
    if not board:
        return
    run = chosen.model.run.answers.get(chosen.name)
    seconds = run.seconds_by_family if run is not None else {}
    names = ("family", "trials", "seconds", "validation", "holdout")
    family, trials, time, validation, holdout = (text(f"quality.board.{name}") for name in names)
    st.markdown(f"**{text('quality.leaderboard')}**")
    table = [
        {
            family: family_name(one.family),
            trials: number(one.trials),
            time: _known(seconds.get(one.family), 1),
            validation: _known(one.validation_loss, 4),
            holdout: _known(one.holdout_loss, 4),
        }
        for one in board
    ]
    st.table(pd.DataFrame(table).set_index(family))
    st.caption(text("quality.board_note"))


def _known(value: float | None, digits: int) -> str:
    return "–" if value is None else number(value, digits)


def show_price_effect(chosen: Chosen, name: str) -> None:
    """Draw how the answer goes with the level of prices, or why that is not known.

    Parameters
    ----------
    chosen : Chosen
        The answer.
    name : str
        What its number is called.
    """
    found = chosen.evaluation.price_effect
    if found is None:
        return
    if found.effect is None or found.mean is None:
        st.markdown(f"**{text('quality.prices', name=name)}**")
        st.info(sentence(found.reason or text("quality.no_prices")))
        return
    changes = "; ".join(
        text(
            "quality.price_change",
            share=signed(100 * one.share),
            change=_changed(chosen.model.task, one.mean - found.mean),
        )
        for one in found.changes
    )
    figure = why.effect(found.effect, chosen.inputs, chosen.model.task)
    note = f"{text('quality.price_changes', changes=changes)} {text('quality.association')}"
    show_figure(
        text("quality.prices", name=name), figure, f"prices_{chosen.name}", [chosen.model], note
    )


def _changed(task: Task, change: float) -> str:
    if task is Task.REVENUE:
        return text("quality.amount_change", change=signed(change, 2))
    return text("answers.points", moved=signed(100 * change, 2))


def show_backtest(chosen: Chosen, metric: str) -> None:
    """Draw a figure as it was at several moments of the past, or why that is not known.

    Parameters
    ----------
    chosen : Chosen
        The answer.
    metric : str
        Which figure.
    """
    found = chosen.evaluation.backtest
    if found is None:
        return
    if not found.origins:
        st.markdown(f"**{text('quality.backtest')}**")
        st.info(sentence(found.reason or text("quality.no_backtest")))
        return
    figure = backtest(found.origins, metric, metric_name(metric), chosen.model.task)
    show_figure(
        text("quality.backtest"), figure, "backtest", [chosen.model], text("quality.backtest_note")
    )
