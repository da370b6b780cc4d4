"""The page of data: bring a file, see what is in it and what it can answer, and look around."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui.at_hand import loaded_file, take_example, take_file
from ui.context import Context
from ui.errors import FileRefused
from ui.explore.exploration import show_exploration
from ui.explore.known import found_in
from ui.explore.mapping import show_mapping
from ui.explore.report import show_report
from ui.language import text
from ui.reading import Loaded, Unknown, read_file
from ui.units import misfit

__all__ = ["show"]

TYPES = ["csv", "tsv", "txt", "parquet", "gz", "zip", "jsonl", "json"]


def show(context: Context) -> None:
    """Draw the page.

    Parameters
    ----------
    context : Context
        What the services serve.
    """
    st.title(text("pages.data"))
    st.markdown(text("purpose.data"))
    _bring(context)
    if problem := st.session_state.get("file_problem"):
        st.error(f"{problem} {text('data.another')}")
    unknown: tuple[Unknown, UploadedFile] | None = st.session_state.get("unknown_file")
    if unknown is not None:
        _map(context, *unknown)
        return
    loaded = loaded_file()
    if loaded is None:
        if not problem:
            st.info(text("data.no_file"), icon=":material/upload_file:")
        return
    if (refused := misfit(loaded, context.models)) is not None:
        st.warning(text("data.not_for_services", reason=refused), icon=":material/info:")
    else:
        context.link("predict", text("data.predict"))
    with st.spinner(text("data.looking")):
        found = found_in(loaded)
    show_report(loaded, found)
    show_exploration(loaded)


def _bring(context: Context) -> None:
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    file = left.file_uploader(text("data.upload"), type=TYPES, key="upload")
    if right.button(text("data.example"), width="stretch", icon=":material/storefront:"):
        with st.spinner(text("home.making")):
            take_example()
        st.rerun()
    if file is not None and file.file_id != st.session_state.get("file_id"):
        st.session_state["file_id"] = file.file_id
        _read(context, file)


def _read(context: Context, file: UploadedFile, keys: dict[str, object] | None = None) -> None:
    try:
        with st.spinner(text("data.reading", name=file.name)):
            found = read_file(file.name, file, context.models, keys)
    except FileRefused as error:
        # What was found in an earlier file under the name of this one would mislead.
        if keys is None:
            for name in ("loaded", "unknown_file", "joined"):
                st.session_state.pop(name, None)
        st.session_state["file_problem"] = error
    else:
        st.session_state.pop("file_problem", None)
        if isinstance(found, Loaded):
            take_file(found)
        else:
            st.session_state.pop("loaded", None)
            st.session_state["unknown_file"] = (found, file)
    # What stands above was drawn without it.
    st.rerun()


def _map(context: Context, unknown: Unknown, file: UploadedFile) -> None:
    keys = show_mapping(unknown)
    if keys is not None:
        _read(context, file, keys)
