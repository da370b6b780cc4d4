"""The page on which a session is built click by click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import streamlit as st
from plotly.graph_objects import Figure
from streamlit.delta_generator import DeltaGenerator

from ui import charts
from ui.answers import show_answers
from ui.clicks import EVENT_TYPES, Choices, Click, choices, first_moment, prefixes, problem
from ui.examples import forget_examples, new_examples
from ui.figures import show_figure
from ui.gateway import Gateway, Outcomes
from ui.join import Joined, score
from ui.models import Model, Task
from ui.status import missing_services, show_missing
from ui.texts import title

__all__ = ["show_builder"]

PAGE = "builder"
DEFAULT_SECONDS = 30


def show_builder(gateway: Gateway, models: Outcomes[Model]) -> None:
    """Draw the page.

    Parameters
    ----------
    gateway : Gateway
        Whom to ask.
    models : dict
        What each service serves.
    """
    clicks: list[Click] = st.session_state.setdefault("clicks", [])
    _learn_choices(gateway, models)
    with st.container(border=True):
        changed = _form(st.session_state["choices"], clicks)
    changed |= _buttons(clicks)
    if changed:
        _ask(gateway, models, clicks)
        # What stands above, such as a button that can be pressed only now, was drawn before.
        st.rerun()
    _list(clicks)
    _answers(clicks, st.session_state.get("built"), missing_services(models))


def _learn_choices(gateway: Gateway, models: Outcomes[Model]) -> None:
    examples = new_examples(gateway, models, PAGE)
    if not examples and "choices" in st.session_state:
        return
    moment = first_moment(examples) or datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    st.session_state["start"] = moment
    st.session_state["choices"] = choices(models, examples)


def _form(offered: Choices, clicks: list[Click]) -> bool:
    st.markdown("**Next click**")
    kind, product, category = st.columns(3)
    event_type = kind.selectbox("Event type", EVENT_TYPES, key="click_type")
    with product:
        product_id = _choice("Product", list(offered.products), "click_product", _take_product)
    with category:
        category_name = _choice("Category", offered.categories, "click_category")
    numbers = _numbers(later=bool(clicks), timed=offered.timed)
    context = _context(offered)
    if not st.button("Add the click", type="primary"):
        return False
    known = {"event_type": event_type, "product_id": product_id, "category": category_name}
    click = known | numbers | context
    if wrong := problem(click):
        st.error(wrong)
        return False
    clicks.append(click)
    return True


def _choice(
    label: str, options: list[str], key: str, on_change: Callable[[], None] | None = None
) -> str | None:
    return st.selectbox(
        label,
        options,
        index=None,
        accept_new_options=True,
        placeholder="unknown, or type one",
        key=key,
        on_change=on_change,
    )


def _take_product() -> None:
    """A known product brings its category and price; both can be changed."""
    offered: Choices = st.session_state["choices"]
    category, price = offered.products.get(st.session_state["click_product"], (None, None))
    if category is not None:
        st.session_state["click_category"] = category
    if price is not None:
        st.session_state["click_price"] = float(price)


def _numbers(later: bool, timed: bool) -> dict[str, float | None]:
    first, second, third = st.columns(3)
    price = first.number_input(
        "Price (currency units)", min_value=0.0, value=None, format="%.2f", key="click_price"
    )
    quantity = second.number_input("Quantity (items)", min_value=1, value=1, key="click_quantity")
    known = {"price": price, "quantity": quantity}
    if not timed:
        return known
    seconds = third.number_input(
        "After the click before (seconds)",
        min_value=0,
        value=DEFAULT_SECONDS,
        key="click_seconds",
        disabled=not later,
        help="The first click has none before it.",
    )
    return known | {"seconds": seconds}


def _context(offered: Choices) -> dict[str, str | None]:
    chosen = {}
    for column, (name, values) in zip(
        _row(len(offered.context)), offered.context.items(), strict=False
    ):
        with column:
            label = name.replace("_", " ").capitalize()
            chosen[name] = _choice(label, values, f"click_context_{name}")
    return chosen


def _row(size: int) -> Iterator[DeltaGenerator]:
    """Places for any number of fields, three beside each other."""
    for _ in range(0, size, 3):
        yield from st.columns(3)


def _buttons(clicks: list[Click]) -> bool:
    left, middle, right = st.columns(3)
    if left.button("Remove last", disabled=not clicks, width="stretch"):
        clicks.pop()
        return True
    if middle.button("Clear", disabled=not clicks, width="stretch"):
        clicks.clear()
        return True
    again = right.button("Ask again", key="ask_built", disabled=not clicks, width="stretch")
    if again:
        forget_examples(PAGE)
    return again


def _list(clicks: list[Click]) -> None:
    lines = [_line(number, click) for number, click in enumerate(clicks, start=1)]
    st.markdown("\n".join(lines))


def _line(number: int, click: Click) -> str:
    known = (click[name] for name in click if name not in ("event_type", "quantity", "seconds"))
    details = [str(value) for value in known if value is not None]
    if click["quantity"] > 1:
        details.append(f"{click['quantity']} items")
    if number > 1 and "seconds" in click:
        details.append(f"{click['seconds']} s later")
    return f"{number}. **{click['event_type']}** {', '.join(details)}"


def _ask(gateway: Gateway, models: Outcomes[Model], clicks: list[Click]) -> None:
    if not clicks:
        st.session_state.pop("built", None)
        return
    shop = prefixes(clicks, st.session_state["start"])
    st.session_state["built"] = score(shop, gateway, models)


def _answers(clicks: list[Click], built: Joined | None, down: set[Task]) -> None:
    st.markdown("**What the services say of the session so far**")
    if not clicks:
        st.info("No click yet. Add the first one, and the services are asked.")
        return
    if built is None:
        st.error("No service answered. Start them with `make serve`, then press «Ask again».")
        return
    show_missing({task: built.errors[task] for task in built.errors if task not in down})
    if not built.shoppers:
        return
    earlier = built.shoppers[-2] if len(built.shoppers) > 1 else None
    show_answers(built, built.shoppers[-1], earlier)
    bought = any(click["event_type"] == "purchase" for click in clicks)
    if bought and any(model.answer.scope == "session" for model in built.models.values()):
        st.info("This session has bought. The models learned from sessions before they bought.")
    _moves(built)


def _moves(built: Joined) -> None:
    draw = {Task.CONVERSION: _moved_chance, Task.REVENUE: _moved_amount}
    shown = [task for task in draw if task in built.models]
    for column, task in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        with column:
            model = built.models[task]
            show_figure(draw[task](built, title(model)), f"moved_{task}", model)


def _moved_chance(built: Joined, name: str) -> Figure:
    parts = [shopper.conversion for shopper in built.shoppers]
    return charts.moved_chance([part.value if part else None for part in parts], name)


def _moved_amount(built: Joined, name: str) -> Figure:
    parts = [shopper.revenue for shopper in built.shoppers]
    values = [part.value if part else None for part in parts]
    return charts.moved_amount(values, [part.interval if part else None for part in parts], name)
