"""Units by segment: shares, and where they lie on the model's map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from ui.evaluations import SegmentationEvaluation
from ui.language import text
from ui.look import NEUTRAL, segment_colours, styled, translucent
from ui.models import Model, SegmentationPrediction
from ui.naming import FITS_NONE, segment_name

__all__ = [
    "Colours",
    "colours_of",
    "interests",
    "segment_map",
    "segment_pie",
    "segment_shares",
    "training_map",
]

Colours = Mapping[str, str]

_MAP_HEIGHT = 420
"""Pixels, of which names of segments below take some."""


def colours_of(model: Model) -> Colours:
    """A colour per segment of a model by its name, the same on every page.

    Parameters
    ----------
    model : Model
        Of segmentation.
    """
    profiles = model.answers["segment"].segments
    colours = segment_colours(profile.segment for profile in profiles)
    return {profile.name: colours[profile.segment] for profile in profiles}


def segment_pie(names: Sequence[str], shares: Sequence[float], colours: Colours) -> go.Figure:
    """Draw shares of segments as a ring.

    Parameters
    ----------
    names : sequence of str
        Of the segments.
    shares : sequence of float
        Of each, or counts.
    colours : mapping
        By name.
    """
    figure = go.Figure(
        go.Pie(
            labels=[segment_name(name) for name in names],
            values=list(shares),
            marker={"colors": [colours.get(name, NEUTRAL) for name in names]},
            hole=0.45,
            sort=False,
            textinfo="percent",
            insidetextorientation="horizontal",
            hovertemplate="%{label}: %{value}, %{percent}<extra></extra>",
        )
    )
    return styled(figure)


def segment_shares(predictions: Sequence[SegmentationPrediction], colours: Colours) -> go.Figure:
    """Draw how many units each segment has.

    Parameters
    ----------
    predictions : sequence of SegmentationPrediction
        One per unit.
    colours : mapping
        By name of segment.
    """
    counts = Counter(part.label for part in predictions)
    names = sorted(counts, key=lambda name: (name not in colours, -counts[name]))
    return segment_pie(names, [counts[name] for name in names], colours)


def segment_map(
    predictions: Sequence[SegmentationPrediction],
    names: Sequence[str],
    training: Sequence[tuple[float, float, int]],
    colours: Colours,
) -> go.Figure:
    """Draw where units lie on the model's map, over a sample of its training units.

    Parameters
    ----------
    predictions : sequence of SegmentationPrediction
        One per unit.
    names : sequence of str
        The units' ids, for the pointer.
    training : sequence of (float, float, int)
        Where training's units lie; empty where that is not known.
    colours : mapping
        By name of segment.
    """
    figure = go.Figure()
    if training:
        figure.add_trace(_training_points(training))
    for label in dict.fromkeys(part.label for part in predictions):
        chosen = [
            (name, part)
            for name, part in zip(names, predictions, strict=True)
            if part.label == label
        ]
        figure.add_trace(_points(label, colours.get(label, NEUTRAL), chosen))
    figure.update_xaxes(title=text("charts.map_x"), zeroline=False)
    figure.update_yaxes(title=text("charts.map_y"), zeroline=False)
    return styled(figure, _MAP_HEIGHT)


def training_map(found: SegmentationEvaluation, colours: Colours) -> go.Figure:
    """Draw where a sample of the training units lies, in the colours of their segments.

    Parameters
    ----------
    found : SegmentationEvaluation
        With the map, and the names by number.
    colours : mapping
        By name of segment.
    """
    figure = go.Figure()
    for number in sorted({number for _, _, number in found.map}):
        name = found.names.get(str(number), FITS_NONE)
        mine = [point for point in found.map if point[2] == number]
        figure.add_trace(
            go.Scatter(
                x=[x for x, _, _ in mine],
                y=[y for _, y, _ in mine],
                mode="markers",
                name=segment_name(name),
                marker={"color": colours.get(name, NEUTRAL), "size": 5, "opacity": 0.7},
                hovertemplate=f"{segment_name(name)}<extra></extra>",
            )
        )
    figure.update_xaxes(title=text("charts.map_x"), zeroline=False)
    figure.update_yaxes(title=text("charts.map_y"), zeroline=False)
    return styled(figure, _MAP_HEIGHT)


def interests(shares: Mapping[str, tuple[float, float]], colour: str | None) -> go.Figure:
    """Draw members' shares of clicks by category, beside everyone's.

    Parameters
    ----------
    shares : mapping
        By category: the members' share and everyone's, from 0 to 1.
    colour : str or None
        Of the segment; None for those who fit none.
    """
    names = list(shares)[::-1]
    parts = [
        (text("charts.everyone"), 1, translucent(NEUTRAL, 0.55)),
        (text("charts.members"), 0, colour or NEUTRAL),
    ]
    figure = go.Figure(
        [
            go.Bar(
                x=[shares[name][place] for name in names],
                y=names,
                orientation="h",
                name=label,
                marker={"color": fill},
                hovertemplate="%{y}: %{x:.1%}<extra></extra>",
            )
            for label, place, fill in parts
        ]
    )
    figure.update_xaxes(title=text("charts.share_of_clicks"), tickformat=".0%")
    figure.update_yaxes(type="category")
    return styled(figure)


def _training_points(training: Sequence[tuple[float, float, int]]) -> go.Scatter:
    return go.Scatter(
        x=[point[0] for point in training],
        y=[point[1] for point in training],
        mode="markers",
        name=text("charts.training_sample"),
        marker={"color": NEUTRAL, "size": 4, "opacity": 0.35},
        hoverinfo="skip",
    )


def _points(
    label: str, colour: str, chosen: Sequence[tuple[str, SegmentationPrediction]]
) -> go.Scatter:
    shown = segment_name(label)
    return go.Scatter(
        x=[part.map[0] for _, part in chosen],
        y=[part.map[1] for _, part in chosen],
        text=[name for name, _ in chosen],
        mode="markers",
        name=shown,
        marker={"color": colour, "size": 8},
        hovertemplate="%{text}: " + shown + "<extra></extra>",
    )
