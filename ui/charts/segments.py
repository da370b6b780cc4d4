"""Segments as training found them: how large, what sets them apart, where they go."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from ui.charts.why import input_name
from ui.evaluations import Clustering, Profiles, Rfm
from ui.language import text, translated
from ui.look import HEIGHT, NEUTRAL, PALETTE, styled, translucent
from ui.models import Input, SegmentProfile
from ui.naming import family_name, segment_name

__all__ = ["candidates", "differences", "radar", "rfm_grid", "shares", "transitions"]

_DIVERGING = [[0, "#f59e0b"], [0.5, "#f3f4f6"], [1, "#a78bfa"]]
_RISING = [[0, "#f3efff"], [1, PALETTE[0]]]
"""Solid, since the letters on them are dark or light by the colour alone."""
_STRONGEST = 2.0
"""Standard deviations at which the colour of a difference is full."""
_BESIDE, _BELOW = 24, 15
"""Characters of a line of a name beside a chart and below a column of it."""


def _beside(name: str) -> str:
    return "<br>".join(textwrap.wrap(name, _BESIDE))


def _below(name: str) -> str:
    return "<br>".join(textwrap.wrap(name, _BELOW))


def _grid(figure: go.Figure, height: int) -> go.Figure:
    """A table of cells, whose columns are named upright where there is no room to do it level."""
    figure.update_yaxes(showgrid=False)
    figure.update_xaxes(showgrid=False, autotickangles=[0, -90])
    return styled(figure, height)


def shares(profiles: Sequence[SegmentProfile], colours: Mapping[str, str]) -> go.Figure:
    """Draw each segment's share of customers beside its share of revenue.

    Parameters
    ----------
    profiles : sequence of SegmentProfile
        As training found them.
    colours : mapping
        By name.
    """
    names = [_beside(segment_name(one.name)) for one in profiles]
    full = [colours[one.name] for one in profiles]
    light = [translucent(colour, 0.45) for colour in full]
    parts = [(text("segments.of_customers"), [one.share for one in profiles], light)]
    if any(one.revenue_share is not None for one in profiles):
        parts.append((text("segments.of_revenue"), [one.revenue_share for one in profiles], full))
    figure = go.Figure(
        [
            go.Bar(
                x=values,
                y=names,
                orientation="h",
                name=name,
                marker={"color": colour},
                hovertemplate="%{y}: %{x:.1%}<extra></extra>",
            )
            for name, values, colour in parts
        ]
    )
    figure.update_xaxes(tickformat=".0%", title=text("segments.share"))
    figure.update_yaxes(autorange="reversed")
    return styled(figure, 140 + 56 * len(profiles)).update_layout(barmode="group")


def differences(
    found: Profiles, names: Mapping[int, str], inputs: Mapping[str, Input]
) -> go.Figure:
    """Draw by how many standard deviations each input of a segment differs from everyone's.

    Parameters
    ----------
    found : Profiles
        As training found them.
    names : mapping of int to str
        Of the segments.
    inputs : mapping of str to Input
        The catalogue.
    """
    typical = [[f"{value:,.4g}" for value in row] for row in found.typical]
    figure = go.Figure(
        go.Heatmap(
            z=np.transpose(found.differences).tolist(),
            x=[_below(segment_name(names[number])) for number in found.segments],
            y=[_beside(_with_unit(name, inputs)) for name in found.inputs],
            zmid=0,
            zmin=-_STRONGEST,
            zmax=_STRONGEST,
            colorscale=_DIVERGING,
            text=np.transpose(typical).tolist(),
            texttemplate="%{text}",
            textfont={"color": "#1b2330"},
            hovertemplate="%{y}, %{x}: %{z:+.2f} σ, %{text}<extra></extra>",
            colorbar={"thickness": 12, "title": "σ"},
        )
    )
    figure.update_yaxes(autorange="reversed")
    return _grid(figure, 140 + 44 * len(found.inputs))


def _with_unit(name: str, inputs: Mapping[str, Input]) -> str:
    """What an input is, and its unit: the cells beside it have room for numbers alone."""
    unit = inputs[name].unit if name in inputs else ""
    return f"{input_name(name, inputs)} ({translated(unit)})" if unit else input_name(name, inputs)


def radar(
    found: Profiles,
    names: Mapping[int, str],
    colours: Mapping[str, str],
    inputs: Mapping[str, Input],
) -> go.Figure:
    """Draw the profiles as one closed line per segment, in standard deviations.

    Parameters
    ----------
    found : Profiles
        As training found them.
    names : mapping of int to str
        Of the segments.
    colours : mapping
        By name.
    inputs : mapping of str to Input
        The catalogue.
    """
    axes = [input_name(name, inputs) for name in found.inputs]
    figure = go.Figure()
    for number, row in zip(found.segments, found.differences, strict=True):
        colour = colours[names[number]]
        figure.add_trace(
            go.Scatterpolar(
                r=[*row, row[0]],
                theta=[*map(_below, axes), _below(axes[0])],
                fill="toself",
                fillcolor=translucent(colour, 0.15),
                line={"color": colour, "width": 2},
                name=segment_name(names[number]),
                hovertemplate="%{theta}: %{r:+.2f} σ<extra></extra>",
            )
        )
    figure.update_polars(
        bgcolor="rgba(0,0,0,0)", radialaxis={"gridcolor": translucent(NEUTRAL, 0.4)}
    )
    return styled(figure, 420).update_layout(margin={"l": 90, "r": 90, "t": 40, "b": 8})


def transitions(profiles: Sequence[SegmentProfile]) -> go.Figure:
    """Draw which share of each segment is where one target window later.

    Parameters
    ----------
    profiles : sequence of SegmentProfile
        With their moves.
    """
    names = {str(one.segment): segment_name(one.name) for one in profiles}
    later = [key for key in (*names, "gone") if any(key in one.moves for one in profiles)]
    figure = go.Figure(
        go.Heatmap(
            z=[[one.moves.get(key, 0.0) for key in later] for one in profiles],
            x=[_below(names.get(key, text("segments.gone"))) for key in later],
            y=[_beside(segment_name(one.name)) for one in profiles],
            zmin=0,
            zmax=1,
            colorscale=_RISING,
            texttemplate="%{z:.0%}",
            hovertemplate="%{y} → %{x}: %{z:.1%}<extra></extra>",
            showscale=False,
        )
    )
    figure.update_yaxes(autorange="reversed", title=text("segments.now"))
    figure.update_xaxes(title=text("segments.later"))
    return _grid(figure, 180 + 56 * len(profiles))


def rfm_grid(found: Rfm, names: Mapping[str, str]) -> go.Figure:
    """Draw the customers of each RFM class by segment.

    Parameters
    ----------
    found : Rfm
        Classes with their customers in each segment.
    names : mapping of str to str
        Of the segments, by number as text.
    """
    counts = [[one.in_segment.get(key, 0) for key in names] for one in found.classes]
    totals = [max(sum(row), 1) for row in counts]
    figure = go.Figure(
        go.Heatmap(
            z=[[n / total for n in row] for row, total in zip(counts, totals, strict=True)],
            x=[_below(segment_name(name)) for name in names.values()],
            y=[translated(one.name) for one in found.classes],
            zmin=0,
            zmax=1,
            colorscale=_RISING,
            text=[[f"{n:,}" for n in row] for row in counts],
            texttemplate="%{text}",
            hovertemplate="%{y}, %{x}: %{text} (%{z:.0%})<extra></extra>",
            showscale=False,
        )
    )
    figure.update_yaxes(autorange="reversed")
    return _grid(figure, 140 + 30 * len(found.classes))


def candidates(found: Sequence[Clustering]) -> go.Figure:
    """Draw the silhouette of every candidate by its number of segments; the chosen one is large.

    Parameters
    ----------
    found : sequence of Clustering
        Of all families.
    """
    figure = go.Figure()
    families = list(dict.fromkeys(one.family for one in found))
    for place, family in enumerate(families):
        mine = [one for one in found if one.family == family and one.silhouette is not None]
        figure.add_trace(
            go.Scatter(
                x=[one.segments for one in mine],
                y=[one.silhouette for one in mine],
                mode="markers",
                name=family_name(family),
                marker={
                    "color": PALETTE[place],
                    "size": [16 if one.chosen else 8 for one in mine],
                    "symbol": ["star" if one.chosen else "circle" for one in mine],
                    "opacity": [0.45 if one.broken else 1.0 for one in mine],
                },
                hovertemplate=f"{family}, " + "%{x}: %{y:.3f}<extra></extra>",
            )
        )
    figure.update_xaxes(title=text("segments.number"), dtick=1)
    figure.update_yaxes(title=text("metrics.silhouette"))
    return styled(figure, HEIGHT)
