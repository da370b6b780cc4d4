"""How good a model's amounts are on its holdout."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from ui.evaluations import Decile, Week
from ui.language import text
from ui.look import COLOURS, DASHED, NEUTRAL, diagonal, styled, translucent
from ui.models import Task

__all__ = ["deciles", "points", "residuals", "weeks"]

_AMOUNT = COLOURS[Task.REVENUE]


def deciles(found: Sequence[Decile]) -> go.Figure:
    """Draw predicted and actual means of tenths of the rows, the lowest predicted first.

    Parameters
    ----------
    found : sequence of Decile
        In the order of the prediction.
    """
    places = [str(place) for place in range(1, len(found) + 1)]
    figure = go.Figure(
        [
            go.Bar(
                x=places,
                y=[one.predicted for one in found],
                name=text("charts.predicted"),
                marker={"color": _AMOUNT},
                hovertemplate="%{x}: %{y:,.2f}<extra></extra>",
            ),
            go.Scatter(
                x=places,
                y=[one.actual for one in found],
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [one.actual_high - one.actual for one in found],
                    "arrayminus": [one.actual - one.actual_low for one in found],
                    "color": NEUTRAL,
                },
                mode="markers",
                marker={"size": 9, "color": "#d97706"},
                name=text("charts.actual"),
                hovertemplate="%{x}: %{y:,.2f}<extra></extra>",
            ),
        ]
    )
    figure.update_xaxes(title=text("charts.tenths"), type="category")
    figure.update_yaxes(title=text("charts.currency"), rangemode="tozero")
    return styled(figure)


def points(found: Sequence[tuple[float, float]]) -> go.Figure:
    """Draw actual against predicted amounts.

    Parameters
    ----------
    found : sequence of (float, float)
        Predicted and actual.
    """
    end = max((value for point in found for value in point), default=1.0)
    figure = go.Figure(
        [
            _dots([point[0] for point in found], [point[1] for point in found]),
            diagonal(text("charts.exact"), end),
        ]
    )
    figure.update_xaxes(title=f"{text('charts.predicted')}, {text('charts.currency')}")
    figure.update_yaxes(title=f"{text('charts.actual')}, {text('charts.currency')}")
    return styled(figure)


def residuals(found: Sequence[tuple[float, float]]) -> go.Figure:
    """Draw by how much actual amounts lie above or below what was predicted.

    Parameters
    ----------
    found : sequence of (float, float)
        Predicted and actual.
    """
    figure = go.Figure(
        _dots([point[0] for point in found], [point[1] - point[0] for point in found])
    )
    figure.add_hline(0, line=DASHED)
    figure.update_xaxes(title=f"{text('charts.predicted')}, {text('charts.currency')}")
    figure.update_yaxes(title=f"{text('charts.residual')}, {text('charts.currency')}")
    return styled(figure)


def _dots(x: list[float], y: list[float]) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"color": translucent(_AMOUNT, 0.5), "size": 6},
        name=text("charts.row"),
        hovertemplate="%{x:,.2f} → %{y:,.2f}<extra></extra>",
    )


def weeks(found: Sequence[Week]) -> go.Figure:
    """Draw what was forecast for each week, and what came.

    Parameters
    ----------
    found : sequence of Week
        In their order.
    """
    figure = go.Figure(
        [
            go.Bar(
                x=[one.week for one in found],
                y=[value(one) for one in found],
                name=text(f"charts.{name}"),
                marker={"color": colour},
                hovertemplate="%{x}: %{y:,.2f}<extra></extra>",
            )
            for name, colour, value in (
                ("predicted", _AMOUNT, lambda one: one.predicted),
                ("actual", "#d97706", lambda one: one.actual),
            )
        ]
    )
    figure.update_xaxes(title=text("charts.week"), type="category")
    figure.update_yaxes(title=text("charts.currency"), rangemode="tozero")
    return styled(figure).update_layout(barmode="group")
