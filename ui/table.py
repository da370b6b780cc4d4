"""The joined answer as a table: one line per unit, one column per number, units in the names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from ui.charts import segment_name
from ui.join import Joined, Shopper
from ui.models import Task
from ui.texts import UNIT_NAMES, title

__all__ = ["column_settings", "frame"]

Columns = dict[str, Callable[[Shopper], Any]]

CHANCE = "chance"
SPEND = "expected spend"


def frame(joined: Joined) -> pd.DataFrame:
    """Make the table of a joined answer; columns of services that are missing are left out.

    Parameters
    ----------
    joined : Joined
        What was answered.
    """
    columns: Columns = {UNIT_NAMES[joined.scope][0]: lambda shopper: shopper.id}
    if any(shopper.customer for shopper in joined.shoppers):
        columns["customer"] = lambda shopper: shopper.customer
    if Task.CONVERSION in joined.models:
        columns |= _conversion_columns()
    if Task.REVENUE in joined.models:
        columns |= _revenue_columns()
    if Task.SEGMENTATION in joined.models:
        columns["segment"] = _segment
    if any(shopper.check for shopper in joined.shoppers):
        columns["cross-check"] = lambda shopper: shopper.check and shopper.check.product
    columns["warnings"] = lambda shopper: "; ".join(shopper.warnings)
    return pd.DataFrame(
        {name: [take(shopper) for shopper in joined.shoppers] for name, take in columns.items()}
    )


def _conversion_columns() -> Columns:
    return {
        CHANCE: lambda shopper: shopper.conversion and shopper.conversion.value,
        "likely": lambda shopper: shopper.conversion and shopper.conversion.likely,
    }


def _revenue_columns() -> Columns:
    return {
        SPEND: lambda shopper: shopper.value,
        "low": lambda shopper: _interval(shopper, "low"),
        "high": lambda shopper: _interval(shopper, "high"),
    }


def _interval(shopper: Shopper, side: str) -> float | None:
    if shopper.revenue is None or shopper.revenue.interval is None:
        return None
    bound: float = getattr(shopper.revenue.interval, side)
    return bound


def _segment(shopper: Shopper) -> str | None:
    return None if shopper.segmentation is None else segment_name(shopper.segmentation)


def column_settings(joined: Joined) -> dict[str, Any]:
    """How Streamlit shows the columns of `frame`.

    Parameters
    ----------
    joined : Joined
        What was answered.
    """
    settings: dict[str, Any] = {
        "low": st.column_config.NumberColumn("low", format="%.2f"),
        "high": st.column_config.NumberColumn("high", format="%.2f"),
        "cross-check": st.column_config.NumberColumn(
            "cross-check",
            format="%.2f",
            help="Chance to buy times spend if buying: another way to the expected spend.",
        ),
        "warnings": st.column_config.TextColumn("warnings", width="large"),
    }
    if model := joined.models.get(Task.CONVERSION):
        settings[CHANCE] = st.column_config.ProgressColumn(
            title(model), min_value=0.0, max_value=1.0, format="percent"
        )
    if model := joined.models.get(Task.REVENUE):
        settings[SPEND] = st.column_config.NumberColumn(f"{title(model)} = value", format="%.2f")
    return settings
