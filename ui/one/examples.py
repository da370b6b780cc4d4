"""The services' examples, asked for by a page when there may be something new in them."""

from __future__ import annotations

import streamlit as st

from ui.gateway import Gateway, Outcomes
from ui.models import Example, Model

__all__ = ["forget_examples", "new_examples"]


def new_examples(gateway: Gateway, models: Outcomes[Model], page: str) -> Outcomes[Example]:
    """Ask for the examples, unless the page has learned from those of the same models already.

    A page that was opened while the services start asks until an example arrives, and again when
    another service has come up or another model is served.

    Parameters
    ----------
    gateway : Gateway
        Whom to ask.
    models : dict
        What each service serves.
    page : str
        Which page learns.

    Returns
    -------
    dict
        Empty if there is nothing new, or no example arrived.
    """
    running = {
        task: model.model_version for task, model in models.items() if isinstance(model, Model)
    }
    if not running or st.session_state.get(_key(page)) == running:
        return {}
    examples = gateway.examples()
    if not any(isinstance(example, Example) for example in examples.values()):
        return {}
    st.session_state[_key(page)] = running
    return examples


def forget_examples(page: str) -> None:
    """Have the examples asked for anew when the page is drawn next.

    Parameters
    ----------
    page : str
        Which page learns.
    """
    st.session_state.pop(_key(page), None)


def _key(page: str) -> str:
    return f"{page}_learned_from"
