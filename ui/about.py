"""What the data behind the models can answer, and what each model looks at."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ui.gateway import Outcomes
from ui.models import Answer, Evidence, Input, Model
from ui.texts import data_name, sentence

__all__ = ["inputs_of", "questions", "show_about"]


def show_about(models: Outcomes[Model]) -> None:
    """Draw two folded tables: the questions, and the inputs of each answer.

    Parameters
    ----------
    models : dict
        What each service serves.
    """
    running = [model for model in models.values() if isinstance(model, Model)]
    if not running:
        return
    with st.expander("What is answered, and why"):
        st.table(pd.DataFrame(questions(running)).set_index("answer"))
        named = dict.fromkeys(f"{model.task} from {data_name(model)}" for model in running)
        st.caption(f"As found when the models were trained: {', '.join(named)}.")
    with st.expander("What the models look at"):
        for model in running:
            for name, answer in model.answers.items():
                st.markdown(f"**{name}**, per {answer.scope}")
                st.table(pd.DataFrame(inputs_of(answer)).set_index("input"))


def questions(models: list[Model]) -> list[dict[str, str]]:
    """Every answer of some models, whether it is given, and why; also those that were refused.

    Parameters
    ----------
    models : list of Model
        Of the services that run.
    """
    given = [
        {
            "answer": name,
            "given": answer.status,
            "why": sentence(answer.status_reason),
            "learned from": _learned_from(answer.evidence),
        }
        for model in models
        for name, answer in model.answers.items()
    ]
    refused = [
        {"answer": name, "given": "no", "why": sentence(reason), "learned from": ""}
        for model in models
        for name, reason in model.refused.items()
    ]
    return given + refused


def _learned_from(evidence: Evidence | None) -> str:
    if evidence is None:
        return ""
    if evidence.training_positives is None or evidence.training_negatives is None:
        return f"{evidence.training_rows:,} rows"
    yes, no = evidence.training_positives, evidence.training_negatives
    return f"{evidence.training_rows:,} rows, {yes:,} yes and {no:,} no"


def inputs_of(answer: Answer) -> list[dict[str, str]]:
    """What an answer's model takes, by the catalogue in its manifest.

    Parameters
    ----------
    answer : Answer
        Of one model.
    """
    return [
        {
            "input": column.name,
            "what it is": column.description,
            "unit": column.unit,
            "in training": _seen(column),
        }
        for column in answer.inputs
    ]


def _seen(column: Input) -> str:
    if column.categories is not None:
        return ", ".join(column.categories)
    if column.minimum is None or column.maximum is None:
        return ""
    return f"{column.minimum:g} to {column.maximum:g}"
