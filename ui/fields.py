"""Fields whose values stay when their reader changes pages."""

from __future__ import annotations

import streamlit as st

__all__ = ["keep_fields", "kept"]

_PREFIX = "kept_"


def kept(name: str, default: object) -> str:
    """The key of a field that keeps its value, which begins as `default`.

    Parameters
    ----------
    name : str
        What no other field of the app is called.
    default : object
        What it holds before its reader changes it; the field itself is given no default.
    """
    key = f"{_PREFIX}{name}"
    st.session_state.setdefault(key, default)
    return key


def keep_fields() -> None:
    """Hold on to what was filled in: Streamlit forgets fields that a page does not draw."""
    for key, value in st.session_state.items():
        if str(key).startswith(_PREFIX):
            st.session_state[key] = value
