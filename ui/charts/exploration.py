"""What is in a data set, as the engine counted it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from ui.language import known_text, number, text
from ui.look import COLOURS, HEIGHT, NEUTRAL, PALETTE, styled, translucent
from ui.models import Task

if TYPE_CHECKING:
    from clickstream.description import (
        Balance,
        Bars,
        Calendar,
        Correlations,
        Day,
        Histogram,
        Missing,
        Path,
        Sample,
        Step,
    )

__all__ = [
    "balance",
    "bars",
    "calendar",
    "correlations",
    "days",
    "funnel",
    "histogram",
    "missing",
    "pairs",
    "paths",
    "value_name",
]

_MAIN = COLOURS[Task.CONVERSION]
_OTHER = PALETTE[2]
_LONGEST_NAME = 24
"""Characters of a value's name that fit beside its bar on a phone."""
_DIVERGING = [[0, "#b45309"], [0.5, "#f3f4f6"], [1, "#1d4ed8"]]
_RISING = [[0, "#eff6ff"], [1, "#1e3a8a"]]


def value_name(name: str) -> str:
    """What a value of a description is called."""
    return known_text(f"explore.values.{name.replace(' ', '_')}", name)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def bars(found: Bars) -> go.Figure:
    """Draw the commonest values of a column.

    Parameters
    ----------
    found : Bars
        Counted.
    """
    named = [*found.bars]
    if found.others:
        named.append((text("explore.others", count=found.other_values), found.others))
    if found.missing:
        named.append((text("explore.no_value"), found.missing))
    named.reverse()
    own = len(found.bars)
    colours = [_MAIN] * own + [NEUTRAL] * (len(named) - own)
    figure = go.Figure(
        go.Bar(
            x=[count for _, count in named],
            y=list(range(len(named))),
            orientation="h",
            marker={"color": colours[::-1]},
            customdata=[name for name, _ in named],
            hovertemplate="%{customdata}: %{x}<extra></extra>",
        )
    )
    ticks = [_short(name) for name, _ in named]
    figure.update_yaxes(tickvals=list(range(len(named))), ticktext=ticks)
    figure.update_xaxes(title=value_name(found.counted), rangemode="tozero")
    return styled(figure, max(HEIGHT // 2, 70 + 22 * len(named)))


def histogram(found: Histogram) -> go.Figure:
    """Draw how often values fall into bins; those above the last are one bar of another colour.

    Parameters
    ----------
    found : Histogram
        Counted.
    """
    edges, width = found.edges, found.edges[1] - found.edges[0]
    middles = [edge + width / 2 for edge in edges[:-1]]
    figure = go.Figure(
        go.Bar(
            x=middles,
            y=list(found.counts),
            width=width,
            marker={"color": _MAIN},
            name=value_name(found.counted),
            customdata=list(pairwise(edges)),
            hovertemplate="%{customdata[0]:.4~g} – %{customdata[1]:.4~g}: %{y}<extra></extra>",
            showlegend=False,
        )
    )
    if found.above:
        figure.add_trace(
            go.Bar(
                x=[edges[-1] + width / 2],
                y=[found.above],
                width=width,
                marker={"color": NEUTRAL},
                name=text("explore.above", value=f"{edges[-1]:,.4g}"),
                hovertemplate="%{y}<extra></extra>",
            )
        )
    unit = value_name(found.unit)
    value = value_name(found.value)
    figure.update_xaxes(title=value if unit in ("", value) else f"{value}, {unit}")
    figure.update_yaxes(title=value_name(found.counted), rangemode="tozero")
    return styled(figure).update_layout(bargap=0)


def balance(found: Sequence[Balance]) -> go.Figure:
    """Draw the shares of units that say yes and no, with their counts.

    Parameters
    ----------
    found : sequence of Balance
        One per label.
    """
    names = [_short(f"{value_name(one.label)}: {value_name(one.of)}") for one in found]
    parts = [
        (text("charts.yes"), [one.yes for one in found], _MAIN),
        (text("charts.no"), [one.no for one in found], NEUTRAL),
    ]
    figure = go.Figure(
        [
            go.Bar(
                x=[count / (one.yes + one.no) for count, one in zip(counts, found, strict=True)],
                y=names,
                orientation="h",
                name=said,
                marker={"color": colour},
                text=[number(count) for count in counts],
                hovertemplate="%{y}: %{text} (%{x:.1%})<extra></extra>",
            )
            for said, counts, colour in parts
        ]
    )
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    figure.update_layout(barmode="stack")
    return styled(figure, 140 + 40 * len(found))


def missing(found: Sequence[Missing]) -> go.Figure:
    """Draw the share of rows without a value, by column.

    Parameters
    ----------
    found : sequence of Missing
        Columns with at least one row without a value.
    """
    shown = sorted(found, key=lambda one: one.missing)
    figure = go.Figure(
        go.Bar(
            x=[one.missing / one.rows for one in shown],
            y=[_short(one.column) for one in shown],
            orientation="h",
            marker={"color": NEUTRAL},
            customdata=[one.missing for one in shown],
            hovertemplate="%{y}: %{customdata} (%{x:.1%})<extra></extra>",
        )
    )
    figure.update_xaxes(title=text("explore.share_missing"), tickformat=".0%", range=[0, 1])
    return styled(figure, max(HEIGHT // 2, 70 + 22 * len(shown)))


def correlations(found: Correlations) -> go.Figure:
    """Draw the correlation of every two columns.

    Parameters
    ----------
    found : Correlations
        Computed over all rows.
    """
    names = [_short(value_name(name)) for name in found.names]
    few = len(names) <= 10
    figure = go.Figure(
        go.Heatmap(
            z=[list(row) for row in found.values],
            x=names,
            y=names,
            zmin=-1,
            zmax=1,
            colorscale=_DIVERGING,
            texttemplate="%{z:.1f}" if few else None,
            hovertemplate="%{y} × %{x}: %{z:.2f}<extra></extra>",
            colorbar={"thickness": 12},
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(tickangle=-45)
    return styled(figure, max(HEIGHT, 120 + 34 * len(names)))


def pairs(found: Sample) -> go.Figure:
    """Draw every two columns of a sample against each other.

    Parameters
    ----------
    found : Sample
        Rows, some of them marked.
    """
    parts = [(False, text("explore.others_plain"), _MAIN), (True, found.mark, _OTHER)]
    figure = go.Figure()
    for mark, name, colour in parts:
        rows = [
            row
            for row, is_marked in zip(found.rows, found.marked, strict=True)
            if is_marked is mark
        ]
        if rows:
            figure.add_trace(
                go.Splom(
                    dimensions=[
                        {"label": value_name(column), "values": [row[place] for row in rows]}
                        for place, column in enumerate(found.names)
                    ],
                    name=value_name(name) if found.mark else value_name(found.of),
                    marker={"color": translucent(colour, 0.55), "size": 4},
                    diagonal={"visible": False},
                    showupperhalf=False,
                )
            )
    # A phone has room for few numbers below each small chart.
    figure.update_xaxes(nticks=3, tickangle=0)
    return styled(figure, 200 + 90 * len(found.names)).update_layout(
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0},
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
    )


def calendar(found: Calendar) -> go.Figure:
    """Draw events by weekday and hour.

    Parameters
    ----------
    found : Calendar
        Counts, in UTC.
    """
    names = [text(f"explore.weekdays.{day}") for day in range(7)]
    figure = go.Figure(
        go.Heatmap(
            z=[list(row) for row in found.counts],
            x=list(range(24)),
            y=names,
            colorscale=_RISING,
            hovertemplate="%{y}, %{x}:00: %{z}<extra></extra>",
            colorbar={"thickness": 12},
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title=text("explore.hour"), dtick=3)
    return styled(figure)


def days(found: Sequence[Day]) -> go.Figure:
    """Draw events by date.

    Parameters
    ----------
    found : sequence of Day
        Every date of the span.
    """
    figure = go.Figure(
        go.Scatter(
            x=[one.day for one in found],
            y=[one.events for one in found],
            mode="lines",
            line={"color": _MAIN, "width": 1.5},
            hovertemplate="%{x|%Y-%m-%d}: %{y}<extra></extra>",
        )
    )
    figure.update_yaxes(title=value_name("events"), rangemode="tozero")
    figure.update_xaxes(title=text("explore.date"))
    return styled(figure)


def funnel(found: Sequence[Step]) -> go.Figure:
    """Draw how many sessions reach each step.

    Parameters
    ----------
    found : sequence of Step
        From the first.
    """
    figure = go.Figure(
        go.Funnel(
            y=[text(f"explore.steps.{step.name}") for step in found],
            x=[step.sessions for step in found],
            marker={"color": _MAIN},
            textinfo="value+percent initial",
            hovertemplate="%{y}: %{x}<extra></extra>",
        )
    )
    return styled(figure)


def paths(found: Sequence[Path]) -> go.Figure:
    """Draw how sessions begin: the commonest first steps, one flowing into the next.

    Parameters
    ----------
    found : sequence of Path
        The commonest.
    """
    flows: Counter[tuple[tuple[int, str], tuple[int, str]]] = Counter()
    for path in found:
        places = list(enumerate(path.steps))
        for one, other in pairwise(places):
            flows[one, other] += path.sessions
    nodes = sorted({node for pair in flows for node in pair})
    place = {node: number for number, node in enumerate(nodes)}
    kinds = {name: number for number, name in enumerate(sorted({name for _, name in nodes}))}
    colours = [PALETTE[kinds[name] % len(PALETTE)] for _, name in nodes]
    figure = go.Figure(
        go.Sankey(
            node={
                "label": [_short(name) for _, name in nodes],
                "color": colours,
                "pad": 14,
                "thickness": 14,
            },
            link={
                "source": [place[one] for one, _ in flows],
                "target": [place[other] for _, other in flows],
                "value": list(flows.values()),
                "color": [translucent(colours[place[one]], 0.35) for one, _ in flows],
            },
        )
    )
    return styled(figure, 420)
