"""Why the services say what they say of one unit, and what to show it next."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui.charts.moves import reasons
from ui.context import Context
from ui.errors import GatewayError
from ui.figures import show_figure
from ui.language import text
from ui.models import Model, Prediction, Recommended, Task
from ui.naming import source_line, title
from ui.one.asking import Built

__all__ = ["show_details", "show_reasons"]


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
            figure = reasons(found, share=task is not Task.REVENUE)
            name = text("reasons.of", name=title(model))
            show_figure(name, figure, f"reasons_{task}", [model])
            with st.expander(text("reasons.in_words")):
                st.markdown("\n".join(f"- {one.text}" for one in found))


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
            f"{place}. **{one.product_id}**: {one.reason}"
            for place, one in enumerate(products, start=1)
        )
    )
    st.caption(source_line([model]))
