"""Figures on segments, drawn from their `evaluation.json` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from automl.description_figures import shown
from automl.segments.quality import MAX_SEGMENTS, MIN_SEGMENTS, MIN_STABILITY

__all__ = [
    "agreement_name",
    "elbow_figure",
    "profile_figure",
    "silhouette_figure",
    "sizes_figure",
    "stability_figure",
]

Evaluation = Mapping[str, Any]
Candidate = Mapping[str, Any]

_TEAL = "#0f766e"
_GREY = "#94a3b8"
_COLOURS = {"k-means": _TEAL, "hierarchical": "#b45309", "dbscan": "#4338ca"}
_LONGEST_NAME = 50
_DEEPEST = 2.0
"""Standard deviations at which the colours of the heatmap end."""


def silhouette_figure(evaluation: Evaluation) -> go.Figure:
    """Silhouette of every candidate kept, by number of segments, a line per family.

    Parameters
    ----------
    evaluation : mapping
        `evaluation.json` of a segment answer.
    """
    figure = go.Figure()
    for family, mine in _by_family(evaluation):
        figure.add_scatter(
            x=[one["segments"] for one in mine],
            y=[one["silhouette"] for one in mine],
            customdata=[_remark(one) for one in mine],
            name=family,
            mode="lines+markers",
            line={"color": _COLOURS.get(family, _GREY), "width": 1},
            marker={"size": 10, "symbol": [_symbol(one) for one in mine]},
            hovertemplate="%{x} segments: silhouette %{y:.3f}%{customdata}<extra>%{fullData.name}"
            "</extra>",
        )
    _mark_chosen(figure, evaluation)
    remark = "hollow: breaks a constraint, so it could not win"
    _number_axis(figure)
    return _titled(figure, "Silhouette by number of segments", remark, "silhouette")


def agreement_name(evaluation: Evaluation) -> str:
    """What agreement with held-out rows is called: they need not be later."""
    return "out-of-time agreement" if evaluation["holdout_is_later"] else "held-out agreement"


def _by_family(evaluation: Evaluation) -> list[tuple[str, list[Candidate]]]:
    families = [line["family"] for line in evaluation["leaderboard"]]
    found = (
        (family, [one for one in evaluation["candidates"] if one["family"] == family])
        for family in families
    )
    return [(family, mine) for family, mine in found if mine]


def _symbol(candidate: Candidate) -> str:
    return "circle-open" if candidate["broken"] else "circle"


def _remark(candidate: Candidate) -> str:
    return "".join(f"<br>{escape(sentence)}" for sentence in candidate["broken"])


def _mark_chosen(figure: go.Figure, evaluation: Evaluation) -> None:
    for one in evaluation["candidates"]:
        if one["chosen"]:
            figure.add_scatter(
                x=[one["segments"]],
                y=[one["silhouette"]],
                name="chosen",
                mode="markers",
                marker={"size": 20, "symbol": "circle-open", "color": "#1d2733"},
                hoverinfo="skip",
            )


def elbow_figure(evaluation: Evaluation) -> go.Figure:
    """What is left within the segments of k-means, by their number, and where that bends.

    Parameters
    ----------
    evaluation : mapping
        `evaluation.json` of a segment answer.
    """
    points, bend = evaluation["elbow"], evaluation["elbow_at"]
    figure = go.Figure(
        go.Scatter(
            x=[point["segments"] for point in points],
            y=[point["within_ss"] for point in points],
            mode="lines+markers",
            line_color=_TEAL,
            marker_size=10,
            hovertemplate="%{x} segments: %{y:.3f}<extra></extra>",
        )
    )
    if bend is not None:
        figure.add_vline(bend, line_dash="dot", line_color=_GREY)
    remark = "no elbow shows" if bend is None else f"the elbow is at {bend} segments"
    figure.update_yaxes(rangemode="tozero")
    _number_axis(figure)
    return _titled(
        figure,
        "Within-cluster sum of squares of k-means",
        remark,
        "squared standard deviations per row",
    )


def stability_figure(evaluation: Evaluation) -> go.Figure:
    """Agreement with other samples, of the same rows and of held-out ones.

    Parameters
    ----------
    evaluation : mapping
        `evaluation.json` of a segment answer.
    """
    figure = go.Figure()
    agreement = agreement_name(evaluation)
    for family, mine in _by_family(evaluation):
        for key, name, symbol, dash in (
            ("stability", "stability", "circle", "solid"),
            ("out_of_time", agreement, "diamond-open", "dot"),
        ):
            figure.add_scatter(
                x=[one["segments"] for one in mine],
                y=[one[key] for one in mine],
                name=f"{family}: {name}",
                mode="lines+markers",
                line={"color": _COLOURS.get(family, _GREY), "width": 1, "dash": dash},
                marker={"size": 10, "symbol": symbol},
                hovertemplate=f"%{{x}} segments: {name} %{{y:.3f}}<extra>{family}</extra>",
            )
    figure.add_hline(
        MIN_STABILITY,
        line_color="#1d2733",
        line_width=1,
    )
    figure.update_layout(legend={"orientation": "h", "y": -0.2, "yanchor": "top"})
    figure.update_yaxes(range=[min(0.0, _lowest(evaluation)) - 0.05, 1.05])
    _number_axis(figure)
    remark = f"the line: {MIN_STABILITY}, the least stability that is released"
    return _titled(figure, f"Stability and {agreement}", remark, "adjusted Rand index")


def _lowest(evaluation: Evaluation) -> float:
    return min(min(one["stability"], one["out_of_time"]) for one in evaluation["candidates"])


def _called(evaluation: Evaluation, number: int) -> str:
    """A segment's number and name, never as markup."""
    return shown(f"{number} {evaluation['names'][str(number)]}", _LONGEST_NAME)


def sizes_figure(evaluation: Evaluation) -> go.Figure:
    """Rows of training in each segment.

    Parameters
    ----------
    evaluation : mapping
        `evaluation.json` of a segment answer.
    """
    sizes = _sizes(evaluation)
    total = sum(sizes.values())
    figure = go.Figure(
        go.Bar(
            x=list(sizes.values()),
            y=[_called(evaluation, number) for number in sizes],
            orientation="h",
            marker_color=_TEAL,
            text=[f"{size:,} ({size / total:.1%})" for size in sizes.values()],
            textposition="auto",
            hovertemplate="%{y}: %{x:,} members<extra></extra>",
        )
    )
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    figure.update_xaxes(title="members")
    remark = f"{total:,} in all, each counted with the segment nearest to it"
    return _headed(figure, "Sizes of the segments", remark)


def _sizes(evaluation: Evaluation) -> dict[int, int]:
    """By number; JSON has sorted them as texts."""
    return dict(sorted((int(number), size) for number, size in evaluation["sizes"].items()))


def profile_figure(evaluation: Evaluation) -> go.Figure:
    """How segments differ from everyone, input by input.

    Parameters
    ----------
    evaluation : mapping
        `evaluation.json` of a segment answer.
    """
    profiles = evaluation["profiles"]
    figure = go.Figure(
        go.Heatmap(
            z=_turned(profiles["differences"]),
            text=[[_signed(value) for value in row] for row in _turned(profiles["differences"])],
            customdata=[[_typical(value) for value in row] for row in _turned(profiles["typical"])],
            x=[_called(evaluation, number) for number in profiles["segments"]],
            y=[shown(name.replace("_", " ")) for name in profiles["inputs"]],
            zmin=-_DEEPEST,
            zmax=_DEEPEST,
            colorscale="RdBu_r",
            xgap=2,
            ygap=2,
            texttemplate="%{text}",
            colorbar={"title": "standard<br>deviations"},
            hovertemplate="%{x}, %{y}: typical %{customdata}, mean %{z:.2f} standard deviations "
            "from that of all<extra></extra>",
        )
    )
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    figure.update_xaxes(type="category", side="bottom")
    left_out = profiles["left_out"]
    remark = (
        "how far the segment's average lies above (red) or below (blue) that of all: 0.2 is "
        "little, 0.8 much"
    )
    if left_out:
        remark += f"; {left_out} more inputs differ less"
    return _headed(figure, "Profiles of the segments", remark)


def _turned(rows: Sequence[Sequence[float | None]]) -> list[list[float | None]]:
    """Inputs down, segments across."""
    return [list(column) for column in zip(*rows, strict=True)]


def _signed(value: float | None) -> str:
    return "unknown" if value is None else f"{value:+.1f}"


def _typical(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.4g}"


def _number_axis(figure: go.Figure) -> None:
    figure.update_xaxes(
        title="number of segments", dtick=1, range=[MIN_SEGMENTS - 0.5, MAX_SEGMENTS + 0.5]
    )


def _titled(figure: go.Figure, title: str, remark: str, up: str) -> go.Figure:
    figure.update_yaxes(title=up)
    return _headed(figure, title, remark)


def _headed(figure: go.Figure, title: str, remark: str) -> go.Figure:
    figure.update_layout(title={"text": title, "subtitle": {"text": remark}})
    return figure
