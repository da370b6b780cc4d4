"""Figures of the answers to "why": importance, effects, the price level and the backtest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from automl.description_figures import shown
from clickstream.manifest import Input

__all__ = ["backtest_figure", "effect_figure", "importance_figure", "price_figure"]

_TEAL = "#0f766e"
_GREY = "#94a3b8"
_AMBER = "#b45309"
_MOST_BARS = 15
_LONGEST_LEVEL = 22
_LONGEST_AXIS = 64


def importance_figure(answer: str, found: Mapping[str, Any]) -> go.Figure:
    """The most important inputs, the most important on top, with lines of two standard errors.

    Parameters
    ----------
    answer : str
        Its name.
    found : mapping
        `Importances.as_dict()`, or the same from `evaluation.json`.
    """
    inputs = found["inputs"][:_MOST_BARS]
    figure = go.Figure(
        go.Bar(
            y=[shown(one["name"]) for one in inputs],
            x=[one["rise"] for one in inputs],
            orientation="h",
            marker_color=_TEAL,
            error_x={"array": [2 * one["standard_error"] for one in inputs], "color": _AMBER},
            hovertemplate="%{y}: %{x:.4g}<extra></extra>",
        )
    )
    # Names in the order given, numbers among them as names, too.
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    figure.update_xaxes(
        title=f"rise in {found['loss_name']} when the input is shuffled, ± 2 standard errors"
    )
    which = f"the {len(inputs)} most important of {len(found['inputs'])} inputs"
    remark = f"{which}; {found['loss_name']} as it is {found['loss']:.4g}; {_sample(found)}"
    return _titled(figure, f"{answer}: importance of inputs", remark)


def effect_figure(answer: str, effect: Mapping[str, Any], told: Input, quantity: str) -> go.Figure:
    """How the prediction moves with an input, and below how many rows stand where.

    Parameters
    ----------
    answer : str
        Its name.
    effect : mapping
        One of the `inputs` of `Effects.as_dict()`, or the same from `evaluation.json`.
    told : Input
        What the manifest says of the input.
    quantity : str
        What is predicted, such as "predicted chance".
    """
    drawn = _levels_figure if "levels" in effect else _number_figure
    figure = drawn(effect, effect["effects"])
    figure.add_hline(y=0, line={"color": _GREY, "dash": "dot", "width": 1}, row=1, col=1)
    figure.update_yaxes(title=f"{quantity}<br>above its mean", row=1, col=1)
    figure.update_xaxes(title=_axis(told), row=2, col=1)
    return _titled(figure, f"{answer}: effect of {shown(effect['name'])}", _left_out(effect))


def price_figure(answer: str, found: Mapping[str, Any], told: Input, quantity: str) -> go.Figure:
    """What is predicted at each price level, and below how many rows stand where.

    Parameters
    ----------
    answer : str
        Its name.
    found : mapping
        `PriceEffect.as_dict()` without a `reason`, or the same from `evaluation.json`.
    told : Input
        What the manifest says of the input named in `effect`.
    quantity : str
        What is predicted, such as "predicted chance".
    """
    effect = found["effect"]
    figure = _number_figure(effect, [found["mean"] + value for value in effect["effects"]])
    figure.add_hline(
        y=found["mean"], line={"color": _GREY, "dash": "dot", "width": 1}, row=1, col=1
    )
    figure.update_yaxes(title=quantity, row=1, col=1)
    figure.update_xaxes(title=_axis(told), row=2, col=1)
    others = "".join(
        f"; all prices {100 * abs(change['share']):.0f} % "
        f"{'lower' if change['share'] < 0 else 'higher'}: {change['mean']:.4g}"
        for change in found["changes"]
    )
    remark = f"association, no experiment; mean as it is {found['mean']:.4g}{others}"
    return _titled(figure, f"{answer}: {quantity} by price level", remark)


def backtest_figure(answer: str, found: Mapping[str, Any], metric: str) -> go.Figure:
    """A metric at each origin with its 95 % interval.

    Parameters
    ----------
    answer : str
        Its name.
    found : mapping
        `Backtest.as_dict()` without a `reason`, or the same from `evaluation.json`.
    metric : str
        Key of each origin's `metrics`.
    """
    origins = found["origins"]
    metrics = [origin["metrics"][metric] for origin in origins]
    values = [one["value"] for one in metrics]
    figure = go.Figure(
        go.Scatter(
            x=[_origin_label(origin) for origin in origins],
            y=values,
            mode="lines+markers",
            line={"color": _TEAL, "dash": "dot"},
            marker={"size": 10},
            error_y={
                "array": [one["high"] - one["value"] for one in metrics],
                "arrayminus": [one["value"] - one["low"] for one in metrics],
                "color": _TEAL,
                "width": 8,
            },
            hovertemplate="%{y:.4g}<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", range=[-0.5, len(origins) - 0.5])
    named = metric.replace("_", " ")
    figure.update_yaxes(title=f"{named} (95 % interval)")
    remark = "fitted anew at each origin on what came before it, judged on what came after it"
    return _titled(figure, f"{answer}: {named} at {len(origins)} origins", remark)


def _number_figure(effect: Mapping[str, Any], heights: list[float]) -> go.Figure:
    density = effect["density"]
    if density is None:
        return make_subplots(rows=2, cols=1)
    figure = _two_panels(density["counts"])
    low, high = density["edges"][0], density["edges"][-1]
    figure.add_scatter(
        **_curve(effect["values"], heights, low, high),
        mode="lines+markers",
        line_color=_TEAL,
        marker_size=4,
        hovertemplate="%{x:,.4g}: %{y:.4g}<extra></extra>",
        row=1,
        col=1,
    )
    width = density["edges"][1] - low
    figure.add_bar(
        x=[(left + right) / 2 for left, right in pairwise(density["edges"])],
        y=density["counts"],
        width=width,
        marker={"color": _GREY, "line": {"color": "white", "width": 1}},
        hovertemplate="%{y:,} rows<extra></extra>",
        row=2,
        col=1,
    )
    figure.update_xaxes(range=[low, high])
    if width == 1:
        # A bar for each whole number, and no ticks between them.
        figure.update_xaxes(tick0=0, dtick=1 + len(density["counts"]) // 10)
    return figure


def _curve(
    values: Sequence[float], heights: Sequence[float], low: float, high: float
) -> dict[str, list[float]]:
    """The curve where the density is drawn: far values would press it flat."""
    ends = np.clip([low, high], values[0], values[-1])
    inner = [value for value in values if low < value < high]
    drawn = np.unique([*ends, *inner])
    return {"x": drawn.tolist(), "y": np.interp(drawn, values, heights).tolist()}


def _levels_figure(effect: Mapping[str, Any], heights: list[float]) -> go.Figure:
    names = [shown(level, _LONGEST_LEVEL) if level else "(missing)" for level in effect["levels"]]
    places = list(range(len(names)))
    figure = _two_panels(effect["rows"])
    for row, values, colour in ((1, heights, _TEAL), (2, effect["rows"], _GREY)):
        figure.add_bar(
            x=places,
            y=values,
            marker_color=colour,
            customdata=names,
            hovertemplate="%{customdata}: %{y:,.4g}<extra></extra>",
            row=row,
            col=1,
        )
    # Two long names may be shortened to one, so that places and not names tell them apart.
    figure.update_xaxes(tickvals=places, ticktext=names, automargin=True)
    return figure


def _two_panels(counts: Sequence[int]) -> go.Figure:
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.75, 0.25], vertical_spacing=0.06
    )
    # Logarithmic, from half a row on: a curve is worth little where hardly a row is.
    top = math.log10(max(counts)) + 0.2
    figure.update_yaxes(title="rows", type="log", dtick=1, range=[math.log10(0.5), top], row=2)
    figure.update_layout(showlegend=False)
    return figure


def _axis(told: Input) -> dict[str, Any]:
    described = f"{told.description} ({told.unit})"
    return {"text": shown(described, _LONGEST_AXIS), "font": {"size": 13}}


def _left_out(effect: Mapping[str, Any]) -> str:
    counted = [
        (effect.get("others", 0), "rows of rarer values"),
        ((effect.get("density") or {}).get("beyond", 0), "rows beyond the ends"),
        (effect.get("missing", 0), "rows without a value"),
    ]
    return "; ".join(f"{count:,} {what}" for count, what in counted if count)


def _sample(found: Mapping[str, Any]) -> str:
    if found["rows"] == found["rows_of"]:
        return f"{found['rows']:,} rows"
    return f"a sample of {found['rows']:,} of {found['rows_of']:,} rows"


def _origin_label(origin: Mapping[str, Any]) -> str:
    return (
        f"{origin['training_rows']:,} rows before {origin['at'][:10]},<br>"
        f"{origin['test_rows']:,} rows until {origin['until'][:10]}"
    )


def _titled(figure: go.Figure, title: str, remark: str) -> go.Figure:
    figure.update_layout(title={"text": title, "subtitle": {"text": remark}})
    return figure
