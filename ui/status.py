"""Which services run, and what a reader must know of the data behind their models."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from ui.context import Context
from ui.errors import GatewayError
from ui.language import counted, sentence, text, translated
from ui.models import Model, Task
from ui.naming import data_name, task_title

__all__ = [
    "age_of",
    "missing_services",
    "show_missing",
    "show_notices",
    "show_simulated",
    "show_status",
]


def show_status(context: Context) -> None:
    """Draw one line per service into the side bar.

    Parameters
    ----------
    context : Context
        What the services serve.
    """
    st.sidebar.subheader(text("status.services"))
    for task, model in context.models.items():
        up = isinstance(model, Model)
        state, colour = ("up", "green") if up else ("down", "red")
        with st.sidebar.container(horizontal=True, horizontal_alignment="distribute"):
            st.markdown(f"**{task_title(task)}**")
            st.badge(text(f"status.{state}"), color=colour)
        if isinstance(model, GatewayError):
            st.sidebar.caption(str(model))
    if st.sidebar.button(text("status.again"), width="stretch"):
        context.gateway.forget_failures()
        st.rerun()


def age_of(model: Model) -> str:
    """How long ago a model was trained; empty where its bundle does not say.

    Parameters
    ----------
    model : Model
        Whose bundle tells when its run began.
    """
    if not model.run.started:
        return ""
    began = datetime.fromisoformat(model.run.started)
    age = datetime.now(UTC) - began.astimezone(UTC)
    if age.days:
        return counted("status.days_ago", age.days)
    hours = int(age.total_seconds() // 3600)
    return counted("status.hours_ago", hours) if hours else text("status.just_now")


def show_notices(context: Context) -> None:
    """Say what holds for every number on the page, such as simulated data or little evidence.

    Parameters
    ----------
    context : Context
        What the services serve.
    """
    running = context.running
    show_simulated(context)
    _warn_of_different_data(running)
    for model in running:
        if model.answer.status == "proxy":
            reason, meaning = (
                sentence(model.answer.status_reason),
                sentence(translated(model.answer.meaning)),
            )
            values = {"task": task_title(model.task), "reason": reason, "meaning": meaning}
            st.warning(text("notices.proxy", **values))
    said = [
        f"- **{task_title(model.task)}:** {warning}"
        for model in running
        for warning in model.answer.warnings
    ]
    if said:
        st.warning("\n".join(said))


def show_simulated(context: Context) -> None:
    """Call simulated data simulated.

    Parameters
    ----------
    context : Context
        What the services serve.
    """
    if any(model.simulated for model in context.running):
        st.info(text("notices.simulated"), icon=":material/science:")


def _warn_of_different_data(running: list[Model]) -> None:
    if len({model.data_version for model in running}) > 1:
        named = ", ".join(f"{task_title(model.task)}: {data_name(model)}" for model in running)
        st.warning(text("notices.different_data", named=named))


def missing_services(context: Context) -> dict[Task, GatewayError]:
    """The services that do not answer right now, and why.

    Parameters
    ----------
    context : Context
        What the services serve.
    """
    return {task: part for task, part in context.models.items() if isinstance(part, GatewayError)}


def show_missing(errors: Mapping[Task, GatewayError]) -> None:
    """Name each service whose part is missing from what stands below.

    Parameters
    ----------
    errors : mapping
        Whose part is missing, and why.
    """
    for task, error in errors.items():
        said = text("notices.missing", task=task_title(task), error=error)
        st.warning(said, icon=":material/cloud_off:")
