"""A number or a chart on the page, with the lines that say what it is and who computed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeVar

import streamlit as st
from plotly.graph_objects import Figure
from streamlit.delta_generator import DeltaGenerator

from ui.models import Model
from ui.naming import source_line

__all__ = ["in_columns", "prominent", "show_chart", "show_figure", "show_number", "show_text"]

T = TypeVar("T")

SETTINGS = {"displayModeBar": False, "responsive": True}


def in_columns(items: Sequence[T], count: int = 2) -> Iterator[tuple[DeltaGenerator, T]]:
    """Each item with the column that it is to be drawn in, line by line.

    Parameters
    ----------
    items : sequence
        Whatever is drawn.
    count : int, default 2
        How many stand in a line.
    """
    for start in range(0, len(items), count):
        yield from zip(st.columns(count), items[start : start + count], strict=False)


def prominent() -> Literal["primary", "secondary"]:
    """The kind of a page's main button.

    On a dark page a primary one has white letters on the light colour that its texts need.
    """
    return "secondary" if st.context.theme.type == "dark" else "primary"


def show_number(
    label: str,
    value: str,
    moved: str | None = None,
    *,
    help: str | None = None,
    risk: bool = False,
) -> None:
    """Draw a number under what it is called, in as many lines as that takes.

    Parameters
    ----------
    label : str
        What the number is called.
    value : str
        The number as text.
    moved : str, optional
        How it moved, with a sign.
    help : str, optional
        What the number means, behind a mark.
    risk : bool, default False
        Whether less is better.
    """
    # Streamlit's own label is cut off where the card ends.
    st.markdown(f":small[{label}]", help=help)
    # It knows a fall by a hyphen, and no other sign.
    delta = None if moved is None else moved.replace("−", "-")
    colour: Literal["normal", "inverse"] = "inverse" if risk else "normal"
    st.metric(label, value, delta, delta_color=colour, label_visibility="collapsed")


def show_text(label: str, value: str, moved: str | None = None) -> None:
    """Draw a word where others draw a number: under what it is called, in as many lines as wanted.

    Parameters
    ----------
    label : str
        What it is.
    value : str
        The word.
    moved : str, optional
        What it was before.
    """
    st.markdown(f":small[{label}]")
    st.markdown(f"#### {value}")
    if moved is not None:
        st.caption(moved)


def show_chart(title: str, figure: Figure, key: str, note: str = "") -> None:
    """Draw a chart under what it shows.

    Parameters
    ----------
    title : str
        What it shows.
    figure : Figure
        The chart.
    key : str
        What no other chart of the page is called.
    note : str, optional
        A line below: who computed it, and what must be known to read it.
    """
    st.markdown(f"**{title}**")
    st.plotly_chart(figure, key=key, config=SETTINGS)
    if note:
        st.caption(note)


def show_figure(
    title: str, figure: Figure, key: str, models: Iterable[Model], note: str = ""
) -> None:
    """Draw a chart of what models said.

    Parameters
    ----------
    title : str
        What it shows.
    figure : Figure
        The chart.
    key : str
        What no other chart of the page is called.
    models : iterable of Model
        Who computed what the chart shows.
    note : str, optional
        What must be known to read it.
    """
    show_chart(title, figure, key, " ".join(filter(None, (note, source_line(models)))))
