"""A number or a chart on the page, with the lines that say what it is and who computed it."""

from __future__ import annotations

from typing import Literal

import streamlit as st
from plotly.graph_objects import Figure

from ui.models import Model
from ui.texts import source_line

__all__ = ["show_figure", "show_number"]

SETTINGS = {"displayModeBar": False, "responsive": True}


def show_number(
    label: str, value: str, moved: str | None = None, arrow: Literal["auto", "off"] = "auto"
) -> None:
    """Draw a number under what it is called, in as many lines as that takes.

    Parameters
    ----------
    label : str
        What the number is called.
    value : str
        The number as text.
    moved : str, optional
        How it moved.
    arrow : {"auto", "off"}, default "auto"
        Whether the move has a direction, which arrow and colour show.
    """
    st.markdown(f":small[{label}]")
    colour: Literal["normal", "off"] = "normal" if arrow == "auto" else "off"
    st.metric(
        label,
        value,
        moved,
        delta_color=colour,
        delta_arrow=arrow,
        # Streamlit's own label is cut off where the card ends.
        label_visibility="collapsed",
    )


def show_figure(figure: Figure, key: str, model: Model) -> None:
    """Draw a chart of one model's answers.

    Parameters
    ----------
    figure : Figure
        The chart.
    key : str
        What no other chart of the page is called.
    model : Model
        Who computed what the chart shows.
    """
    st.plotly_chart(figure, key=key, config=SETTINGS)
    st.caption(source_line([model]))
