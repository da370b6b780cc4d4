"""A mapping that was proposed for a file, to be checked and completed by its reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from ui.figures import prominent
from ui.language import text
from ui.reading import Unknown

if TYPE_CHECKING:
    from clickstream.sources.mapping import Proposal

__all__ = ["mapping_keys", "show_mapping"]

KINDS = ("events", "orders", "rows")
EVENTS = ("view", "cart", "remove", "purchase", "return")
_SINGLE = ("time", "session", "customer", "product", "description", "price", "quantity")
_LISTED = ("category", "context", "ignored")
MEANINGS: dict[str, tuple[str, ...]] = {
    "events": (*_SINGLE[:1], "event", *_SINGLE[1:], *_LISTED),
    "orders": (*_SINGLE, *_LISTED),
    "rows": ("label", "amount", "input", "context", "ignored"),
}
"""What a column of each kind of file may hold."""


def show_mapping(unknown: Unknown) -> dict[str, Any] | None:
    """Draw the proposed mapping in editable form.

    Parameters
    ----------
    unknown : Unknown
        The file and what is proposed for it.

    Returns
    -------
    dict or None
        The mapping's keys where the reader wants the file read by them.
    """
    proposal = unknown.proposal
    st.subheader(text("mapping.title", name=unknown.name))
    st.markdown(text("mapping.how"))
    for sentence in proposal.missing:
        st.warning(text("mapping.missing", what=sentence))
    kind = st.radio(
        text("mapping.kind"),
        KINDS,
        index=KINDS.index(proposal.keys["kind"]),
        format_func=lambda name: text(f"mapping.kinds.{name}"),
        key=f"mapping_kind_{unknown.name}",
    )
    meanings = _columns(proposal, kind, unknown.name)
    codes = _codes(proposal, meanings) if kind == "events" else {}
    yes = _yes(proposal, meanings) if kind == "rows" else []
    keys = mapping_keys(proposal.keys, kind, meanings, codes, yes)
    if st.button(text("mapping.read"), type=prominent(), icon=":material/check:"):
        return keys
    return None


def _columns(proposal: Proposal, kind: str, name: str) -> dict[str, str]:
    """The meaning that the reader gives each column."""
    allowed = MEANINGS[kind]
    column, meaning, why, values = (
        text(f"mapping.columns.{part}") for part in ("column", "meaning", "why", "values")
    )
    shown = {key: text(f"mapping.keys.{key}") for key in allowed}
    table = pd.DataFrame(
        {
            column: [guess.column for guess in proposal.guesses],
            meaning: [shown[_allowed(guess.key, allowed)] for guess in proposal.guesses],
            why: [guess.why for guess in proposal.guesses],
            values: [", ".join(guess.facts.values[:6]) for guess in proposal.guesses],
        }
    )
    edited = st.data_editor(
        table,
        column_config={
            meaning: st.column_config.SelectboxColumn(
                meaning, options=list(shown.values()), required=True
            )
        },
        disabled=[column, why, values],
        hide_index=True,
        key=f"mapping_columns_{name}_{kind}",
    )
    keys = {label: key for key, label in shown.items()}
    return {str(row[column]): keys[str(row[meaning])] for row in edited.to_dict("records")}


def _allowed(key: str, allowed: Sequence[str]) -> str:
    return key if key in allowed else "ignored"


def _codes(proposal: Proposal, meanings: Mapping[str, str]) -> dict[str, str]:
    """What the file's names of events mean, where the reader says so."""
    chosen = _column_of("event", meanings)
    guess = next((one for one in proposal.guesses if one.column == chosen), None)
    if guess is None or not guess.facts.values:
        return {}
    st.markdown(f"**{text('mapping.codes', column=guess.column)}**")
    st.caption(text("mapping.codes_how"))
    found = {}
    for column, value in zip(_cells(len(guess.facts.values)), guess.facts.values, strict=False):
        kind = column.selectbox(
            value,
            EVENTS,
            index=None,
            placeholder=text("mapping.as_named"),
            format_func=lambda name: text(f"events.{name}"),
            key=f"mapping_code_{guess.column}_{value}",
        )
        if kind is not None:
            found[value] = kind
    return found


def _cells(size: int) -> list[Any]:
    return [column for _ in range(0, size, 4) for column in st.columns(4)]


def _yes(proposal: Proposal, meanings: Mapping[str, str]) -> list[str]:
    """Which values of the label mean yes."""
    chosen = _column_of("label", meanings)
    guess = next((one for one in proposal.guesses if one.column == chosen), None)
    if guess is None:
        return []
    return st.multiselect(
        text("mapping.yes", column=guess.column),
        list(guess.facts.values),
        default=[
            value for value in proposal.keys.get("label_yes", ()) if chosen == _label(proposal)
        ],
    )


def _label(proposal: Proposal) -> str | None:
    label: str | None = proposal.keys.get("label")
    return label


def _column_of(key: str, meanings: Mapping[str, str]) -> str | None:
    return next((column for column, meant in meanings.items() if meant == key), None)


def mapping_keys(
    proposed: Mapping[str, Any],
    kind: str,
    meanings: Mapping[str, str],
    codes: Mapping[str, str],
    yes: Sequence[str],
) -> dict[str, Any]:
    """The keys of a mapping from what its reader said.

    Parameters
    ----------
    proposed : mapping
        The proposed keys, of which those hold on that a column's meaning does not tell.
    kind : {'events', 'orders', 'rows'}
        What a row of the file is.
    meanings : mapping of str to str
        By column; of several columns with a meaning that only one can have, the first counts.
    codes : mapping of str to str
        What names of events mean.
    yes : sequence of str
        Values of the label that mean yes.
    """
    keys: dict[str, Any] = {"kind": kind}
    for column, meaning in meanings.items():
        if meaning in _LISTED:
            keys.setdefault(meaning, []).append(column)
        elif meaning != "input":
            keys.setdefault(meaning, column)
    if "time" in keys and keys["time"] == proposed.get("time") and "time_format" in proposed:
        keys["time_format"] = proposed["time_format"]
    if "header" in proposed:
        keys["header"] = proposed["header"]
    if codes:
        keys["codes"] = dict(codes)
    if "label" in keys:
        keys["label_yes"] = list(yes)
    return keys
