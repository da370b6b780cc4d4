"""How chances and amounts are spread over units, beside the model's holdout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ui.evaluations import ConversionEvaluation, RevenueEvaluation
from ui.language import percent, text
from ui.look import COLOURS, NEUTRAL, styled
from ui.models import Task

__all__ = ["amounts", "chances"]

BINS = 20


def chances(
    values: Sequence[float],
    units: str,
    threshold: float | None,
    holdout: ConversionEvaluation | None,
) -> go.Figure:
    """Draw the spread of chances.

    Parameters
    ----------
    values : sequence of float
        Probabilities.
    units : str
        What was scored, in the plural.
    threshold : float or None
        From where on a unit counts as likely.
    holdout : ConversionEvaluation or None
        Scores that the model gave its own holdout.
    """
    shown = None
    if holdout is not None:
        counts = np.add(holdout.scores.positives, holdout.scores.negatives)
        shown = (holdout.scores.edges, [int(count) for count in counts])
    figure = _spread(values, units, Task.CONVERSION, shown, (0.0, 1.0))
    if threshold is not None:
        figure.add_vline(
            threshold,
            line={"dash": "dash", "color": NEUTRAL, "width": 1.5},
            annotation={"text": text("charts.likely_from", share=percent(threshold))},
            # Above the drawing, where no bar can stand behind it.
            annotation_yanchor="bottom",
            annotation_position="top right" if threshold < 0.5 else "top left",
        )
    return figure.update_xaxes(title=text("charts.probability"), tickformat=".0%")


def amounts(values: Sequence[float], units: str, holdout: RevenueEvaluation | None) -> go.Figure:
    """Draw the spread of expected amounts.

    Parameters
    ----------
    values : sequence of float
        Currency units.
    units : str
        What was scored, in the plural.
    holdout : RevenueEvaluation or None
        Amounts that the model gave its own holdout.
    """
    shown = None if holdout is None else (holdout.scores.edges, holdout.scores.counts)
    low, high = min(values, default=0.0), max(values, default=0.0)
    figure = _spread(values, units, Task.REVENUE, shown, (min(0.0, low), high or 1.0))
    return figure.update_xaxes(title=text("charts.currency"))


def _spread(
    values: Sequence[float],
    units: str,
    task: Task,
    holdout: tuple[list[float], list[int]] | None,
    span: tuple[float, float],
) -> go.Figure:
    edges = _edges(
        values, holdout[0] if holdout else [float(edge) for edge in np.linspace(*span, BINS + 1)]
    )
    counts, _ = np.histogram(values, edges)
    figure = go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts / max(len(values), 1),
            width=np.diff(edges),
            customdata=counts,
            name=text("charts.these", units=units),
            marker={"color": COLOURS[task]},
            hovertemplate="%{customdata} " + units + ", %{y:.1%}<extra></extra>",
        )
    )
    if holdout is not None and any(holdout[1]):
        figure.add_trace(_holdout_line(*holdout))
    figure.update_yaxes(
        title=text("charts.share_of", units=units), tickformat=".0%", rangemode="tozero"
    )
    return styled(figure).update_layout(bargap=0)


def _edges(values: Sequence[float], edges: Sequence[float]) -> npt.NDArray[np.float64]:
    """The given borders, widened where a value lies outside, so that no value is left out."""
    low, high = min(values, default=edges[0]), max(values, default=edges[-1])
    before = [low] if low < edges[0] else []
    after = [high] if high > edges[-1] else []
    return np.array([*before, *edges, *after], dtype=float)


def _holdout_line(edges: list[float], counts: list[int]) -> go.Scatter:
    total = np.sum(counts)
    shares = [count / total for count in counts]
    return go.Scatter(
        x=edges,
        y=[*shares, shares[-1]],
        name=text("charts.holdout"),
        mode="lines",
        line={"shape": "hv", "color": NEUTRAL, "width": 1.5},
        hovertemplate=text("charts.holdout") + " %{y:.1%}<extra></extra>",
    )
