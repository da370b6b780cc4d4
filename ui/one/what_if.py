"""What would be said of the session if something about it were otherwise."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui.context import Context
from ui.figures import show_number, show_text
from ui.join import Shopper, score
from ui.language import amount, known_text, percent, signed, text
from ui.models import Model, Task
from ui.naming import segment_name, title
from ui.one.asking import Built, last_only
from ui.one.clicks import Choices, Click, prefixes

__all__ = ["changed", "show_what_if"]

_CHEAPEST, _DEAREST, _STEP = -50, 50, 5
"""By how many percent all prices may be moved."""


def show_what_if(context: Context, clicks: list[Click], built: Built) -> None:
    """Draw fields for what may be otherwise, and the answers then beside those now.

    Parameters
    ----------
    context : Context
        Whom to ask.
    clicks : list of dict
        The session as it is.
    built : Built
        What was said of it.
    """
    st.subheader(text("what_if.title"))
    st.caption(text("what_if.how"))
    otherwise = _fields(st.session_state["choices"], clicks)
    if otherwise == clicks:
        st.markdown(text("what_if.nothing"))
        return
    shop = last_only(prefixes(otherwise, st.session_state["start"]))
    joined = score(shop, context.gateway, context.models)
    if joined is None or not joined.shoppers:
        st.error(text("errors.nobody"))
        return
    _compare(joined.models, built.joined.shoppers[-1], joined.shoppers[0])


def _fields(offered: Choices, clicks: list[Click]) -> list[Click]:
    columns = st.columns(2 + len(offered.context))
    prices = columns[0].slider(
        text("what_if.prices"), _CHEAPEST, _DEAREST, 0, _STEP, format="%+d %%", key="what_if_prices"
    )
    cart = columns[1].toggle(text("what_if.cart"), key="what_if_cart")
    context: dict[str, str] = {}
    for column, (name, values) in zip(columns[2:], offered.context.items(), strict=True):
        label = known_text(f"context.{name}", name.replace("_", " ").capitalize())
        chosen = column.selectbox(
            label, values, index=None, placeholder=text("what_if.as_it_is"), key=f"what_if_{name}"
        )
        if chosen is not None:
            context[name] = chosen
    return changed(clicks, prices / 100, context, cart=cart)


def changed(
    clicks: list[Click], prices: float, context: Mapping[str, str], *, cart: bool
) -> list[Click]:
    """The session with prices moved, another context, and the last product in the cart.

    Parameters
    ----------
    clicks : list of dict
        As it is.
    prices : float
        By what share all prices move.
    context : mapping
        Columns of the context and what they are instead.
    cart : bool
        Whether one more click puts the last product into the cart.
    """
    made = [{**click, **context} for click in clicks]
    if prices:
        for click in made:
            if click.get("price") is not None:
                click["price"] = round(click["price"] * (1 + prices), 2)
    if cart:
        made.append({**made[-1], "event_type": "cart"})
    return made


def _compare(models: Mapping[Task, Model], now: Shopper, then: Shopper) -> None:
    shown = {task: told for task in models if (told := _told(task, now, then)) is not None}
    columns = st.columns(max(len(shown), 1))
    for column, (task, (value, moved)) in zip(columns, shown.items(), strict=False):
        with column.container(border=True, height="stretch"):
            show = show_text if task is Task.SEGMENTATION else show_number
            show(title(models[task]), value, moved)


def _told(task: Task, now: Shopper, then: Shopper) -> tuple[str, str | None] | None:
    """The value then, and how it moved."""
    if task is Task.CONVERSION and now.conversion and then.conversion:
        moved = signed(100 * (then.conversion.value - now.conversion.value), 1)
        return percent(then.conversion.value), text("answers.points", moved=moved)
    if task is Task.REVENUE and now.revenue and then.revenue:
        return amount(then.revenue.value), signed(then.revenue.value - now.revenue.value, 2)
    if task is Task.SEGMENTATION and now.segmentation and then.segmentation:
        label, was = then.segmentation.label, now.segmentation.label
        moved_from = None if label == was else text("answers.was", label=segment_name(was))
        return segment_name(label), moved_from
    return None
