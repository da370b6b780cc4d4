"""What services said of their models, kept while the same models are served."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from ui.errors import GatewayError
from ui.models import Model

__all__ = ["once"]

T = TypeVar("T")


def once(model: Model, name: str, fetch: Callable[[], T | GatewayError]) -> T | GatewayError:
    """Fetch what changes only with its model, the first time it is wanted.

    Parameters
    ----------
    model : Model
        Of which service.
    name : str
        What is fetched, unlike anything else of the model.
    fetch : callable
        Asks for it; an error is told, and asked for again the next time.
    """
    kept: dict[str, T] = st.session_state.setdefault("fetched", {})
    key = f"{model.task} {model.model_version} {name}"
    if key not in kept:
        found = fetch()
        if isinstance(found, GatewayError):
            return found
        kept[key] = found
    return kept[key]
