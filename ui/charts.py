"""The app's charts. Each draws numbers that it is given and makes none up."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from ui.models import (
    ConversionEvaluation,
    Interval,
    RevenueEvaluation,
    SegmentationEvaluation,
    SegmentationPrediction,
    Task,
)
from ui.texts import COLOURS, FITS_NONE, percent

__all__ = [
    "amounts",
    "chances",
    "moved_amount",
    "moved_chance",
    "segment_colours",
    "segment_map",
    "segment_shares",
]

HEIGHT = 320
"""Pixels; two charts side by side fit a laptop's screen with their titles."""
LONGEST_LINE = 34
"""Characters of an axis' name that fit beside a chart of that height."""
GREY = "#8a94a6"
PALETTE = (
    "#7c3aed",
    "#0891b2",
    "#d97706",
    "#be185d",
    "#4d7c0f",
    "#1e40af",
    "#b91c1c",
    "#0d9488",
    "#a16207",
    "#6b21a8",
)
"""As many colours as a model may have segments."""
BINS = 20


def segment_colours(predictions: Sequence[SegmentationPrediction]) -> dict[str, str]:
    """A colour per segment by its name, the same on every chart of one page.

    Parameters
    ----------
    predictions : sequence of SegmentationPrediction
        All that will be drawn.
    """
    names = dict(sorted((part.value, part.name) for part in predictions if part.fits))
    colours = {name: PALETTE[number % len(PALETTE)] for number, name in names.items()}
    return colours | {FITS_NONE: GREY}


def chances(
    values: Sequence[float],
    units: str,
    threshold: float | None,
    holdout: ConversionEvaluation | None,
) -> go.Figure:
    """How the chances are spread, beside the model's holdout.

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
            line={"dash": "dash", "color": "#1b2330", "width": 1.5},
            annotation={"text": f"likely from {percent(threshold)}", "font": {"color": "#1b2330"}},
            # Above the drawing, where no bar can stand behind it.
            annotation_yanchor="bottom",
            annotation_position="top right" if threshold < 0.5 else "top left",
        )
    figure.update_xaxes(title="probability", tickformat=".0%")
    return figure


def amounts(values: Sequence[float], units: str, holdout: RevenueEvaluation | None) -> go.Figure:
    """How the expected amounts are spread, beside the model's holdout.

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
    return figure.update_xaxes(title="currency units")


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
            name=f"these {units}",
            marker={"color": COLOURS[task], "line": {"color": "white", "width": 1}},
            hovertemplate="%{customdata} " + units + ", %{y:.1%}<extra></extra>",
        )
    )
    if holdout is not None and any(holdout[1]):
        figure.add_trace(_holdout_line(*holdout))
    figure.update_yaxes(title=f"share of {units}", tickformat=".0%", rangemode="tozero")
    return _styled(figure)


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
        name="the model's holdout",
        mode="lines",
        line={"shape": "hv", "color": "#1b2330", "width": 1.5},
        hovertemplate="holdout %{y:.1%}<extra></extra>",
    )


def segment_shares(predictions: Sequence[SegmentationPrediction]) -> go.Figure:
    """How many units each segment has, as a pie.

    Parameters
    ----------
    predictions : sequence of SegmentationPrediction
        One per unit.
    """
    colours = segment_colours(predictions)
    counts = Counter(part.label for part in predictions)
    names = [name for name in colours if counts[name]]
    figure = go.Figure(
        go.Pie(
            labels=names,
            values=[counts[name] for name in names],
            marker={
                "colors": [colours[name] for name in names],
                "line": {"color": "white", "width": 2},
            },
            hole=0.45,
            sort=False,
            textinfo="percent",
            insidetextorientation="horizontal",
            hovertemplate="%{label}: %{value}, %{percent}<extra></extra>",
        )
    )
    return _styled(figure)


def segment_map(
    predictions: Sequence[SegmentationPrediction],
    names: Sequence[str],
    training: SegmentationEvaluation | None,
) -> go.Figure:
    """Where the units lie on the model's map, over a sample of its training units.

    Parameters
    ----------
    predictions : sequence of SegmentationPrediction
        One per unit.
    names : sequence of str
        The units' ids, for the pointer.
    training : SegmentationEvaluation or None
        Where training's units lie.
    """
    figure = go.Figure()
    if training is not None:
        figure.add_trace(_training_points(training))
    for segment, colour in segment_colours(predictions).items():
        chosen = [
            (name, part)
            for name, part in zip(names, predictions, strict=True)
            if part.label == segment
        ]
        if chosen:
            figure.add_trace(_points(segment, colour, chosen))
    figure.update_xaxes(title="map, first axis (no unit)", zeroline=False)
    figure.update_yaxes(title="map, second axis (no unit)", zeroline=False)
    return _styled(figure)


def _training_points(training: SegmentationEvaluation) -> go.Scatter:
    return go.Scatter(
        x=[point[0] for point in training.map],
        y=[point[1] for point in training.map],
        mode="markers",
        name="training sample",
        marker={"color": "#cfd6e2", "size": 4},
        hoverinfo="skip",
    )


def _points(
    segment: str, colour: str, chosen: Sequence[tuple[str, SegmentationPrediction]]
) -> go.Scatter:
    return go.Scatter(
        x=[part.map[0] for _, part in chosen],
        y=[part.map[1] for _, part in chosen],
        text=[name for name, _ in chosen],
        mode="markers",
        name=segment,
        marker={"color": colour, "size": 9, "line": {"color": "white", "width": 1}},
        hovertemplate="%{text}: " + segment + "<extra></extra>",
    )


def _wrapped(name: str) -> str:
    """The name of an axis in lines that the axis is long enough for."""
    return "<br>".join(textwrap.wrap(name, LONGEST_LINE))


def moved_chance(values: Sequence[float | None], title: str) -> go.Figure:
    """How the chance moved click by click.

    Parameters
    ----------
    values : sequence of float or None
        Probability after each click; None where it is not known.
    title : str
        What the number is called.
    """
    figure = go.Figure(_moved(values, Task.CONVERSION, "%{y:.1%}"))
    figure.update_yaxes(title=_wrapped(title), tickformat=".0%", rangemode="tozero")
    return _by_click(figure)


def moved_amount(
    values: Sequence[float | None], intervals: Sequence[Interval | None], title: str
) -> go.Figure:
    """How the expected amount and its interval moved click by click.

    Parameters
    ----------
    values : sequence of float or None
        Currency units after each click; None where it is not known.
    intervals : sequence of Interval or None
        The interval around each.
    title : str
        What the number is called.
    """
    figure = go.Figure()
    known = [(place, part) for place, part in enumerate(intervals, start=1) if part is not None]
    if known:
        figure.add_trace(_band(known))
    figure.add_trace(_moved(values, Task.REVENUE, "%{y:.2f} currency units"))
    figure.update_yaxes(title=_wrapped(f"{title}, currency units"), rangemode="tozero")
    return _by_click(figure)


def _moved(values: Sequence[float | None], task: Task, shown: str) -> go.Scatter:
    return go.Scatter(
        x=list(range(1, len(values) + 1)),
        y=list(values),
        mode="lines+markers",
        name="after the click",
        line={"color": COLOURS[task], "width": 2.5},
        marker={"size": 8},
        hovertemplate="click %{x}: " + shown + "<extra></extra>",
        showlegend=task is Task.REVENUE,
    )


def _band(known: Sequence[tuple[int, Interval]]) -> go.Scatter:
    clicks = [place for place, _ in known]
    low, high = [part.low for _, part in known], [part.high for _, part in known]
    return go.Scatter(
        x=clicks + clicks[::-1],
        y=high + low[::-1],
        mode="lines",
        fill="toself",
        fillcolor="rgba(15, 118, 110, 0.15)",
        line={"color": "rgba(15, 118, 110, 0.4)", "width": 1},
        name=f"{known[0][1].level:.0%} interval",
        hoverinfo="skip",
    )


def _by_click(figure: go.Figure) -> go.Figure:
    figure.update_xaxes(title="clicks so far", dtick=1)
    return _styled(figure).update_layout(height=HEIGHT)


def _styled(figure: go.Figure) -> go.Figure:
    figure.update_xaxes(title_standoff=8, automargin=True)
    figure.update_yaxes(automargin=True)
    return figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 32, "b": 8},
        bargap=0,
        # Under the chart: beside it, a phone's screen has no width left to draw in.
        legend={"orientation": "h", "yanchor": "top", "y": -0.28, "x": 0},
    )
