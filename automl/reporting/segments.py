"""Plots of segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from automl.description_figures import shown
from automl.reporting.drawing import figure

__all__ = ["segment_figures"]

_LONGEST_NAME = 50


def segment_figures(evaluation: Mapping[str, Any]) -> list[go.Figure]:
    """Figures of a segment answer.

    Parameters
    ----------
    evaluation : mapping
        Its `evaluation.json`.
    """
    return [_map(evaluation["map"], evaluation["names"])]


def _map(points: Sequence[Sequence[float]], names: Mapping[str, str]) -> go.Figure:
    made = figure(
        "Map of the segments: who behaves alike lies close together",
        "direction in which they differ most",
        "direction in which they differ next",
    )
    for segment in sorted({int(point[2]) for point in points}):
        mine = [point for point in points if point[2] == segment]
        made.add_scatter(
            x=[point[0] for point in mine],
            y=[point[1] for point in mine],
            mode="markers",
            marker={"size": 5, "opacity": 0.6},
            name=shown(f"{segment} {names[str(segment)]}", _LONGEST_NAME),
        )
    return made
