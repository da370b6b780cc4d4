"""Whom to win back: sessions with a full cart, and customers about to churn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from ui.at_hand import joined_answer, loaded_file
from ui.batches import Question
from ui.context import Context
from ui.join import Joined
from ui.language import number, text
from ui.many.export import show_downloads
from ui.models import ConversionPrediction, Model, Prediction, RevenuePrediction, Task
from ui.naming import source_line
from ui.shop import Shop, questions

__all__ = ["carts_to_rescue", "churning", "show_carts", "show_churning"]

_SHOWN = 1_000


def show_carts(context: Context) -> None:
    """Draw the sessions of the file at hand whose full cart is most worth a reminder.

    Parameters
    ----------
    context : Context
        What the services serve.
    """
    st.subheader(text("rescue.carts"))
    st.caption(text("rescue.carts_how"))
    joined = joined_answer()
    if joined is None:
        _score_first(context)
        return
    table = carts_to_rescue(joined)
    if table.empty:
        st.info(text("rescue.no_carts", name=joined.name))
        return
    _table(table, "abandonment", "carts", list(joined.models.values()))


def carts_to_rescue(joined: Joined) -> pd.DataFrame:
    """Sessions with a full cart by their abandonment risk times what is at stake.

    Parameters
    ----------
    joined : Joined
        What was answered. At stake is the spend if they buy where the model tells it, else the
        expected spend.
    """
    lines = [
        {
            "session": shopper.id,
            "customer": shopper.customer,
            "abandonment": shopper.complement,
            "at_stake": _at_stake(shopper.revenue),
        }
        for shopper in joined.shoppers
        if shopper.complement is not None and shopper.revenue is not None
    ]
    return _ranked(lines, "abandonment")


def _at_stake(revenue: RevenuePrediction) -> float:
    return revenue.value if revenue.spend_if_buys is None else revenue.spend_if_buys


def _ranked(lines: Sequence[Mapping[str, Any]], risk: str) -> pd.DataFrame:
    table = pd.DataFrame(lines)
    if table.empty:
        return table
    table["at_risk"] = table[risk] * table["at_stake"]
    return table.sort_values("at_risk", ascending=False, kind="stable").reset_index(drop=True)


def show_churning(context: Context) -> None:
    """Draw the customers of the file at hand who are most likely not to come back.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    conversion, revenue = context.model(Task.CONVERSION), context.model(Task.REVENUE)
    if conversion is None or "repurchase" not in conversion.answers:
        return
    st.subheader(text("rescue.churn"))
    st.caption(text("rescue.churn_how"))
    shop: Shop | None = st.session_state.get("shop")
    if joined_answer() is None or shop is None:
        _score_first(context)
        return
    if not shop.customers:
        st.info(text("rescue.no_customers", name=shop.name))
        return
    if st.button(text("rescue.ask"), icon=":material/play_arrow:"):
        with st.spinner(text("scoring.asking")):
            st.session_state["churning"] = churning(context, shop, conversion, revenue)
    table: pd.DataFrame | None = st.session_state.get("churning")
    if table is None:
        return
    if table.empty:
        st.info(text("rescue.no_churn", name=shop.name))
        return
    _table(table, "churn", "churning", [model for model in (conversion, revenue) if model])


def churning(
    context: Context, shop: Shop, conversion: Model, revenue: Model | None
) -> pd.DataFrame:
    """Customers by their churn risk times what they would spend.

    Parameters
    ----------
    context : Context
        Whom to ask.
    shop : Shop
        Whose customers.
    conversion : Model
        Answers `repurchase`.
    revenue : Model or None
        Says what is at stake where it answers `customer_spend`; else nothing is known of it.
    """
    chances = _answers(context, shop, conversion, "repurchase")
    spends = (
        _answers(context, shop, revenue, "customer_spend")
        if revenue is not None and "customer_spend" in revenue.answers
        else {}
    )
    lines = [
        {
            "customer": name,
            "churn": 1 - chance.value,
            "at_stake": spends[name].value if name in spends else float("nan"),
        }
        for name, chance in chances.items()
        if isinstance(chance, ConversionPrediction)
    ]
    return _ranked(lines, "churn")


def _answers(context: Context, shop: Shop, model: Model, answer: str) -> dict[str, Prediction]:
    as_asked = model.model_copy(update={"default_answer": answer})
    asked, _ = questions(shop, {model.task: as_asked})
    if model.task not in asked:
        return {}
    question: Question = replace(asked[model.task], answer=answer)
    found = context.gateway.ask({model.task: question})[model.task]
    if found.error is not None:
        st.warning(str(found.error), icon=":material/cloud_off:")
    return {one.id: one for one in found.predictions}


def _score_first(context: Context) -> None:
    key = "rescue.score_first" if loaded_file() is not None else "rescue.bring_first"
    st.info(text(key), icon=":material/info:")
    context.link("predict" if loaded_file() is not None else "data", text("rescue.there"))


def _table(table: pd.DataFrame, risk: str, key: str, models: Sequence[Model]) -> None:
    named = table.rename(columns={name: text(f"rescue.columns.{name}") for name in table.columns})
    amounts = (text("rescue.columns.at_stake"), text("rescue.columns.at_risk"))
    column = text(f"rescue.columns.{risk}")
    st.dataframe(
        named.head(_SHOWN),
        hide_index=True,
        placeholder="–",
        column_config={
            column: st.column_config.ProgressColumn(
                column, min_value=0.0, max_value=1.0, format="percent"
            ),
            **{name: st.column_config.NumberColumn(name, format="%.2f") for name in amounts},
        },
    )
    shown = number(min(len(named), _SHOWN))
    said = text("rescue.shown", shown=shown, total=number(len(named)))
    st.caption(f"{said} {source_line(models)}")
    show_downloads(named, f"clickwise-{key}", key)
