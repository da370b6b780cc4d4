"""Which services run, with which model, and what a reader must know of their data."""

from __future__ import annotations

import streamlit as st

from ui.errors import GatewayError
from ui.gateway import Outcomes
from ui.models import Model, Task
from ui.settings import Settings
from ui.texts import COLOURS, SIMULATED, TASK_TITLES, answer_name, data_name, sentence

__all__ = ["missing_services", "show_missing", "show_notices", "show_status"]


def show_status(models: Outcomes[Model], settings: Settings) -> None:
    """Draw the sidebar's card of each service.

    Parameters
    ----------
    models : dict
        What each service serves.
    settings : Settings
        Where they are.
    """
    st.sidebar.subheader("Services")
    for task, model in models.items():
        with st.sidebar.container(border=True):
            if isinstance(model, Model):
                _running(task, model, settings.url(task))
            else:
                _missing(task, model)
    st.sidebar.button("Check the services again", width="stretch")


def _running(task: Task, model: Model, url: str) -> None:
    _name(task, "up", "#15803d")
    st.caption(
        f"Answers: {answer_name(model).lower()}  \n"
        f"One answer per {model.answer.scope}  \n"
        f"Model: `{model.model_version}`  \n"
        f"Data: {model.source} `{model.data_version[:12]}`  \n"
        f"[Report]({url}/report) · [API]({url}/docs.json)"
    )
    if model.simulated:
        st.badge("simulated data", color="orange")
    if model.answer.status == "proxy":
        st.badge("proxy", color="red", help=model.answer.status_reason)


def _missing(task: Task, error: GatewayError) -> None:
    _name(task, "down", "#b91c1c")
    st.caption(str(error))


def _name(task: Task, state: str, colour: str) -> None:
    st.html(
        f'<div style="display:flex;justify-content:space-between;gap:.5rem">'
        f'<b style="color:{COLOURS[task]}">{TASK_TITLES[task]}</b>'
        f'<span style="color:{colour};font-weight:600">● {state}</span></div>'
    )


def show_notices(models: Outcomes[Model]) -> None:
    """Say what holds for every number on the page, such as simulated data or little evidence.

    Parameters
    ----------
    models : dict
        What each service serves.
    """
    running = [model for model in models.values() if isinstance(model, Model)]
    if any(model.simulated for model in running):
        st.info(SIMULATED, icon=":material/science:")
    _warn_of_different_data(running)
    for model in running:
        if model.answer.status == "proxy":
            st.warning(
                f"**{TASK_TITLES[model.task]} is a proxy:** "
                f"{sentence(model.answer.status_reason)} "
                f"What it says instead: {sentence(model.answer.meaning)}"
            )
    said = [
        f"- **{TASK_TITLES[model.task]}:** {warning}"
        for model in running
        for warning in model.answer.warnings
    ]
    if said:
        st.warning("\n".join(said))


def _warn_of_different_data(running: list[Model]) -> None:
    if len({model.data_version for model in running}) > 1:
        named = ", ".join(f"{model.task} on {data_name(model)}" for model in running)
        st.warning(
            f"**The services were trained on different data:** {named}. Their answers about one "
            "shopper need not fit together; train and package all of them on the same file."
        )


def missing_services(models: Outcomes[Model]) -> set[Task]:
    """The services that do not run right now.

    Parameters
    ----------
    models : dict
        What each service serves.
    """
    return {task for task, part in models.items() if isinstance(part, GatewayError)}


def show_missing(errors: dict[Task, GatewayError]) -> None:
    """Name each service whose part is missing from what stands below.

    Parameters
    ----------
    errors : dict
        Whose part is missing, and why.
    """
    for task, error in errors.items():
        st.warning(
            f"**{TASK_TITLES[task]} is missing below.** {error}", icon=":material/cloud_off:"
        )
