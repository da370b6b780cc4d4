"""Plots of amounts."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from automl.reporting.drawing import GREY, TEAL, figure

__all__ = ["amount_figures"]


def amount_figures(evaluation: Mapping[str, Any]) -> list[go.Figure]:
    """Figures of a revenue answer.

    Parameters
    ----------
    evaluation : mapping
        Its `evaluation.json`.
    """
    return [_deciles(evaluation["deciles"]), _scores(evaluation["scores"])]


def _deciles(deciles: Sequence[Mapping[str, float]]) -> go.Figure:
    made = figure(
        "Mean amount by decile",
        "tenth of rows, lowest prediction first",
        "mean amount (95 % interval)",
    )
    places = list(range(1, len(deciles) + 1))
    said, was = ([part[key] for part in deciles] for key in ("predicted", "actual"))
    made.add_bar(x=places, y=said, name="predicted", marker_color=TEAL)
    made.add_bar(
        x=places,
        y=was,
        name="actual",
        marker_color=GREY,
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [part["actual_high"] - part["actual"] for part in deciles],
            "arrayminus": [part["actual"] - part["actual_low"] for part in deciles],
        },
    )
    made.update_xaxes(dtick=1)
    return made


def _scores(scores: Mapping[str, Sequence[float]]) -> go.Figure:
    edges = scores["edges"]
    middles = [(low + high) / 2 for low, high in itertools.pairwise(edges)]
    made = figure(
        "Predicted amounts on the holdout",
        "predicted amount",
        "rows (logarithmic)",
        yaxis_type="log",
        bargap=0,
    )
    made.add_bar(x=middles, y=list(scores["counts"]), marker_color=TEAL)
    return made
