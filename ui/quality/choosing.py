"""Choosing one of a model's answers, and fetching how good it is."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from ui.context import Context
from ui.errors import GatewayError
from ui.evaluations import Evaluation
from ui.fetched import once
from ui.fields import kept
from ui.language import text
from ui.models import Answer, Input, Model, Task
from ui.naming import title

__all__ = ["Chosen", "choose_answer"]


@dataclass(frozen=True)
class Chosen:
    """An answer and how good it is.

    Attributes
    ----------
    model : Model
        Whose it is.
    name : str
        Its name.
    evaluation : Evaluation
        As `GET /evaluation` tells.
    """

    model: Model
    name: str
    evaluation: Evaluation

    @property
    def answer(self) -> Answer:
        """Its part of the manifest."""
        return self.model.answers[self.name]

    @property
    def inputs(self) -> dict[str, Input]:
        """Its inputs by name."""
        return {one.name: one for one in self.answer.inputs}


def choose_answer(
    context: Context, task: Task, only: tuple[str, ...] | None = None
) -> Chosen | None:
    """Draw a choice among a model's answers that have figures, and fetch those of the chosen.

    Parameters
    ----------
    context : Context
        Whom to ask.
    task : Task
        Whose answers.
    only : tuple of str, optional
        The answers that the page is about; all where not given.

    Returns
    -------
    Chosen or None
        None where the service does not answer, which the page says.
    """
    model = context.models[task]
    if isinstance(model, GatewayError):
        st.warning(str(model), icon=":material/cloud_off:")
        return None
    names = [name for name in model.names if only is None or name in only]
    name = names[0]
    if len(names) > 1:
        name = st.segmented_control(
            text("quality.answer"),
            names,
            format_func=lambda one: title(model, one),
            required=True,
            key=kept(f"answer_{task}_{model.model_version}", name),
        )
    found = once(model, f"evaluation {name}", lambda: context.gateway.evaluation(task, name))
    if isinstance(found, GatewayError):
        st.warning(str(found), icon=":material/cloud_off:")
        return None
    return Chosen(model, name, found)
