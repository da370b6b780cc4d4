"""How good a model is on its holdout."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from ui.evaluations import (
    ClickQuality,
    Decile,
    Gain,
    Origin,
    PrecisionRecall,
    Roc,
    Week,
)
from ui.language import percent, text
from ui.look import COLOURS, HEIGHT, NEUTRAL, styled, translucent
from ui.models import Calibration, Task

__all__ = [
    "backtest",
    "calibration",
    "confusion",
    "deciles",
    "gains",
    "points",
    "precision_recall",
    "quality_by_clicks",
    "residuals",
    "roc",
    "weeks",
]

_CHANCE = COLOURS[Task.CONVERSION]
_AMOUNT = COLOURS[Task.REVENUE]
_DASHED = {"color": NEUTRAL, "width": 1.5, "dash": "dash"}


def _line(x: Sequence[float], y: Sequence[float], colour: str, name: str) -> go.Scatter:
    return go.Scatter(
        x=list(x), y=list(y), mode="lines", line={"color": colour, "width": 2.5}, name=name
    )


def _diagonal(name: str, end: float = 1.0) -> go.Scatter:
    return go.Scatter(x=[0, end], y=[0, end], mode="lines", line=_DASHED, name=name)


def roc(found: Roc) -> go.Figure:
    """Draw the share of yes found against the share of no taken for yes.

    Parameters
    ----------
    found : Roc
        Points of the curve.
    """
    model = _line(
        found.false_positive_rate, found.true_positive_rate, _CHANCE, text("charts.model")
    )
    figure = go.Figure([model, _diagonal(text("charts.guessing"))])
    figure.update_xaxes(title=text("charts.false_positives"), tickformat=".0%")
    figure.update_yaxes(title=text("charts.recall"), tickformat=".0%")
    return styled(figure)


def precision_recall(found: PrecisionRecall, share_of_yes: float) -> go.Figure:
    """Draw the precision at which each recall is reached.

    Parameters
    ----------
    found : PrecisionRecall
        Points of the curve.
    share_of_yes : float
        What guessing reaches.
    """
    model = _line(found.recall, found.precision, _CHANCE, text("charts.model"))
    level = go.Scatter(
        x=[0, 1],
        y=[share_of_yes, share_of_yes],
        mode="lines",
        line=_DASHED,
        name=text("charts.guessing"),
    )
    figure = go.Figure([model, level])
    figure.update_xaxes(title=text("charts.recall"), tickformat=".0%")
    figure.update_yaxes(title=text("charts.precision"), tickformat=".0%", rangemode="tozero")
    return styled(figure)


def gains(found: Sequence[Gain]) -> go.Figure:
    """Draw what each share of the rows holds, those of the highest chance first.

    Parameters
    ----------
    found : sequence of Gain
        By tenths of the rows.
    """
    shares = [0.0, *(one.share_of_rows for one in found)]
    figure = go.Figure(
        [
            go.Scatter(
                x=shares,
                y=[0.0, *(one.gain for one in found)],
                mode="lines+markers",
                line={"color": _CHANCE, "width": 2.5},
                name=text("charts.model"),
                customdata=[0.0, *(one.cumulative_lift for one in found)],
                hovertemplate="%{x:.0%}: %{y:.1%} (×%{customdata:.2f})<extra></extra>",
            ),
            _diagonal(text("charts.guessing")),
        ]
    )
    figure.update_xaxes(title=text("charts.share_contacted"), tickformat=".0%")
    figure.update_yaxes(title=text("charts.share_found"), tickformat=".0%")
    return styled(figure)


def calibration(found: Sequence[Calibration]) -> go.Figure:
    """Draw what came of chances against what was said.

    Parameters
    ----------
    found : sequence of Calibration
        Rows of similar chances.
    """
    end = max([one.predicted for one in found] + [one.observed for one in found], default=1.0)
    figure = go.Figure(
        [
            go.Scatter(
                x=[one.predicted for one in found],
                y=[one.observed for one in found],
                mode="lines+markers",
                line={"color": _CHANCE, "width": 2},
                marker={"size": 8},
                name=text("charts.model"),
                customdata=[one.rows for one in found],
                hovertemplate="%{x:.1%} → %{y:.1%} (%{customdata})<extra></extra>",
            ),
            _diagonal(text("charts.exact"), end),
        ]
    )
    figure.update_xaxes(title=text("charts.said"), tickformat=".0%")
    figure.update_yaxes(title=text("charts.came"), tickformat=".0%", rangemode="tozero")
    return styled(figure)


def confusion(true_no: int, false_yes: int, false_no: int, true_yes: int) -> go.Figure:
    """Draw what was said against what was.

    Parameters
    ----------
    true_no, false_yes, false_no, true_yes : int
        Rows.
    """
    said = [text("charts.said_no"), text("charts.said_yes")]
    was = [text("charts.was_no"), text("charts.was_yes")]
    counts = [[true_no, false_yes], [false_no, true_yes]]
    totals = [max(sum(row), 1) for row in counts]
    figure = go.Figure(
        go.Heatmap(
            z=[[count / total for count in row] for row, total in zip(counts, totals, strict=True)],
            x=said,
            y=was,
            zmin=0,
            zmax=1,
            colorscale=[[0, translucent(_CHANCE, 0.05)], [1, translucent(_CHANCE, 0.75)]],
            text=[
                [f"{count:,}<br>{percent(count / total)}" for count in row]
                for row, total in zip(counts, totals, strict=True)
            ],
            texttemplate="%{text}",
            hoverinfo="skip",
            showscale=False,
        )
    )
    figure.update_yaxes(autorange="reversed")
    return styled(figure)


def quality_by_clicks(found: Sequence[ClickQuality]) -> go.Figure:
    """Draw the ROC AUC where as many clicks were seen, with its interval.

    Parameters
    ----------
    found : sequence of ClickQuality
        By clicks.
    """
    figure = go.Figure(
        go.Scatter(
            x=[str(one.clicks) for one in found],
            y=[one.roc_auc for one in found],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [one.roc_auc_high - one.roc_auc for one in found],
                "arrayminus": [one.roc_auc - one.roc_auc_low for one in found],
                "color": NEUTRAL,
            },
            mode="lines+markers",
            line={"color": _CHANCE, "width": 2.5},
            marker={"size": 8},
            customdata=[one.rows for one in found],
            hovertemplate="%{x}: %{y:.3f} (%{customdata})<extra></extra>",
        )
    )
    figure.add_hline(0.5, line=_DASHED)
    figure.update_xaxes(title=text("charts.clicks_seen"), type="category")
    figure.update_yaxes(title="ROC AUC")
    return styled(figure)


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
            _diagonal(text("charts.exact"), end),
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
    figure.add_hline(0, line=_DASHED)
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
    return styled(figure, HEIGHT)
