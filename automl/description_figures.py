"""Figures of a data set's description."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

import plotly.graph_objects as go

from clickstream.description import (
    Bars,
    Calendar,
    Correlations,
    Day,
    Histogram,
    Missing,
    Path,
    Place,
    Sample,
    Step,
)

__all__ = [
    "balance_figure",
    "bars_figure",
    "calendar_figure",
    "correlations_figure",
    "days_figure",
    "funnel_figure",
    "histogram_figure",
    "missing_figure",
    "paths_figure",
    "places_figure",
    "sample_figure",
    "shown",
]

_TEAL = "#0f766e"
_GREY = "#94a3b8"
_AMBER = "#b45309"
_LONGEST = 34
_LONGEST_TITLE = 60
_LONGEST_STEP = 22
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def shown(text: str, longest: int = _LONGEST) -> str:
    """A text of the file as plotly draws it: short, and never as markup."""
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return escape(short, quote=False)


def histogram_figure(histogram: Histogram) -> go.Figure:
    """Bars per bin, and in the title what lies beyond the last one."""
    edges = histogram.edges
    width = edges[1] - edges[0]
    single = histogram.whole and width == 1
    places = [low if single else (low + high) / 2 for low, high in pairwise(edges)]
    texts = [
        f"{low:,.6g}" if single else f"{low:,.4g} to {high:,.4g}" for low, high in pairwise(edges)
    ]
    figure = go.Figure(
        go.Bar(
            x=places,
            y=histogram.counts,
            width=width,
            customdata=texts,
            hovertemplate=f"%{{customdata}} {histogram.unit}: %{{y:,}} {histogram.counted}"
            "<extra></extra>",
            marker={"color": _TEAL, "line": {"color": "white", "width": 1}},
        )
    )
    return _titled(
        figure,
        shown(histogram.of, _LONGEST_TITLE),
        _remarks(
            (histogram.above, f"{histogram.counted} at {edges[-1]:,.4g} or above"),
            (histogram.missing, f"{histogram.counted} without a value"),
        ),
        f"{shown(histogram.value)} ({histogram.unit})"
        if histogram.unit != histogram.value
        else histogram.value,
        histogram.counted,
    )


def bars_figure(bars: Bars) -> go.Figure:
    """The commonest values, the commonest on top."""
    names = [value for value, _ in bars.bars]
    counts = [count for _, count in bars.bars]
    figure = _horizontal(names, counts, f"%{{x:,}} {bars.counted}")
    total = sum(counts) + bars.others + bars.missing
    remarks = _remarks(
        (bars.others, f"{bars.counted} with {bars.other_values:,} other values"),
        (bars.missing, f"{bars.counted} without a value"),
    )
    title = f"{bars.counted.capitalize()} by {shown(bars.column)} ({total:,} in all)"
    return _titled(figure, title, remarks, bars.counted, "")


def missing_figure(missing: Sequence[Missing]) -> go.Figure:
    """Share of rows without a value, for the columns that lack any."""
    columns = sorted(missing, key=lambda column: -column.missing)
    figure = _horizontal(
        [column.column for column in columns],
        [100 * column.missing / column.rows for column in columns],
        "%{x:.4g} % of the rows have no value",
        _AMBER,
    )
    title = f"Missing values by column ({columns[0].rows:,} rows)"
    figure.update_xaxes(range=[0, 100])
    return _titled(figure, title, "", "% of rows without a value", "")


def places_figure(places: Sequence[Place], what: str) -> go.Figure:
    """Bounce and exit rate, the place clicked most on top."""
    names = [shown(place.name) for place in places]
    figure = go.Figure()
    for name, colour, rates in (
        ("bounce rate", _AMBER, [place.bounce_rate for place in places]),
        ("exit rate", _TEAL, [place.exit_rate for place in places]),
    ):
        figure.add_bar(
            y=names,
            x=[None if rate is None else 100 * rate for rate in rates],
            name=name,
            orientation="h",
            marker_color=colour,
            hovertemplate=f"{name} of %{{y}}: %{{x:.1f}} %<extra></extra>",
        )
    _top_down(figure)
    figure.update_layout(barmode="group")
    remark = (
        f"bounce: share of the sessions that began with the {what} and went no further; "
        "exit: share of its clicks that were the last of their session"
    )
    title = f"Bounce and exit rate by {what} (the {len(places)} clicked most)"
    return _titled(figure, title, remark, "%", "")


def funnel_figure(steps: Sequence[Step], sessions: int) -> go.Figure:
    """Sessions that reach each step."""
    figure = go.Figure(
        go.Funnel(
            y=[step.name for step in steps],
            x=[step.sessions for step in steps],
            text=[f"{step.sessions:,} ({step.sessions / sessions:.1%})" for step in steps],
            textinfo="text",
            hovertemplate="%{y}: %{x:,} sessions<extra></extra>",
            marker={"color": [_TEAL, "#5b9a94", _AMBER]},
        )
    )
    remark = "share of all sessions; a session counts at a step whatever it did before"
    if any(after.sessions > before.sessions for before, after in pairwise(steps)):
        remark += "; a later step is larger, so the log lacks events of an earlier one"
    return _titled(figure, "Sessions that view, fill a cart and buy", remark, "", "")


def paths_figure(paths: Sequence[Path], sessions: int) -> go.Figure:
    """How sessions begin, the commonest beginning on top."""
    names = [" → ".join(shown(step, _LONGEST_STEP) for step in path.steps) for path in paths]
    figure = go.Figure(
        go.Bar(
            y=names,
            x=[path.sessions for path in paths],
            orientation="h",
            marker_color=_TEAL,
            text=[f"{path.sessions / sessions:.1%}" for path in paths],
            hovertemplate="%{y}: %{x:,} sessions<extra></extra>",
        )
    )
    _top_down(figure)
    share = sum(path.sessions for path in paths) / sessions
    title = f"The {len(paths)} commonest beginnings of sessions (first three steps)"
    remark = f"together {share:.1%} of {sessions:,} sessions; a name alone is a view"
    return _titled(figure, title, remark, "sessions", "")


def calendar_figure(calendar: Calendar) -> go.Figure:
    """Weekdays down, hours across."""
    figure = go.Figure(
        go.Heatmap(
            z=calendar.counts,
            x=list(range(24)),
            y=_WEEKDAYS,
            colorscale="Teal",
            zmin=0,
            colorbar={"title": "events"},
            hovertemplate="%{y}, %{x}:00 to %{x}:59 UTC: %{z:,} events<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(dtick=3)
    return _titled(figure, "Events by weekday and hour", "", "hour of day, UTC", "")


def days_figure(days: Sequence[Day]) -> go.Figure:
    """Events of every date."""
    figure = go.Figure(
        go.Scatter(
            x=[day.day for day in days],
            y=[day.events for day in days],
            mode="lines",
            line_color=_TEAL,
            hovertemplate="%{x|%a %Y-%m-%d}: %{y:,} events<extra></extra>",
        )
    )
    figure.update_yaxes(rangemode="tozero")
    title = f"Events per day, {days[0].day} to {days[-1].day}"
    return _titled(figure, title, "", "date", "events")


def correlations_figure(correlations: Correlations, of: str) -> go.Figure:
    """Blue below zero, red above; empty where a column is constant."""
    names = [shown(name) for name in correlations.names]
    few = len(names) <= 12
    figure = go.Figure(
        go.Heatmap(
            z=correlations.values,
            x=names,
            y=names,
            zmin=-1,
            zmax=1,
            colorscale="RdBu_r",
            texttemplate="%{z:.2f}" if few else None,
            colorbar={"title": "Pearson's r"},
            hovertemplate="%{y} and %{x}: %{z:.2f}<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed")
    return _titled(figure, f"Correlations over all {of}", "", "", "")


def sample_figure(sample: Sample) -> go.Figure:
    """Every column against every other; rows that say yes in another colour and on top."""
    figure = go.Figure()
    kinds = ((False, _GREY, "others"), (True, _AMBER, sample.mark))
    for marked, colour, name in kinds if sample.mark else ((False, _TEAL, sample.of),):
        chosen = [
            row
            for row, mark in zip(sample.rows, sample.marked, strict=True)
            if mark == marked or not sample.mark
        ]
        figure.add_splom(
            dimensions=[
                {"label": shown(column), "values": [row[place] for row in chosen]}
                for place, column in enumerate(sample.names)
            ],
            name=f"{shown(name)} ({len(chosen):,})",
            marker={"color": colour, "size": 4, "opacity": 0.6},
            diagonal_visible=False,
            showupperhalf=False,
        )
    figure.update_layout(legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"})
    title = f"Pairs of columns, {len(sample.rows):,} {sample.of} drawn by a hash"
    return _titled(figure, title, "", None, None)


def balance_figure(shares: Sequence[tuple[str, int, int]]) -> go.Figure:
    """Share of yes and no per answer.

    Parameters
    ----------
    shares : sequence of (str, int, int)
        Answer, units that say yes, units that say no.
    """
    figure = go.Figure()
    for kind, colour, place in (("yes", _AMBER, 1), ("no", _GREY, 2)):
        figure.add_bar(
            y=[line[0] for line in shares],
            x=[100 * line[place] / (line[1] + line[2]) for line in shares],
            name=kind,
            orientation="h",
            marker_color=colour,
            customdata=[line[place] for line in shares],
            hovertemplate=f"%{{y}}: %{{customdata:,}} units say {kind} (%{{x:.2f}} %)"
            "<extra></extra>",
        )
    _top_down(figure)
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    return _titled(figure, "Balance of the labels", "", "% of units", "")


def _horizontal(
    names: Sequence[str], values: Sequence[float], hover: str, colour: str = _TEAL
) -> go.Figure:
    figure = go.Figure(
        go.Bar(
            y=[shown(name) for name in names],
            x=values,
            orientation="h",
            marker_color=colour,
            hovertemplate=f"%{{y}}: {hover}<extra></extra>",
        )
    )
    _top_down(figure)
    return figure


def _top_down(figure: go.Figure) -> None:
    """Names in the order given, numbers among them as names, too."""
    figure.update_yaxes(type="category", autorange="reversed", automargin=True)


def _remarks(*counted: tuple[int, str]) -> str:
    return "; ".join(f"{count:,} {what}" for count, what in counted if count)


def _titled(
    figure: go.Figure, title: str, remark: str, across: str | None, up: str | None
) -> go.Figure:
    figure.update_layout(title={"text": title, "subtitle": {"text": remark}})
    if across is not None:
        figure.update_xaxes(title=across)
    if up is not None:
        figure.update_yaxes(title=up)
    return figure
