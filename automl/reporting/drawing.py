"""What all figures and tables of a report have in common."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from automl.html import plot
from clickstream.manifest import Metric

__all__ = ["GREY", "TEAL", "begun", "draw", "figure", "grid", "shown"]

TEAL = "#0f766e"
GREY = "#94a3b8"


def figure(title: str, x: str, y: str, **layout: Any) -> go.Figure:
    """An empty figure whose legend stands below it, where it hides nothing.

    Parameters
    ----------
    title, x, y : str
        Of the figure and its axes.
    **layout
        What else plotly's layout takes.
    """
    made = go.Figure()
    made.update_layout(
        title={"text": title, "font": {"size": 16}},
        xaxis_title=x,
        yaxis_title=y,
        legend={"orientation": "h", "yanchor": "top", "y": -0.25, "x": 0},
        margin={"l": 60, "r": 20, "b": 60},
        **layout,
    )
    return made


def draw(figure: go.Figure, answer: str) -> str:
    """A figure as HTML, named by its answer and its title, so that equal reports are equal bytes.

    Parameters
    ----------
    figure : Figure
        With a title that no other of the answer has.
    answer : str
        Whose it is.
    """
    letters = "".join(letter for letter in figure.layout.title.text.lower() if letter.isalnum())
    return plot(figure, f"{answer}-{letters}")


def grid(plots: list[str]) -> str:
    """Plots beside each other, as far as the page is wide.

    Parameters
    ----------
    plots : list of str
        HTML.
    """
    return f'<div class="plots">{"".join(f"<div>{one}</div>" for one in plots)}</div>'


def shown(metric: Metric) -> str:
    """A figure with its interval, as text.

    Parameters
    ----------
    metric : Metric
        One that was counted, not estimated, has no interval.
    """
    if metric.low == metric.high:
        return f"{metric.value:.4g}"
    return f"{metric.value:.4g} ({metric.low:.4g} to {metric.high:.4g})"


def begun(text: str) -> str:
    """A phrase as the beginning of a sentence.

    Parameters
    ----------
    text : str
        Of which only the first letter is changed.
    """
    return text[:1].upper() + text[1:]
