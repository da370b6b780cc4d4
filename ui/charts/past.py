"""A figure as it was at several moments of the past."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from ui.evaluations import Origin
from ui.language import text
from ui.look import COLOURS, NEUTRAL, styled
from ui.models import Task

__all__ = ["backtest"]


def backtest(found: Sequence[Origin], metric: str, name: str, task: Task) -> go.Figure:
    """Draw a figure as it was at several moments of the past, with its interval.

    Parameters
    ----------
    found : sequence of Origin
        In their order.
    metric : str
        Which figure.
    name : str
        What it is called.
    task : Task
        Whose.
    """
    measured = [(one.at[:10], one.metrics[metric]) for one in found if metric in one.metrics]
    figure = go.Figure(
        go.Scatter(
            x=[at for at, _ in measured],
            y=[one.value for _, one in measured],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [one.high - one.value for _, one in measured],
                "arrayminus": [one.value - one.low for _, one in measured],
                "color": NEUTRAL,
            },
            mode="lines+markers",
            line={"color": COLOURS[task], "width": 2.5},
            marker={"size": 8},
            hovertemplate="%{x}: %{y:.3f}<extra></extra>",
        )
    )
    figure.update_xaxes(title=text("charts.trained_until"), type="category")
    figure.update_yaxes(title=name)
    return styled(figure)
