"""Plots of a choice among several classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from automl.description_figures import shown
from automl.reporting.drawing import TEAL, figure

__all__ = ["class_figures"]

_LONGEST_NAME = 50


def class_figures(evaluation: Mapping[str, Any]) -> list[go.Figure]:
    """Figures of an answer with classes.

    Parameters
    ----------
    evaluation : mapping
        Its `evaluation.json`.
    """
    names = [shown(name, _LONGEST_NAME) for name in evaluation["classes"]]
    counts = np.array(evaluation["confusion"])
    return [_confusion(names, counts), _found(names, counts)]


def _confusion(names: list[str], counts: np.ndarray) -> go.Figure:
    made = figure("What was said and what happened, in cases", "most likely", "actual")
    made.add_heatmap(
        z=counts,
        x=names,
        y=names,
        text=counts,
        texttemplate="%{text}",
        colorscale="Teal",
        showscale=False,
        hovertemplate="actual %{y}, said %{x}: %{z}<extra></extra>",
    )
    made.update_yaxes(type="category", autorange="reversed", automargin=True)
    made.update_xaxes(type="category", automargin=True)
    return made


def _found(names: list[str], counts: np.ndarray) -> go.Figure:
    """Recall and precision of each class; of one that never occurs or is never said, 0."""
    made = figure("How often each is found, and how often right", "share of cases", "")
    hits = np.diag(counts)
    for name, of, colour in (
        ("found: of those that are it, said to be", counts.sum(axis=1), TEAL),
        ("right: of those said to be it, truly so", counts.sum(axis=0), "#b45309"),
    ):
        shares = np.divide(hits, of, out=np.zeros(len(hits)), where=of > 0)
        made.add_bar(y=names, x=shares, name=name, orientation="h", marker_color=colour)
    made.update_yaxes(type="category", autorange="reversed", automargin=True)
    made.update_xaxes(range=[0, 1], tickformat=".0%")
    return made
