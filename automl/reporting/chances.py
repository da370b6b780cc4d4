"""Plots of chances."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from automl.reporting.drawing import GREY, TEAL, figure
from clickstream.manifest import CalibrationBin

__all__ = ["chance_figures"]

_OUTCOMES = ("no", "yes")


def chance_figures(
    evaluation: Mapping[str, Any], calibration: Sequence[CalibrationBin]
) -> list[go.Figure]:
    """Figures of a conversion answer.

    Parameters
    ----------
    evaluation : mapping
        Its `evaluation.json`.
    calibration : sequence of CalibrationBin
        The manifest's.
    """
    found = [
        _roc(evaluation["roc"]),
        _precision_recall(evaluation["precision_recall"], evaluation["confusion"]),
        _calibration(calibration),
        _confusion(evaluation["confusion"]),
        _gains(evaluation["gains"]),
        _lift(evaluation["gains"]),
        _scores(evaluation["scores"]),
    ]
    return [*found, *([_by_clicks(evaluation["by_clicks"])] if evaluation["by_clicks"] else [])]


def _line(made: go.Figure, x: Sequence[float], y: Sequence[float], name: str, **style: Any) -> None:
    made.add_scatter(x=list(x), y=list(y), name=name, line={"color": TEAL}, **style)


def _beside(made: go.Figure, x: Sequence[float], y: Sequence[float], name: str) -> None:
    """What the winner is compared with."""
    made.add_scatter(
        x=list(x), y=list(y), name=name, mode="lines", line={"color": GREY, "dash": "dot"}
    )


def _roc(roc: Mapping[str, Sequence[float]]) -> go.Figure:
    made = figure("ROC curve", "false positive rate", "true positive rate")
    _line(made, roc["false_positive_rate"], roc["true_positive_rate"], "winner", mode="lines")
    _beside(made, [0, 1], [0, 1], "chance")
    return made


def _precision_recall(
    curve: Mapping[str, Sequence[float]], confusion: Sequence[Sequence[int]]
) -> go.Figure:
    made = figure("Precision and recall", "recall", "precision", yaxis_range=[0, 1.02])
    _line(made, curve["recall"], curve["precision"], "winner", mode="lines", line_shape="vh")
    share = sum(confusion[1]) / (sum(confusion[0]) + sum(confusion[1]))
    _beside(made, [0, 1], [share, share], "share of yes")
    return made


def _calibration(bins: Sequence[CalibrationBin]) -> go.Figure:
    made = figure("Predicted against observed", "mean predicted chance", "observed share of yes")
    predicted, observed = [part.predicted for part in bins], [part.observed for part in bins]
    _line(made, predicted, observed, "tenths of rows", mode="lines+markers")
    top = max(*predicted, *observed)
    _beside(made, [0, top], [0, top], "perfect")
    return made


def _confusion(confusion: Sequence[Sequence[int]]) -> go.Figure:
    """Counts, and the share of what really was yes or no; a square is as dark as its share."""
    totals = [max(sum(row), 1) for row in confusion]
    shares = [[n / total for n in row] for row, total in zip(confusion, totals, strict=True)]
    made = figure("Confusion at the threshold", "said", "was")
    made.add_heatmap(
        x=_OUTCOMES,
        y=_OUTCOMES,
        z=shares,
        zmin=0,
        zmax=1,
        text=[
            [f"{n:,} rows<br>{share:.1%} of all {was}" for n, share in zip(row, part, strict=True)]
            for row, part, was in zip(confusion, shares, _OUTCOMES, strict=True)
        ],
        texttemplate="%{text}",
        textfont={"size": 15},
        colorscale=[[0, "#f1f5f9"], [1, "#5eead4"]],
        showscale=False,
    )
    made.update_yaxes(autorange="reversed", type="category")
    return made


def _gains(gains: Sequence[Mapping[str, float]]) -> go.Figure:
    made = figure("Gains", "share of rows, highest chance first", "share of all yes among them")
    shares = [0, *(part["share_of_rows"] for part in gains)]
    _line(made, shares, [0, *(part["gain"] for part in gains)], "winner", mode="lines+markers")
    _beside(made, [0, 1], [0, 1], "chance")
    made.update_layout(xaxis_tickformat=".0%", yaxis_tickformat=".0%")
    return made


def _lift(gains: Sequence[Mapping[str, float]]) -> go.Figure:
    made = figure("Lift by decile", "tenth of rows, highest chance first", "times the share of all")
    places = list(range(1, len(gains) + 1))
    made.add_bar(x=places, y=[part["lift"] for part in gains], name="decile", marker_color=TEAL)
    _beside(made, [0.5, len(gains) + 0.5], [1, 1], "chance")
    made.update_xaxes(dtick=1)
    return made


def _scores(scores: Mapping[str, Sequence[float]]) -> go.Figure:
    made = figure(
        "Chances on the holdout",
        "predicted chance",
        "rows (logarithmic)",
        barmode="overlay",
        yaxis_type="log",
        bargap=0,
    )
    edges = scores["edges"]
    middles = [(low + high) / 2 for low, high in itertools.pairwise(edges)]
    for key, name, colour in (("negatives", "no", GREY), ("positives", "yes", TEAL)):
        made.add_bar(x=middles, y=list(scores[key]), name=name, marker_color=colour, opacity=0.75)
    return made


def _by_clicks(found: Sequence[Mapping[str, float]]) -> go.Figure:
    made = figure("ROC AUC by clicks seen", "clicks seen", "ROC AUC (95 % interval)")
    values = [part["roc_auc"] for part in found]
    made.add_scatter(
        x=[str(part["clicks"]) for part in found],
        y=values,
        mode="lines+markers",
        line={"color": TEAL},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [part["roc_auc_high"] - part["roc_auc"] for part in found],
            "arrayminus": [part["roc_auc"] - part["roc_auc_low"] for part in found],
        },
    )
    made.update_xaxes(type="category")
    return made
