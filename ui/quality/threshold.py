"""What follows from where the line between likely and not likely is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from ui.charts.confusion import confusion
from ui.evaluations import Thresholds
from ui.fields import kept
from ui.figures import show_figure, show_number
from ui.language import number, percent, text
from ui.look import COLOURS, NEUTRAL, styled
from ui.models import Task
from ui.quality.choosing import Chosen

__all__ = ["Outcome", "outcome_at", "profits", "show_threshold"]


@dataclass(frozen=True)
class Outcome:
    """What the holdout's rows come to at a threshold.

    Attributes
    ----------
    true_yes, false_yes, true_no, false_no : int
        Rows by what was said of them, and whether that was so.
    """

    true_yes: int
    false_yes: int
    true_no: int
    false_no: int

    @property
    def contacts(self) -> int:
        """Rows at or above the threshold."""
        return self.true_yes + self.false_yes

    @property
    def precision(self) -> float | None:
        """Share of the contacts that said yes; None without any."""
        return self.true_yes / self.contacts if self.contacts else None

    @property
    def recall(self) -> float | None:
        """Share of all yes that is among the contacts; None where nobody said yes."""
        yes = self.true_yes + self.false_no
        return self.true_yes / yes if yes else None

    def profit(self, cost: float, value: float) -> float:
        """What contacting them brings.

        Parameters
        ----------
        cost : float
            Of a contact, in currency units.
        value : float
            Of a contact that says yes, in currency units.
        """
        return value * self.true_yes - cost * self.contacts


def outcome_at(found: Thresholds, threshold: float) -> Outcome:
    """Counts at the first of the known thresholds that is not below the one wanted.

    Parameters
    ----------
    found : Thresholds
        Counts at rising thresholds, of which the first takes in every row.
    threshold : float
        From which on a row counts as yes.
    """
    place = int(np.searchsorted(found.threshold, threshold - 1e-12))
    all_yes, all_no = found.true_positives[0], found.false_positives[0]
    if place == len(found.threshold):
        return Outcome(0, 0, all_no, all_yes)
    yes, no = found.true_positives[place], found.false_positives[place]
    return Outcome(yes, no, all_no - no, all_yes - yes)


def profits(found: Thresholds, cost: float, value: float) -> list[float]:
    """The profit at every known threshold, in currency units.

    Parameters
    ----------
    found : Thresholds
        Counts at rising thresholds.
    cost, value : float
        As `Outcome.profit` takes them.
    """
    return [outcome_at(found, threshold).profit(cost, value) for threshold in found.threshold]


def show_threshold(chosen: Chosen, found: Thresholds) -> None:
    """Draw the slider and what follows from it.

    Parameters
    ----------
    chosen : Chosen
        The answer.
    found : Thresholds
        Its counts.
    """
    st.subheader(text("threshold.title"))
    st.caption(text("threshold.how"))
    first, second, third = st.columns(3)
    cost = first.number_input(
        text("threshold.cost"), 0.0, 1e9, step=0.5, key=kept("contact_cost", 1.0)
    )
    value = second.number_input(
        text("threshold.value"), 0.0, 1e9, step=1.0, key=kept("sale_value", 20.0)
    )
    with third:
        threshold = _slider(chosen)
    at = outcome_at(found, threshold)
    _numbers(at, cost, value)
    left, right = st.columns(2)
    with left:
        names = [text("charts.no"), text("charts.yes")]
        counts = [[at.true_no, at.false_yes], [at.false_no, at.true_yes]]
        figure = confusion(names, counts, Task.CONVERSION)
        said = text("threshold.confusion", threshold=percent(threshold))
        show_figure(said, figure, "confusion", [chosen.model])
    with right:
        figure = _profit_curve(found, cost, value, threshold)
        best = found.threshold[int(np.argmax(profits(found, cost, value)))]
        note = text("threshold.best", share=percent(best))
        show_figure(text("threshold.profit_by"), figure, "profit", [chosen.model], note)


def _slider(chosen: Chosen) -> float:
    """The threshold, which begins as the model was released."""
    released = chosen.answer.threshold or 0.5
    key = kept(f"threshold_{chosen.name}_{chosen.model.model_version}", round(100 * released, 1))
    shown = text("threshold.released", share=percent(released))
    label = text("threshold.slider")
    return st.slider(label, 0.0, 100.0, step=0.1, format="%.1f %%", key=key, help=shown) / 100


def _numbers(at: Outcome, cost: float, value: float) -> None:
    shown = {
        "contacts": number(at.contacts),
        "cost_of_all": number(cost * at.contacts),
        "profit": number(at.profit(cost, value)),
        "precision": "–" if at.precision is None else percent(at.precision),
        "recall": "–" if at.recall is None else percent(at.recall),
    }
    for names in (("contacts", "cost_of_all", "profit"), ("precision", "recall")):
        for column, name in zip(st.columns(3), names, strict=False):
            with column.container(border=True, height="stretch"):
                help = text(f"threshold.{name}_help")
                show_number(text(f"threshold.{name}"), shown[name], help=help)


def _profit_curve(found: Thresholds, cost: float, value: float, threshold: float) -> go.Figure:
    figure = go.Figure(
        go.Scatter(
            x=found.threshold,
            y=profits(found, cost, value),
            mode="lines",
            line={"color": COLOURS[Task.CONVERSION], "width": 2.5},
            hovertemplate="%{x:.1%}: %{y:,.2f}<extra></extra>",
        )
    )
    figure.add_vline(threshold, line={"color": NEUTRAL, "dash": "dash", "width": 1.5})
    figure.update_xaxes(title=text("threshold.slider"), tickformat=".0%")
    figure.update_yaxes(title=text("charts.currency"))
    return styled(figure)
