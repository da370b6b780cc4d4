"""Figures and sections on segments, drawn from their `evaluation.json` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from automl.description_figures import shown
from automl.html import plot, table
from automl.segments.clusterers import INITS, RESTARTS
from automl.segments.quality import (
    MAX_NOISE,
    MAX_SEARCHED_NOISE,
    MAX_SEGMENTS,
    MIN_SEGMENTS,
    MIN_SHARE,
    MIN_STABILITY,
)

__all__ = [
    "elbow_figure",
    "profile_figure",
    "segment_sections",
    "silhouette_figure",
    "sizes_figure",
    "stability_figure",
]

Evaluation = Mapping[str, Any]
Candidate = Mapping[str, Any]

_TEAL = "#0f766e"
_GREY = "#94a3b8"
_COLOURS = {"k-means": _TEAL, "hierarchical": "#b45309", "dbscan": "#4338ca"}
_USUAL = {("init", INITS[0]), ("restarts", RESTARTS[0])}
"""Settings that go without saying."""
_DEEPEST = 2.0
"""Standard deviations at which the colours of the heatmap end."""
_LINE = 26
"""Pixels per row of a figure whose rows have names."""
_COLUMNS = (
    "candidate",
    "segments",
    "silhouette",
    "D-B index",
    "within SS",
    "stability",
    "smallest",
    "outside",
)


def segment_sections(evaluation: Evaluation) -> list[str]:
    """Make the report's sections on segments.

    Parameters
    ----------
    evaluation : mapping
        `evaluation.json` of a segment answer.

    Returns
    -------
    list of str
        HTML, each with a heading of the third level; `automl.html.page` draws the plots in it.
    """
    return [
        _section("Candidates", _words(evaluation), _candidates(evaluation)),
        _section(
            "How many segments",
            "",
            plot(silhouette_figure(evaluation), "segment-silhouette"),
            plot(elbow_figure(evaluation), "segment-elbow"),
        ),
        _section(
            "Do they come out again",
            _agreement_words(evaluation),
            plot(stability_figure(evaluation), "segment-stability", height=480),
        ),
        _section(
            "Who they are",
            "",
            plot(sizes_figure(evaluation), "segment-sizes", height=_height(evaluation["sizes"])),
            plot(
                profile_figure(evaluation),
                "segment-profiles",
                height=_height(evaluation["profiles"]["inputs"]),
            ),
        ),
    ]


def _section(heading: str, words: str, *parts: str) -> str:
    return f"<h3>{escape(heading)}</h3>{words}{''.join(parts)}"


def _height(lines: Sequence[Any] | Mapping[str, Any]) -> int:
    return 170 + _LINE * len(lines)


def _words(evaluation: Evaluation) -> str:
    tried = sum(line["trials"] for line in evaluation["leaderboard"])
    sentences = [
        f"{tried} candidates were tried. Listed is the best of each family with each number of "
        "segments: of those that break the fewest constraints the one with the best silhouette.",
        "D-B index: Davies-Bouldin, the lower the better. Within SS: within-cluster sum of squares "
        f"per row. Stability: see below, at least {MIN_STABILITY}. Smallest: share of the smallest "
        f"segment, at least {MIN_SHARE:.0%}. Outside: rows that fit no segment, at most "
        f"{100 * MAX_SEARCHED_NOISE:g}% in a search, to stay clear of the {MAX_NOISE:.0%} that the "
        "release gate allows on the holdout.",
        *evaluation["notes"],
    ]
    return "".join(f'<p class="note">{escape(sentence)}</p>' for sentence in sentences)


def _agreement_words(evaluation: Evaluation) -> str:
    held = "later rows" if evaluation["holdout_is_later"] else "held-out rows, which have no time"
    return (
        '<p class="note">Stability: how well clusterings of bootstrap samples of the training rows '
        f"agree with the candidate. {_agreement_name(evaluation).capitalize()}: the same with "
        f"samples of {held}. Both are mean adjusted Rand indices, 1 for the same segments and "
        f"about 0 for unrelated ones; a stability below {MIN_STABILITY} is refused.</p>"
    )


def _agreement_name(evaluation: Evaluation) -> str:
    return "out-of-time agreement" if evaluation["holdout_is_later"] else "held-out agreement"


def _candidates(evaluation: Evaluation) -> str:
    held = "out of time" if evaluation["holdout_is_later"] else "held out"
    header = [*_COLUMNS[:-2], held, *_COLUMNS[-2:]]
    ordered = sorted(evaluation["candidates"], key=_place)
    return table(header, [_cells(one) for one in ordered], range(1, len(header)))


def _place(candidate: Candidate) -> tuple[bool, int, float]:
    """The chosen one first, then the best silhouette of those that break the fewest constraints."""
    silhouette = candidate["silhouette"]
    return (
        not candidate["chosen"],
        len(candidate["broken"]),
        0.0 if silhouette is None else -silhouette,
    )


def _cells(candidate: Candidate) -> list[str]:
    names = ("silhouette", "davies_bouldin", "within_ss", "stability", "out_of_time")
    return [
        _name(candidate),
        str(candidate["segments"]),
        *(_number(candidate[name]) for name in names),
        f"{candidate['smallest_share']:.1%}",
        f"{candidate['noise_share']:.1%}",
    ]


def _name(candidate: Candidate) -> str:
    settings = [
        value if isinstance(value, str) else f"{name} {value:.3g}"
        for name, value in candidate["config"].items()
        if name != "segments" and (name, value) not in _USUAL
    ]
    verdict = "chosen" if candidate["chosen"] else "refused" if candidate["broken"] else ""
    return ", ".join(filter(None, [candidate["family"], *settings, verdict]))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


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
    agreement = _agreement_name(evaluation)
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
            y=[f"segment {number}" for number in sizes],
            orientation="h",
            marker_color=_TEAL,
            text=[f"{size:,} ({size / total:.1%})" for size in sizes.values()],
            textposition="auto",
            hovertemplate="%{y}: %{x:,} rows<extra></extra>",
        )
    )
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    figure.update_xaxes(title="rows")
    remark = f"{total:,} rows, each counted with the segment nearest to it"
    return _headed(figure, "Sizes of the segments in training", remark)


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
            text=[[_typical(value) for value in row] for row in _turned(profiles["typical"])],
            x=[f"segment {number}" for number in profiles["segments"]],
            y=[shown(name) for name in profiles["inputs"]],
            zmin=-_DEEPEST,
            zmax=_DEEPEST,
            colorscale="RdBu_r",
            xgap=2,
            ygap=2,
            texttemplate="%{text}",
            colorbar={"title": "standard<br>deviations"},
            hovertemplate="%{x}, %{y}: median %{text}, mean %{z:.2f} standard deviations from that "
            "of all rows<extra></extra>",
        )
    )
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)
    figure.update_xaxes(type="category", side="bottom")
    left_out = profiles["left_out"]
    remark = "in a cell the median; red: mean above that of all rows, blue: below"
    if left_out:
        remark += f"; {left_out} more inputs differ less"
    return _headed(figure, "Profiles of the segments", remark)


def _turned(rows: Sequence[Sequence[float | None]]) -> list[list[float | None]]:
    """Inputs down, segments across."""
    return [list(column) for column in zip(*rows, strict=True)]


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
