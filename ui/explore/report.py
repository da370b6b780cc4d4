"""What is in the file at hand: rows kept and left out, what it can answer, and what leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ui.explore.findings import Findings
from ui.figures import show_number
from ui.language import known_text, number, sentence, text
from ui.many.export import show_downloads
from ui.reading import Loaded

if TYPE_CHECKING:
    from clickstream.tables import Dataset

__all__ = ["show_report"]

_MOST_QUARANTINED = 100_000
"""Rows to take away at most; the command `clickwise inspect --quarantine` writes all."""


def show_report(loaded: Loaded, found: Findings) -> None:
    """Draw it.

    Parameters
    ----------
    loaded : Loaded
        The file.
    found : Findings
        What was found in it.
    """
    dataset = loaded.dataset
    _source(loaded)
    _counts(dataset, found)
    for note in found.notes:
        st.caption(f"• {note}")
    _quarantine(loaded)
    _questions(found)
    _leaks(found)


def _source(loaded: Loaded) -> None:
    dataset = loaded.dataset
    if dataset.mapping is not None:
        st.success(text("report.by_mapping", name=loaded.name), icon=":material/task_alt:")
    else:
        said = text("report.recognised", name=loaded.name, source=dataset.source)
        st.success(said, icon=":material/task_alt:")
    if dataset.simulated:
        st.info(text("report.simulated"), icon=":material/science:")


def _counts(dataset: Dataset, found: Findings) -> None:
    counts = dataset.counts
    lost = sum(counts.quarantined.values())
    shown = {
        text("report.read"): counts.read,
        text("report.kept"): counts.kept,
        text("report.quarantined"): lost,
        **{text(f"report.{name}"): count for name, count in found.units.items()},
    }
    for column, (label, count) in zip(st.columns(len(shown)), shown.items(), strict=True):
        with column:
            show_number(label, number(count))


def _quarantine(loaded: Loaded) -> None:
    lost = loaded.dataset.counts.quarantined
    if not lost:
        return
    with st.expander(text("report.why_left_out"), icon=":material/rule:"):
        reason, count = text("report.columns.reason"), text("report.columns.rows")
        table = pd.DataFrame({reason: list(lost), count: list(lost.values())})
        st.dataframe(table, hide_index=True, placeholder="–")
        query = f'FROM quarantine ORDER BY file, "row" LIMIT {_MOST_QUARANTINED}'
        with loaded.used() as dataset:
            rows = dataset.connection.execute(query).df()
        show_downloads(rows, "clickwise-left-out", "quarantine")


def _questions(found: Findings) -> None:
    st.subheader(text("report.questions"))
    question, answered, why = (
        text(f"home.columns.{part}") for part in ("question", "answered", "why")
    )
    lines = [
        {
            question: known_text(f"answers.{one.answer}", one.answer),
            answered: text(f"status.answer_{one.status}"),
            why: sentence(one.reason),
        }
        for one in found.questions
    ]
    st.table(pd.DataFrame(lines).set_index(question))
    st.caption(text("report.before_training"))


def _leaks(found: Findings) -> None:
    st.subheader(text("report.leaks"))
    if not found.leaks:
        st.markdown(text("report.no_leaks"))
    for leak in found.leaks:
        columns = ", ".join(leak.columns)
        action = text(f"report.actions.{leak.action.replace(' ', '_')}")
        st.warning(f"**{columns}**: {sentence(leak.reason)} {action}", icon=":material/leak_add:")
    st.caption(text("report.leaks_in_training"))
