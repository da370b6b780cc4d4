"""A chart on the page, with the line that says who computed it."""

from __future__ import annotations

import streamlit as st
from plotly.graph_objects import Figure

from ui.models import Model
from ui.texts import source_line

__all__ = ["show_figure"]

SETTINGS = {"displayModeBar": False, "responsive": True}


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
