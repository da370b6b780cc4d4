"""How the app looks: one colour per task and per segment, legible on light and on dark pages."""

from __future__ import annotations

from collections.abc import Iterable

from plotly.graph_objects import Figure, Scatter

from ui.models import Task

__all__ = [
    "BAD",
    "COLOURS",
    "DASHED",
    "GOOD",
    "HEIGHT",
    "NEUTRAL",
    "PALETTE",
    "diagonal",
    "segment_colours",
    "styled",
    "translucent",
]

COLOURS: dict[Task, str] = {
    Task.CONVERSION: "#3b82f6",
    Task.REVENUE: "#0d9488",
    Task.SEGMENTATION: "#8b5cf6",
}
"""One colour per task, the same on every chart and card."""

PALETTE = (
    "#8b5cf6",
    "#0891b2",
    "#d97706",
    "#db2777",
    "#5b9410",
    "#3b82f6",
    "#dc2626",
    "#0d9488",
    "#a16207",
    "#c026d3",
)
"""As many colours as a model may have segments."""

NEUTRAL = "#7c8698"
GOOD = "#16904b"
BAD = "#dc2626"
"""What is neither, better and worse. Every colour stands out by at least 3 to 1 from both
backgrounds of the theme (WCAG 2.2, 1.4.11), so charts need not know which one is on."""

DASHED = {"color": NEUTRAL, "width": 1.5, "dash": "dash"}
"""A line to compare with."""

HEIGHT = 320
"""Pixels; two charts side by side fit a laptop's screen with their titles."""


def segment_colours(numbers: Iterable[int]) -> dict[int, str]:
    """A colour per segment by its number in the manifest, the same on every page.

    Parameters
    ----------
    numbers : iterable of int
        All segments of the model.
    """
    ordered = sorted(set(numbers))
    return {number: PALETTE[place % len(PALETTE)] for place, number in enumerate(ordered)}


def translucent(colour: str, opacity: float) -> str:
    """A colour that lets through what lies behind it.

    Parameters
    ----------
    colour : str
        As `#rrggbb`.
    opacity : float
        From 0 to 1.
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def diagonal(name: str, end: float = 1.0) -> Scatter:
    """The line on which both axes say the same.

    Parameters
    ----------
    name : str
        What it stands for.
    end : float, default 1
        Where it ends; it begins at zero.
    """
    return Scatter(x=[0, end], y=[0, end], mode="lines", line=DASHED, name=name)


def styled(figure: Figure, height: int = HEIGHT) -> Figure:
    """A chart with the app's margins, whose legend is where a phone has room for it.

    Parameters
    ----------
    figure : Figure
        The chart.
    height : int, default 320
        Pixels.
    """
    layout = figure.layout.to_plotly_json()
    # Streamlit brings its own.
    layout.pop("template", None)
    for axis in ("xaxis", "yaxis"):
        layout.setdefault(axis, {})["automargin"] = True
    layout["xaxis"].setdefault("title", {})["standoff"] = 8
    layout |= {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        # Under the chart: beside it, a phone's screen has no width left to draw in.
        "legend": {"orientation": "h", "yanchor": "top", "y": -0.28, "x": 0},
    }
    # To change what is there takes plotly five times as long as to make it anew.
    return Figure(figure.data, layout)
