"""A session that is built click by click, with the services' answers after every click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import streamlit as st
from plotly.graph_objects import Figure
from streamlit.delta_generator import DeltaGenerator

from ui.charts import moves
from ui.context import Context
from ui.figures import prominent, show_figure
from ui.join import Joined
from ui.language import counted, known_text, text
from ui.models import Task
from ui.naming import title
from ui.one.answers import show_answers
from ui.one.asking import Built, ask_about
from ui.one.clicks import EVENT_TYPES, Choices, Click, choices, first_moment, problem
from ui.one.details import show_details
from ui.one.examples import forget_examples, new_examples
from ui.one.what_if import show_what_if
from ui.status import missing_services, show_missing

__all__ = ["show_builder"]

PAGE = "builder"
DEFAULT_SECONDS = 30


def show_builder(context: Context) -> None:
    """Draw the form of the next click, the clicks so far, and what is said of them.

    Parameters
    ----------
    context : Context
        Whom to ask.
    """
    clicks: list[Click] = st.session_state.setdefault("clicks", [])
    _learn_choices(context)
    with st.container(border=True):
        changed = _form(st.session_state["choices"], clicks)
    changed |= _buttons(clicks)
    if changed:
        st.session_state["built"] = ask_about(context, clicks, st.session_state["start"])
        # What stands above, such as a button that can be pressed only now, was drawn before.
        st.rerun()
    _list(clicks)
    _answers(context, clicks, st.session_state.get("built"))


def _learn_choices(context: Context) -> None:
    examples = new_examples(context.gateway, context.models, PAGE)
    if not examples and "choices" in st.session_state:
        return
    moment = first_moment(examples) or datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    st.session_state["start"] = moment
    st.session_state["choices"] = choices(context.models, examples)


def _form(offered: Choices, clicks: list[Click]) -> bool:
    st.markdown(f"**{text('builder.next_click')}**")
    kind, product, category = st.columns(3)
    event_type = kind.selectbox(
        text("builder.event_type"),
        EVENT_TYPES,
        format_func=lambda name: text(f"events.{name}"),
        key="click_type",
    )
    with product:
        product_id = _choice(
            text("builder.product"), list(offered.products), "click_product", _take_product
        )
    with category:
        category_name = _choice(text("builder.category"), offered.categories, "click_category")
    numbers = _numbers(later=bool(clicks), timed=offered.timed)
    context = _context(offered)
    if not st.button(text("builder.add"), type=prominent(), icon=":material/add:"):
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
        placeholder=text("builder.unknown"),
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
        text("builder.price"), min_value=0.0, value=None, format="%.2f", key="click_price"
    )
    quantity = second.number_input(
        text("builder.quantity"), min_value=1, value=1, key="click_quantity"
    )
    known = {"price": price, "quantity": quantity}
    if not timed:
        return known
    seconds = third.number_input(
        text("builder.seconds"),
        min_value=0,
        value=DEFAULT_SECONDS,
        key="click_seconds",
        disabled=not later,
        help=text("builder.first_click"),
    )
    return known | {"seconds": seconds}


def _context(offered: Choices) -> dict[str, str | None]:
    chosen = {}
    places = _row(len(offered.context))
    for column, (name, values) in zip(places, offered.context.items(), strict=False):
        with column:
            label = known_text(f"context.{name}", name.replace("_", " ").capitalize())
            chosen[name] = _choice(label, values, f"click_context_{name}")
    return chosen


def _row(size: int) -> Iterator[DeltaGenerator]:
    """Places for any number of fields, three beside each other."""
    for _ in range(0, size, 3):
        yield from st.columns(3)


def _buttons(clicks: list[Click]) -> bool:
    left, middle, right = st.columns(3)
    if left.button(text("builder.remove_last"), disabled=not clicks, width="stretch"):
        clicks.pop()
        return True
    if middle.button(text("builder.remove_all"), disabled=not clicks, width="stretch"):
        clicks.clear()
        return True
    again = right.button(text("app.ask_again"), disabled=not clicks, width="stretch")
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
        details.append(counted("builder.items", click["quantity"]))
    if number > 1 and "seconds" in click:
        details.append(text("builder.later", seconds=click["seconds"]))
    return f"{number}. **{text('events.' + click['event_type'])}** {', '.join(details)}"


def _answers(context: Context, clicks: list[Click], built: Built | None) -> None:
    st.subheader(text("builder.said"))
    if not clicks:
        st.info(text("builder.no_click"))
        return
    if built is None:
        st.error(text("errors.nobody"))
        return
    joined, down = built.joined, missing_services(context)
    show_missing({task: joined.errors[task] for task in joined.errors if task not in down})
    if not joined.shoppers:
        return
    earlier = joined.shoppers[-2] if len(joined.shoppers) > 1 else None
    show_answers(joined, joined.shoppers[-1], earlier, built.leaving)
    bought = any(click["event_type"] == "purchase" for click in clicks)
    if bought and any(model.answer.scope == "session" for model in joined.models.values()):
        st.info(text("builder.bought"))
    show_details(context, built)
    _moves(joined)
    show_what_if(context, clicks, built)


def _moves(joined: Joined) -> None:
    draw = {Task.CONVERSION: _moved_chance, Task.REVENUE: _moved_amount}
    shown = [task for task in draw if task in joined.models]
    for column, task in zip(st.columns(max(len(shown), 1)), shown, strict=False):
        with column:
            model = joined.models[task]
            name = title(model)
            figure = draw[task](joined, name)
            show_figure(text("builder.by_click", name=name), figure, f"moved_{task}", [model])


def _moved_chance(joined: Joined, name: str) -> Figure:
    parts = [shopper.conversion for shopper in joined.shoppers]
    return moves.moved_chance([part.value if part else None for part in parts], name)


def _moved_amount(joined: Joined, name: str) -> Figure:
    parts = [shopper.revenue for shopper in joined.shoppers]
    values = [part.value if part else None for part in parts]
    return moves.moved_amount(values, [part.interval if part else None for part in parts], name)
