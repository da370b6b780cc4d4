"""A ready-made row that is filled in, for models that were made from such rows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.context import Context
from ui.figures import prominent
from ui.gateway import Outcomes
from ui.join import Joined, score
from ui.language import Said, text, translated
from ui.models import Example, Input, Model
from ui.one.answers import show_answers
from ui.one.asking import explained
from ui.one.details import show_reasons
from ui.one.examples import new_examples
from ui.shop import Shop
from ui.status import missing_services, show_missing

__all__ = ["show_row_form"]


def show_row_form(context: Context) -> None:
    """Draw the form and what is said of the row.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    inputs = _inputs(context.models)
    _learn_example(context, inputs)
    left, right = st.columns([2, 3], gap="large")
    with left, st.form("row"):
        st.markdown(f"**{text('rowform.inputs')}**")
        row = {column.name: _field(column) for column in inputs}
        asked = st.form_submit_button(text("rowform.ask"), type=prominent(), width="stretch")
    if asked:
        _ask(context, {name: value for name, value in row.items() if value is not None})
    with right:
        _answers(context, st.session_state.get("row_joined"))


def _ask(context: Context, row: dict[str, Any]) -> None:
    shop = Shop(Said("rowform.row"), rows=[{"id": "1", **row}])
    before: Joined | None = st.session_state.get("row_joined")
    st.session_state["row_before"] = before.shoppers[0] if before else None
    st.session_state["row_joined"] = score(shop, context.gateway, context.models)
    st.session_state["row_reasons"] = explained(context, shop)


def _learn_example(context: Context, inputs: list[Input]) -> None:
    """Fill the fields with an example's values; what the reader has filled in stays."""
    if examples := new_examples(context.gateway, context.models, "rowform"):
        st.session_state["row_example"] = _example(examples)
        for column in inputs:
            if st.session_state.get(_key(column)) is None:
                st.session_state.pop(_key(column), None)
    # A field that is not drawn loses its value, so each visit to the page begins with the example.
    example = st.session_state.get("row_example", {})
    for column in inputs:
        st.session_state.setdefault(_key(column), _value(column, example.get(column.name)))


def _example(examples: Outcomes[Example]) -> dict[str, Any]:
    return next(
        (part.rows[0] for part in examples.values() if isinstance(part, Example) and part.rows), {}
    )


def _inputs(models: Outcomes[Model]) -> list[Input]:
    """Every input that any of the models takes, once."""
    found = {
        column.name: column
        for model in models.values()
        if isinstance(model, Model)
        for column in model.answer.inputs
    }
    return list(found.values())


def _key(column: Input) -> str:
    return f"row_{column.name}"


def _value(column: Input, example: Any) -> float | str | None:
    """What an example says of a column, as its field shows it."""
    if example is None:
        return None
    if column.type == "number":
        return float(example)
    return str(example) if str(example) in (column.categories or ()) else None


def _field(column: Input) -> Any:
    label = f"{column.name} ({translated(column.unit)})"
    if column.type == "number":
        return st.number_input(
            label, value=None, format="%.6g", help=_help(column), key=_key(column)
        )
    return st.selectbox(
        label,
        column.categories or [],
        index=None,
        accept_new_options=True,
        placeholder=text("builder.unknown"),
        help=translated(column.description),
        key=_key(column),
    )


def _help(column: Input) -> str:
    if column.minimum is None or column.maximum is None:
        return translated(column.description)
    values = {"low": f"{column.minimum:g}", "high": f"{column.maximum:g}"}
    return text("rowform.in_training", description=translated(column.description), **values)


def _answers(context: Context, joined: Joined | None) -> None:
    st.markdown(f"**{text('rowform.said')}**")
    if joined is None:
        st.info(text("rowform.fill_in"))
        return
    down = missing_services(context)
    show_missing({task: joined.errors[task] for task in joined.errors if task not in down})
    if joined.shoppers:
        show_answers(joined, joined.shoppers[0], st.session_state.get("row_before"))
        show_reasons(joined.models, st.session_state.get("row_reasons", {}))
