"""The first page: what this is, what runs, what can be answered, and the numbers at hand."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ui.at_hand import joined_answer, loaded_file, score_at_hand, take_example
from ui.context import Context
from ui.figures import prominent, show_number
from ui.headlines import headlines
from ui.language import number, sentence, text
from ui.many.spreads import show_spreads
from ui.models import Evidence, Model
from ui.naming import answer_name, data_name, family_name, source_line, task_title, units
from ui.status import age_of, show_missing, show_notices

__all__ = ["questions", "show"]


def show(context: Context) -> None:
    """Draw the page.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    st.title("Clickwise")
    st.markdown(text("purpose.home"))
    show_notices(context)
    _services(context)
    _at_hand(context)
    _questions(context)


def _services(context: Context) -> None:
    st.subheader(text("home.services"))
    for column, (task, model) in zip(st.columns(3), context.models.items(), strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{task_title(task)}**")
            if isinstance(model, Model):
                _service(model, context.gateway.settings.url(task))
            else:
                st.badge(text("status.down"), color="red")
                st.caption(str(model))


def _service(model: Model, url: str) -> None:
    with st.container(horizontal=True):
        st.badge(text("status.up"), color="green")
        if model.simulated:
            st.badge(text("status.simulated"), color="orange")
        if model.answer.status == "proxy":
            st.badge(text("status.proxy"), color="red", help=model.answer.status_reason)
    lines = [
        text("home.answers", names=", ".join(answer_name(model, name) for name in model.names)),
        text("home.model", version=model.model_version, family=family_name(model.answer.family)),
        text("home.data", data=data_name(model)),
        *([text("home.age", age=age)] if (age := age_of(model)) else []),
    ]
    st.caption("  \n".join(lines))
    # In a caption links are too pale to be read.
    st.markdown(f":small[{text('home.links', url=url)}]")


def _at_hand(context: Context) -> None:
    st.subheader(text("home.at_hand"))
    if loaded_file() is None:
        st.markdown(text("home.no_file"))
    if st.button(text("home.try"), type=prominent(), icon=":material/storefront:"):
        with st.spinner(text("home.making")):
            take_example()
        problem = score_at_hand(context)
        if problem is not None or joined_answer() is None:
            st.error(str(problem or text("errors.nobody")))
        else:
            st.rerun()
    joined = joined_answer()
    if joined is None:
        return
    show_missing(joined.errors)
    shown = headlines(joined)
    for column, one in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        with column.container(border=True, height="stretch"):
            show_number(one.label, one.value)
            st.caption(f"{one.note} {source_line([one.model])}")
    show_spreads(joined, st.session_state.get("evaluations", {}))
    values = {"scored": number(len(joined.shoppers)), "total": units(joined.total, joined.scope)}
    st.caption(text("home.scored", name=joined.name, **values))


def _questions(context: Context) -> None:
    found = questions(context.running)
    if not found:
        return
    st.subheader(text("home.questions"))
    st.table(pd.DataFrame(found).set_index(text("home.columns.question")))
    named = ", ".join(f"{task_title(model.task)}: {data_name(model)}" for model in context.running)
    st.caption(text("home.as_trained", named=named))


def questions(models: list[Model]) -> list[dict[str, str]]:
    """Every question to some models, whether it is answered, and why; also those refused.

    Parameters
    ----------
    models : list of Model
        Of the services that answer.
    """
    given = [_given(model, name) for model in models for name in model.names]
    refused = [
        _line(text(f"answers.{name}"), "no", reason, None)
        for model in models
        for name, reason in model.refused.items()
    ]
    return given + refused


def _given(model: Model, name: str) -> dict[str, str]:
    answer = model.answers[name]
    return _line(answer_name(model, name), answer.status, answer.status_reason, answer.evidence)


def _line(name: str, status: str, reason: str, evidence: Evidence | None) -> dict[str, str]:
    return {
        text("home.columns.question"): name,
        text("home.columns.answered"): text(f"status.answer_{status}"),
        text("home.columns.why"): sentence(reason),
        text("home.columns.learned"): _learned_from(evidence),
    }


def _learned_from(evidence: Evidence | None) -> str:
    if evidence is None:
        return ""
    rows = number(evidence.training_rows)
    yes, no = evidence.training_positives, evidence.training_negatives
    if yes is None or no is None:
        return text("home.rows", rows=rows)
    return text("home.rows_yes_no", rows=rows, yes=number(yes), no=number(no))
