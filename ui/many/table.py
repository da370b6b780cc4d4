"""The joined answer as a table: one line per unit, one column per number, units in the names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from ui.join import Joined, Shopper
from ui.language import text
from ui.models import Model, Task
from ui.naming import segment_name, title

__all__ = ["column_settings", "frame"]

Columns = dict[str, Callable[[Shopper], Any]]


def frame(joined: Joined) -> pd.DataFrame:
    """Make the table of a joined answer; columns of services that are missing are left out.

    Parameters
    ----------
    joined : Joined
        What was answered.
    """
    columns: Columns = {text(f"table.{joined.scope}"): lambda shopper: shopper.id}
    if any(shopper.customer for shopper in joined.shoppers):
        columns[text("table.customer")] = lambda shopper: shopper.customer
    if Task.CONVERSION in joined.models:
        columns |= _conversion_columns(joined.models[Task.CONVERSION])
    if Task.REVENUE in joined.models:
        columns |= _revenue_columns(joined.models[Task.REVENUE])
    if Task.SEGMENTATION in joined.models:
        columns[text("table.segment")] = _segment
    if any(shopper.check for shopper in joined.shoppers):
        columns[text("table.cross_check")] = lambda shopper: shopper.check and shopper.check.product
    columns[text("table.warnings")] = lambda shopper: "; ".join(map(str, shopper.warnings))
    return pd.DataFrame(
        {name: [take(shopper) for shopper in joined.shoppers] for name, take in columns.items()}
    )


def _conversion_columns(model: Model) -> Columns:
    columns: Columns = {
        title(model): lambda shopper: shopper.conversion and shopper.conversion.value,
        text("table.likely"): lambda shopper: shopper.conversion and shopper.conversion.likely,
    }
    if model.answer.complement is not None:
        columns[text(f"table.{model.answer.complement.name}")] = lambda shopper: shopper.complement
    return columns


def _revenue_columns(model: Model) -> Columns:
    return {
        title(model): lambda shopper: shopper.revenue and shopper.revenue.value,
        text("table.low"): lambda shopper: _bound(shopper, "low"),
        text("table.high"): lambda shopper: _bound(shopper, "high"),
    }


def _bound(shopper: Shopper, side: str) -> float | None:
    if shopper.revenue is None or shopper.revenue.interval is None:
        return None
    bound: float = getattr(shopper.revenue.interval, side)
    return bound


def _segment(shopper: Shopper) -> str | None:
    return None if shopper.segmentation is None else segment_name(shopper.segmentation.label)


def column_settings(joined: Joined) -> dict[str, Any]:
    """How Streamlit shows the columns of `frame`.

    Parameters
    ----------
    joined : Joined
        What was answered.
    """
    low, high, check, warnings = (
        text(f"table.{name}") for name in ("low", "high", "cross_check", "warnings")
    )
    settings: dict[str, Any] = {
        low: st.column_config.NumberColumn(low, format="%.2f"),
        high: st.column_config.NumberColumn(high, format="%.2f"),
        check: st.column_config.NumberColumn(
            check, format="%.2f", help=text("table.cross_check_help")
        ),
        warnings: st.column_config.TextColumn(warnings, width="large"),
    }
    if model := joined.models.get(Task.CONVERSION):
        settings[title(model)] = st.column_config.ProgressColumn(
            title(model), min_value=0.0, max_value=1.0, format="percent"
        )
        if named := model.answer.complement:
            name = text(f"table.{named.name}")
            settings[name] = st.column_config.NumberColumn(name, format="percent")
    if model := joined.models.get(Task.REVENUE):
        value = text("table.is_value") if joined.valued else ""
        settings[title(model)] = st.column_config.NumberColumn(
            f"{title(model)}{value}", format="%.2f"
        )
    return settings
