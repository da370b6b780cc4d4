"""What was said against what was."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from ui.language import percent, text
from ui.look import COLOURS, HEIGHT, styled
from ui.models import Task

__all__ = ["confusion"]

_LINE = 16
"""Characters of a class's name in a line."""
_PALE = "#f1f5ff"
_ROW = 44
"""Pixels of a class's row, where there are many."""


def confusion(names: Sequence[str], counts: Sequence[Sequence[int]], task: Task) -> go.Figure:
    """Draw how many rows of each class were said to be of each.

    Parameters
    ----------
    names : sequence of str
        Of the classes.
    counts : sequence of sequence of int
        Rows by their class, and within it by the class said.
    task : Task
        Whose colour is deeper the larger the share of the class.
    """
    totals = [max(sum(row), 1) for row in counts]
    shares = [[count / total for count in row] for row, total in zip(counts, totals, strict=True)]
    wrapped = ["<br>".join(textwrap.wrap(name, _LINE)) for name in names]
    written = [
        [f"{count:,}<br>{percent(share)}" for count, share in zip(*row, strict=True)]
        for row in zip(counts, shares, strict=True)
    ]
    colour = COLOURS[task]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=wrapped,
            y=wrapped,
            zmin=0,
            zmax=1,
            colorscale=[[0, _PALE], [1, colour]],
            text=written,
            texttemplate="%{text}",
            hoverinfo="skip",
            showscale=False,
        )
    )
    figure.update_xaxes(title=text("charts.said_class"), type="category", showgrid=False)
    figure.update_yaxes(
        title=text("charts.was_class"), type="category", autorange="reversed", showgrid=False
    )
    return styled(figure, max(HEIGHT, _ROW * (len(names) + 2)))
