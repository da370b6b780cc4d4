"""Why the services say what they say of one unit, and what to show it next."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui.charts.moves import reasons
from ui.charts.why import input_name
from ui.context import Context
from ui.errors import GatewayError
from ui.figures import show_figure
from ui.language import signed, text, translated
from ui.models import Model, Prediction, Reason, Recommended, Task
from ui.naming import source_line, title
from ui.one.asking import Built

__all__ = ["show_details", "show_reasons"]

_QUOTED = 2
"""Inputs of a topic that are named with their values."""
_LONGEST = 60
"""Characters of a value."""


def show_details(context: Context, built: Built) -> None:
    """Draw reasons and recommended products.

    Parameters
    ----------
    context : Context
        What the services serve.
    built : Built
        What they said of a session.
    """
    show_reasons(built.joined.models, built.reasons)
    model = context.model(Task.SEGMENTATION)
    if built.recommended is not None and model is not None:
        _recommended(built.recommended, model)


def show_reasons(models: Mapping[Task, Model], explained: Mapping[Task, Prediction]) -> None:
    """Draw what moved each answer.

    Parameters
    ----------
    models : mapping
        Who answered.
    explained : mapping
        Answers with their reasons.
    """
    shown = [task for task in models if task in explained and explained[task].reasons]
    if not shown:
        return
    st.subheader(text("reasons.title"))
    st.caption(text("reasons.how"))
    for column, task in zip(st.columns(len(shown)), shown, strict=True):
        with column:
            found, model = explained[task].reasons, models[task]
            share = task is not Task.REVENUE
            words = [_in_words(one, model, share) for one in found]
            figure = reasons(found, words, share=share)
            name = text("reasons.of", name=title(model))
            show_figure(name, figure, f"reasons_{task}", [model])
            with st.expander(text("reasons.in_words")):
                st.markdown("\n".join(f"- {said}" for said in words))


def _in_words(reason: Reason, model: Model, share: bool) -> str:
    """The topic with the first values of its inputs, and what it did."""
    inputs = {one.name: one for one in model.answer.inputs}
    values = ", ".join(
        f"{input_name(name, inputs)} = {_short(value)}"
        for name, value in list(reason.values.items())[:_QUOTED]
    )
    moved = (
        text("answers.points", moved=signed(100 * reason.effect, 1))
        if share
        else text("quality.amount_change", change=signed(reason.effect, 2))
    )
    return f"{translated(reason.topic)} ({values or text('reasons.nothing_known')}): {moved}"


def _short(value: float | str) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else value[:_LONGEST]


def _recommended(found: Recommended | GatewayError, model: Model) -> None:
    st.subheader(text("recommended.title"))
    if isinstance(found, GatewayError):
        st.warning(str(found), icon=":material/cloud_off:")
        return
    products = found.recommendations[0].products if found.recommendations else []
    if not products:
        st.info(text("recommended.none"))
        return
    st.markdown(
        "\n".join(
            f"{place}. **{one.product_id}**: {translated(one.reason)}"
            for place, one in enumerate(products, start=1)
        )
    )
    st.caption(source_line([model]))
