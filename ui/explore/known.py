"""What was found in the file at hand, kept while its reader looks around."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui.explore.findings import Findings, findings
from ui.reading import Loaded

if TYPE_CHECKING:
    from clickstream.description import Description, Filter

__all__ = ["described", "found_in", "look_at"]


def look_at(loaded: Loaded) -> None:
    """Count all of a file before its page is opened.

    Parameters
    ----------
    loaded : Loaded
        The file.
    """
    found_in(loaded)
    described(loaded)


def found_in(loaded: Loaded) -> Findings:
    """What a file can answer, and what leaks.

    Parameters
    ----------
    loaded : Loaded
        The file.
    """
    kept: tuple[Loaded, Findings] | None = st.session_state.get("findings")
    if kept is None or kept[0] is not loaded:
        kept = (loaded, findings(loaded))
        st.session_state["findings"] = kept
    return kept[1]


def described(loaded: Loaded, only: Filter | None = None) -> Description:
    """The description of what passes a filter.

    Parameters
    ----------
    loaded : Loaded
        The file.
    only : Filter, optional
        All of it by default.
    """
    from clickstream.description import describe

    kept: dict[str, Description] = st.session_state.setdefault("descriptions", {})
    key = f"{id(loaded)} {only}"
    if key not in kept:
        with loaded.used() as dataset:
            kept[key] = describe(dataset, only)
    return kept[key]
