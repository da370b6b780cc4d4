"""Who of the file at hand belongs to a segment, and what they look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd
import streamlit as st

from ui.at_hand import joined_answer, units_at_hand
from ui.charts import members
from ui.fields import kept
from ui.figures import show_chart
from ui.join import Shopper
from ui.language import text, translated
from ui.many.export import show_downloads
from ui.models import Task
from ui.naming import FITS_NONE, segment_name, source_line, units
from ui.quality.choosing import Chosen

__all__ = ["show_members"]

_SHOWN = 1_000
_MOST_CATEGORIES = 10


def show_members(chosen: Chosen, colours: members.Colours) -> None:
    """Draw a choice of segment, its members in the file at hand, and their interests.

    Parameters
    ----------
    chosen : Chosen
        The answer `segment`.
    colours : mapping
        By name of segment.
    """
    st.subheader(text("segments.members"))
    joined = joined_answer()
    parts = joined.once(Task.SEGMENTATION) if joined is not None else {}
    if joined is None or not parts:
        st.info(text("segments.score_first"))
        return
    labels = [*colours, FITS_NONE]
    label = st.selectbox(
        text("segments.which"), labels, format_func=segment_name, key=kept("segment", labels[0])
    )
    mine = {name: one for name, one in parts.items() if _label(one) == label}
    count = units(len(mine), chosen.answer.scope)
    st.caption(text("segments.in_file", units=count, name=joined.name))
    if not mine:
        return
    source = source_line([chosen.model])
    table = _table(mine, chosen)
    st.dataframe(table.head(_SHOWN), hide_index=True, placeholder="–")
    st.caption(source)
    show_downloads(table, "clickwise-segment", "members")
    _interests(chosen, mine, parts, colours.get(label), source)


def _label(shopper: Shopper) -> str:
    return shopper.segmentation.label if shopper.segmentation is not None else ""


def _table(mine: dict[str, Shopper], chosen: Chosen) -> pd.DataFrame:
    name, distance, rfm_class = (
        text(f"table.{chosen.answer.scope}"),
        text("segments.distance"),
        text("segments.rfm_class"),
    )
    return pd.DataFrame(
        [
            {
                name: unit,
                distance: part.distance,
                rfm_class: translated(part.rfm.name) if part.rfm is not None else None,
            }
            for unit, shopper in mine.items()
            if (part := shopper.segmentation) is not None
        ]
    )


def _interests(
    chosen: Chosen,
    mine: Iterable[str],
    everyone: Iterable[str],
    colour: str | None,
    source: str,
) -> None:
    """The categories of their clicks, beside those of everyone who was scored."""
    clicks = {
        str(unit["id"]): Counter(event.get("category") for event in unit.get("events", ()))
        for unit in units_at_hand(chosen.answer.scope)
    }
    own, all_of_them = _shares(clicks, mine), _shares(clicks, everyone)
    if not own:
        return
    shown = sorted(own, key=lambda name: -own[name])[:_MOST_CATEGORIES]
    figure = members.interests(
        {name: (own[name], all_of_them.get(name, 0.0)) for name in shown}, colour
    )
    show_chart(text("segments.interests"), figure, "interests_of_members", source)


def _shares(clicks: dict[str, Counter[str | None]], chosen: Iterable[str]) -> dict[str, float]:
    total: Counter[str | None] = Counter()
    for name in chosen:
        total.update(clicks.get(name, Counter()))
    known = {name: count for name, count in total.items() if name is not None}
    whole = sum(known.values())
    return {name: count / whole for name, count in known.items()}
