"""How good a model's chances are on its holdout."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from ui.evaluations import ClickQuality, Gain, PrecisionRecall, Roc
from ui.language import text
from ui.look import COLOURS, DASHED, NEUTRAL, diagonal, styled
from ui.models import Calibration, Task

__all__ = ["calibration", "gains", "precision_recall", "quality_by_clicks", "roc"]

_CHANCE = COLOURS[Task.CONVERSION]


def _line(x: Sequence[float], y: Sequence[float], colour: str, name: str) -> go.Scatter:
    return go.Scatter(
        x=list(x), y=list(y), mode="lines", line={"color": colour, "width": 2.5}, name=name
    )


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
    figure = go.Figure([model, diagonal(text("charts.guessing"))])
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
        line=DASHED,
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
            diagonal(text("charts.guessing")),
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
            diagonal(text("charts.exact"), end),
        ]
    )
    figure.update_xaxes(title=text("charts.said"), tickformat=".0%")
    figure.update_yaxes(title=text("charts.came"), tickformat=".0%", rangemode="tozero")
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
    figure.add_hline(0.5, line=DASHED)
    figure.update_xaxes(title=text("charts.clicks_seen"), type="category")
    figure.update_yaxes(title="ROC AUC")
    return styled(figure)
