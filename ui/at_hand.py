"""The file at hand, and what the services said of it; kept while its reader changes pages."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.context import Context
from ui.errors import AppError, FileRefused
from ui.explore.known import look_at
from ui.gateway import Progress
from ui.join import Joined, score
from ui.language import Said, text
from ui.models import Scope
from ui.reading import Loaded, read_example, write_example
from ui.shop import Shop, example_shop
from ui.units import misfit, shop_of

__all__ = [
    "joined_answer",
    "loaded_file",
    "score_at_hand",
    "take_example",
    "take_file",
    "units_at_hand",
]


_OF_A_FILE = (
    "shop",
    "shop_for",
    "joined",
    "evaluations",
    "descriptions",
    "file_problem",
    "unknown_file",
)
"""What is kept of one file, and forgotten with it."""


def loaded_file() -> Loaded | None:
    """The file at hand."""
    loaded: Loaded | None = st.session_state.get("loaded")
    return loaded


def joined_answer() -> Joined | None:
    """What the services said of the file at hand, if they were asked."""
    joined: Joined | None = st.session_state.get("joined")
    return joined


def units_at_hand(scope: Scope) -> list[dict[str, Any]]:
    """The units of the file at hand that the services were asked about, with their events.

    Parameters
    ----------
    scope : {"session", "customer", "row"}
        Which kind.
    """
    shop: Shop | None = st.session_state.get("shop")
    return [] if shop is None else shop.units(scope)


def take_file(loaded: Loaded) -> None:
    """Make a file the one at hand; what was said of another is forgotten.

    Parameters
    ----------
    loaded : Loaded
        The file.
    """
    for name in _OF_A_FILE:
        st.session_state.pop(name, None)
    st.session_state["loaded"] = loaded


def take_example() -> None:
    """Make the example, a simulated log, the file at hand."""
    loaded = Loaded(Said("example.name"), read_example(_example_file()), example=True)
    take_file(loaded)
    look_at(loaded)


# Made once; each session reads it into a database of its own.
@st.cache_resource(show_spinner=False)
def _example_file() -> Path:
    return write_example(Path(mkdtemp(prefix="clickwise-")))


def score_at_hand(context: Context) -> AppError | None:
    """Ask the services about the file at hand, or about those units that lack an answer.

    Parameters
    ----------
    context : Context
        Whom to ask.

    Returns
    -------
    AppError or None
        Why they could not be asked.
    """
    bar = st.progress(0.0, text("scoring.preparing"))
    try:
        shop = _shop(context)
        if shop is None:
            return None
        joined = score(
            shop, context.gateway, context.models, before=joined_answer(), progress=_progress(bar)
        )
    except FileRefused as error:
        return error
    finally:
        bar.empty()
    st.session_state["joined"] = joined
    st.session_state["evaluations"] = context.gateway.evaluations()
    return None


def _shop(context: Context) -> Shop | None:
    """The units of the file at hand, made anew where other models are served than before."""
    served = {model.task: model.model_version for model in context.running}
    if st.session_state.get("shop_for") != served:
        st.session_state["shop"] = _made(context)
        st.session_state["shop_for"] = served
    shop: Shop | None = st.session_state["shop"]
    return shop


def _made(context: Context) -> Shop | None:
    loaded = loaded_file()
    if loaded is None:
        return None
    if loaded.example and misfit(loaded, context.models) is not None:
        # Their models take another kind of file, and each service has an example of its own.
        return example_shop(context.models, context.gateway.examples())
    return shop_of(loaded, context.models, context.gateway.settings.max_units)


def _progress(bar: DeltaGenerator) -> Progress:
    def show(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text("scoring.progress", done=done, total=total))

    return show
