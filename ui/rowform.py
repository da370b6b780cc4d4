"""The page that asks about one ready-made row, for models that were made from such rows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.answers import show_answers
from ui.examples import new_examples
from ui.gateway import Gateway, Outcomes
from ui.join import Joined, score
from ui.models import Example, Input, Model, Task
from ui.shop import Shop
from ui.status import missing_services, show_missing

__all__ = ["show_row_form"]


def show_row_form(gateway: Gateway, models: Outcomes[Model]) -> None:
    """Draw the page.

    Parameters
    ----------
    gateway : Gateway
        Whom to ask.
    models : dict
        What each service serves.
    """
    inputs = _inputs(models)
    _learn_example(gateway, models, inputs)
    left, right = st.columns([2, 3], gap="large")
    with left, st.form("row"):
        st.markdown("**The row's inputs**")
        row = {column.name: _field(column) for column in inputs}
        asked = st.form_submit_button("Ask", type="primary", width="stretch")
    if asked:
        known = {name: value for name, value in row.items() if value is not None}
        shop = Shop("the row that was filled in", rows=[{"id": "1", **known}])
        before: Joined | None = st.session_state.get("row_joined")
        st.session_state["row_before"] = before.shoppers[0] if before else None
        st.session_state["row_joined"] = score(shop, gateway, models)
    with right:
        _answers(st.session_state.get("row_joined"), missing_services(models))


def _learn_example(gateway: Gateway, models: Outcomes[Model], inputs: list[Input]) -> None:
    """Fill the fields with an example's values; what the reader has filled in stays."""
    if examples := new_examples(gateway, models, "rowform"):
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
    label = f"{column.name} ({column.unit})"
    if column.type == "number":
        return st.number_input(
            label, value=None, format="%.6g", help=_help(column), key=_key(column)
        )
    return st.selectbox(
        label,
        column.categories or [],
        index=None,
        accept_new_options=True,
        placeholder="unknown, or type one",
        help=column.description,
        key=_key(column),
    )


def _help(column: Input) -> str:
    if column.minimum is None or column.maximum is None:
        return column.description
    return f"{column.description}; {column.minimum:g} to {column.maximum:g} in training"


def _answers(joined: Joined | None, down: set[Task]) -> None:
    st.markdown("**What the services say of the row**")
    if joined is None:
        st.info("Fill in the row and press «Ask».")
        return
    show_missing({task: joined.errors[task] for task in joined.errors if task not in down})
    if joined.shoppers:
        show_answers(joined, joined.shoppers[0], st.session_state.get("row_before"))
