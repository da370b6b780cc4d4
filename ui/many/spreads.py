"""How the answers about a file are spread."""

from __future__ import annotations

import streamlit as st

from ui.charts import spread
from ui.errors import GatewayError
from ui.evaluations import ConversionEvaluation, Evaluation, RevenueEvaluation
from ui.figures import show_figure
from ui.gateway import Outcomes
from ui.headlines import spends
from ui.join import Joined
from ui.language import text
from ui.models import Task
from ui.naming import title, units_named

__all__ = ["show_spreads", "without_holdout"]


def show_spreads(joined: Joined, evaluations: Outcomes[Evaluation]) -> None:
    """Draw how chances and amounts are spread, over those of the holdout.

    Parameters
    ----------
    joined : Joined
        The answer.
    evaluations : dict
        How each model's holdout was scored.
    """
    shown = [task for task in (Task.CONVERSION, Task.REVENUE) if task in joined.models]
    draw = {Task.CONVERSION: _chances, Task.REVENUE: _amounts}
    for column, task in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        with column:
            draw[task](joined, evaluations.get(task))


def _chances(joined: Joined, holdout: object) -> None:
    model = joined.models[Task.CONVERSION]
    shoppers = joined.once(Task.CONVERSION).values()
    figure = spread.chances(
        [shopper.conversion.value for shopper in shoppers if shopper.conversion],
        units_named(model.answer.scope),
        model.answer.threshold,
        holdout if isinstance(holdout, ConversionEvaluation) else None,
    )
    name = text("scoring.spread", name=title(model))
    show_figure(name, figure, "chances", [model], without_holdout(holdout))


def _amounts(joined: Joined, holdout: object) -> None:
    model = joined.models[Task.REVENUE]
    known = holdout if isinstance(holdout, RevenueEvaluation) else None
    figure = spread.amounts(spends(joined), units_named(model.answer.scope), known)
    name = text("scoring.spread", name=title(model))
    show_figure(name, figure, "amounts", [model], without_holdout(holdout))


def without_holdout(holdout: object) -> str:
    """Why a chart has no holdout to compare with; empty where it has.

    Parameters
    ----------
    holdout : Evaluation, GatewayError or None
        What the service said of it.
    """
    if isinstance(holdout, GatewayError):
        return text("scoring.without_holdout", error=holdout)
    return ""
