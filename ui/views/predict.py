"""The page of predictions: one shopper click by click, or the file at hand."""

from __future__ import annotations

import streamlit as st

from ui.context import Context
from ui.fields import kept
from ui.language import text
from ui.many.scoring import show_scoring
from ui.one.builder import show_builder
from ui.one.rowform import show_row_form
from ui.status import missing_services, show_missing, show_notices

__all__ = ["show"]

VIEWS = ("shopper", "file")


def show(context: Context) -> None:
    """Draw the page.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    st.title(text("pages.predict"))
    st.markdown(text("purpose.predict"))
    show_notices(context)
    show_missing(missing_services(context))
    view = st.segmented_control(
        text("predict.view"),
        VIEWS,
        format_func=lambda name: text(f"predict.{name}"),
        required=True,
        key=kept("predict_view", VIEWS[0]),
        label_visibility="collapsed",
    )
    if view == "file":
        show_scoring(context)
    elif any(model.input_kind == "rows" for model in context.running):
        show_row_form(context)
    else:
        show_builder(context)
