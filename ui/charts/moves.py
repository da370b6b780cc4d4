"""How answers moved click by click, and what moved them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

from ui.language import percent, text, translated
from ui.look import BAD, COLOURS, GOOD, HEIGHT, styled, translucent
from ui.models import Interval, Reason, Task

__all__ = ["moved_amount", "moved_chance", "reasons"]

LONGEST_LINE = 34
"""Characters of an axis' name that fit beside a chart of the usual height."""


def moved_chance(values: Sequence[float | None], title: str) -> go.Figure:
    """Draw how the chance moved click by click.

    Parameters
    ----------
    values : sequence of float or None
        Probability after each click; None where it is not known.
    title : str
        What the number is called.
    """
    figure = go.Figure(_moved(values, Task.CONVERSION, "%{y:.1%}"))
    figure.update_yaxes(title=_wrapped(title), tickformat=".0%", rangemode="tozero")
    return _by_click(figure)


def moved_amount(
    values: Sequence[float | None], intervals: Sequence[Interval | None], title: str
) -> go.Figure:
    """Draw how the expected amount and its interval moved click by click.

    Parameters
    ----------
    values : sequence of float or None
        Currency units after each click; None where it is not known.
    intervals : sequence of Interval or None
        The interval around each.
    title : str
        What the number is called.
    """
    figure = go.Figure()
    known = [(place, part) for place, part in enumerate(intervals, start=1) if part is not None]
    if known:
        figure.add_trace(_band(known))
    figure.add_trace(_moved(values, Task.REVENUE, "%{y:.2f}"))
    figure.update_yaxes(title=_wrapped(f"{title}, {text('charts.currency')}"), rangemode="tozero")
    return _by_click(figure)


def _wrapped(name: str) -> str:
    """The name of an axis in lines that the axis is long enough for."""
    return "<br>".join(textwrap.wrap(name, LONGEST_LINE))


def _moved(values: Sequence[float | None], task: Task, shown: str) -> go.Scatter:
    return go.Scatter(
        x=list(range(1, len(values) + 1)),
        y=list(values),
        mode="lines+markers",
        name=text("charts.after_click"),
        line={"color": COLOURS[task], "width": 2.5},
        marker={"size": 8},
        hovertemplate=text("charts.click") + " %{x}: " + shown + "<extra></extra>",
        showlegend=task is Task.REVENUE,
    )


def _band(known: Sequence[tuple[int, Interval]]) -> go.Scatter:
    clicks = [place for place, _ in known]
    low, high = [part.low for _, part in known], [part.high for _, part in known]
    return go.Scatter(
        x=clicks + clicks[::-1],
        y=high + low[::-1],
        mode="lines",
        fill="toself",
        fillcolor=translucent(COLOURS[Task.REVENUE], 0.18),
        line={"color": translucent(COLOURS[Task.REVENUE], 0.5), "width": 1},
        name=text("charts.interval", level=percent(known[0][1].level, 0)),
        hoverinfo="skip",
    )


def _by_click(figure: go.Figure) -> go.Figure:
    figure.update_xaxes(title=text("charts.clicks_so_far"), dtick=1)
    return styled(figure)


def reasons(found: Sequence[Reason], words: Sequence[str], *, share: bool) -> go.Figure:
    """Draw what each topic of inputs did to a prediction, the largest at the top.

    Parameters
    ----------
    found : sequence of Reason
        The largest first.
    words : sequence of str
        Each in words, for the pointer.
    share : bool
        Whether effects are shares, told in points, and not amounts.
    """
    shown = list(found)[::-1]
    scale = 100 if share else 1
    figure = go.Figure(
        go.Bar(
            x=[scale * one.effect for one in shown],
            y=[translated(one.topic) for one in shown],
            orientation="h",
            marker={"color": [GOOD if one.effect >= 0 else BAD for one in shown]},
            customdata=list(words)[::-1],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.update_xaxes(title=text("charts.points" if share else "charts.currency"))
    return styled(figure, max(HEIGHT // 2, 60 + 32 * len(shown)))
