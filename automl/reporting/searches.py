"""The search: its leaderboard, and its path over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from automl.html import table
from automl.reporting.drawing import TEAL, figure

__all__ = ["leaderboard_table", "path_figure"]

_MEASURES = ("validation_loss", "holdout_loss", "silhouette")
_DRAWN_UP_TO = 0.9
"""Share of candidates that the axis is made for: the worst would flatten all others."""


def leaderboard_table(board: Sequence[Mapping[str, Any]], seconds: Mapping[str, float]) -> str:
    """Every family's best as an HTML table, without the columns that hold nothing.

    Parameters
    ----------
    board : sequence of mapping
        The leaderboard of an `evaluation.json`.
    seconds : mapping of str to float
        Wall time by family.
    """
    columns = {
        "family": [line["family"] for line in board],
        "trials": [str(line["trials"]) for line in board],
        "seconds": [_number(seconds.get(line["family"]), ".1f") for line in board],
        "members": [_number(line.get("members"), "d") for line in board],
        **{
            name.replace("_", " "): [_number(line.get(name), ".4g") for line in board]
            for name in _MEASURES
        },
        "remark": [line.get("failure") or "" for line in board],
    }
    filled = {name: cells for name, cells in columns.items() if any(cells)}
    rows = list(zip(*filled.values(), strict=True))
    numbers = [n for n, name in enumerate(filled) if name not in ("family", "remark")]
    return table(list(filled), rows, numbers)


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def path_figure(path: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Every candidate when it was tried, and the best so far.

    Parameters
    ----------
    path : sequence of mapping
        Trials in the order of time, with `seconds`, `family`, `loss` and `best`; at least one
        worked.
    """
    made = figure("The search over time", "seconds", "validation loss")
    for family in sorted({trial["family"] for trial in path}):
        mine = [trial for trial in path if trial["family"] == family and trial["loss"] is not None]
        made.add_scatter(
            x=[trial["seconds"] for trial in mine],
            y=[trial["loss"] for trial in mine],
            name=family,
            mode="markers",
        )
    made.add_scatter(
        x=[trial["seconds"] for trial in path],
        y=[trial["best"] for trial in path],
        name="best so far",
        mode="lines",
        line={"color": TEAL, "shape": "hv"},
    )
    made.update_yaxes(range=_range([trial["loss"] for trial in path if trial["loss"] is not None]))
    return made


def _range(losses: Sequence[float]) -> list[float]:
    low, high = float(min(losses)), float(np.quantile(losses, _DRAWN_UP_TO))
    margin = 0.1 * (high - low) or 0.1 * abs(low)
    return [low - margin, high + margin]
