"""The catalogue of features: name, type, unit, description and range of each.

Manifests, `docs/features.md` and the app's tooltips say what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["CUSTOMER", "PLACEHOLDERS", "SESSION", "TREND_DAYS", "Feature"]

PLACEHOLDERS = {"category": "<category>", "column": "<column>"}
"""What stands in the name of a feature of which there is one per category or context column."""


@dataclass(frozen=True)
class Feature:
    """One input of a model.

    Attributes
    ----------
    name : str
        Column of the query.
    type : {'number', 'string'}
        Numbers become float32.
    unit : str
        What one of it is.
    description : str
        One line, for manifest, docs and tooltips.
    lowest, highest : float, optional
        Between which values it can lie by what it means; None where there is no bound.
    topic : str, optional
        What it is about: reasons tell of all inputs of a topic at once, since what one of them
        says another often says too.
    """

    name: str
    type: Literal["number", "string"]
    unit: str
    description: str
    lowest: float | None = None
    highest: float | None = None
    topic: str | None = None

    def of(self, placeholder: str, column: str, value: str) -> Feature:
        """The feature of one category or column.

        Parameters
        ----------
        placeholder : str
            Key of `PLACEHOLDERS`.
        column : str
            What stands for it in the name.
        value : str
            What stands for it in the description.
        """
        mark = PLACEHOLDERS[placeholder]
        return replace(
            self,
            name=self.name.replace(mark, column),
            description=self.description.replace(mark, value),
        )


def _number(
    name: str,
    unit: str,
    description: str,
    *,
    lowest: float | None = 0.0,
    highest: float | None = None,
) -> Feature:
    return Feature(name, "number", unit, description, lowest, highest)


def _count(name: str, unit: str, description: str) -> Feature:
    return _number(name, unit, description)


def _share(name: str, description: str) -> Feature:
    return _number(name, "share", description, highest=1.0)


def _string(name: str, unit: str, description: str) -> Feature:
    return Feature(name, "string", unit, description)


def _about(topic: str, *features: Feature) -> list[Feature]:
    return [replace(feature, topic=topic) for feature in features]


def _by_name(*features: Feature) -> dict[str, Feature]:
    return {feature.name: feature for feature in features}


SESSION = _by_name(
    *_about(
        "what was looked at",
        _number("clicks", "events", "events of the session so far", lowest=1.0),
        _count("views", "events", "product views so far"),
        _count("products", "products", "distinct products viewed"),
        _count("revisits", "events", "views of a product viewed before"),
        _share("revisit_rate", "share of views that fell on a product viewed before"),
        _number("bounce", "0 or 1", "1 while the session has one event only", highest=1.0),
    ),
    *_about(
        "the cart",
        _count("carts", "events", "times that a product was put in the cart"),
        _number(
            "cart_value",
            "currency",
            "value of what was put in less what was taken out",
            lowest=None,
        ),
        _count("removals", "events", "times that one was taken out again"),
        _number("first_cart", "place", "place of the first event that filled the cart", lowest=1.0),
        _count("view_to_cart", "events", "times that a cart followed a view directly"),
        _count("cart_to_view", "events", "times that a view followed a cart directly"),
        _count("cart_to_remove", "events", "times that a removal followed a cart directly"),
    ),
    *_about(
        "prices",
        _number("price_mean", "currency", "mean price of products viewed"),
        _number("price_min", "currency", "lowest price viewed"),
        _number("price_max", "currency", "highest price viewed"),
        _number("price_last", "currency", "price of the product clicked last"),
        *(
            _number(
                f"price_lag_{lag}",
                "currency",
                f"price of the product clicked {lag} clicks before the last",
            )
            for lag in (1, 2, 3)
        ),
        _number(
            "price_to_category",
            "ratio",
            "price of the product clicked last over the median price in its category",
        ),
        _number(
            "price_to_category_mean",
            "ratio",
            "mean of the prices viewed, each over the median price in its category",
        ),
    ),
    *_about(
        "the last steps",
        _string("last_steps", "names", "types of the last three events, the last one last"),
        _string("event_type_last", "name", "event type of the last click"),
        _count("view_again", "events", "times that a product was viewed twice in a row"),
        _share(
            "back_and_forth", "share of events that go back to the product clicked before the last"
        ),
    ),
    *_about(
        "what others did from here",
        _share(
            "exit_rate", "share of earlier views of the product viewed last that ended a session"
        ),
        _share(
            "step_share",
            "share of earlier clicks on the product clicked before the last that led on to the "
            "last",
        ),
        _share("step_exit_rate", "share of such steps that ended a session"),
        _number("next_price", "currency", "mean price of what earlier shoppers clicked after it"),
    ),
    *_about(
        "categories",
        _string("category_last", "name", "category of the last click"),
        _count("categories", "categories", "distinct categories viewed"),
        _share("top_category_share", "share of views that fell on the category viewed most"),
        _number("category_entropy", "nats", "entropy of the categories viewed"),
        _count("views_<category>", "events", "views of products in category <category>"),
        _number("seconds_<category>", "seconds", "time spent on products in category <category>"),
    ),
    *_about(
        "pace",
        _number("duration", "seconds", "time from first to last click"),
        _number("gap_mean", "seconds", "mean time between clicks"),
        _number("gap_last", "seconds", "time between the last two clicks"),
    ),
    *_about(
        "hour and day",
        _number("hour", "hour of day, UTC", "hour of the last click", highest=23.0),
        _number("weekday", "0 = Monday", "day of the week of the last click", highest=6.0),
    ),
    *_about(
        "earlier visits",
        _count("sessions_before", "sessions", "earlier sessions of the customer"),
        _number("days_since_event", "days", "days from the customer's last event to this session"),
        _count("clicks_before", "events", "events of the customer in earlier sessions"),
        _count(
            "carts_before", "events", "times that the customer filled a cart in earlier sessions"
        ),
        _number("price_mean_before", "currency", "mean price viewed in earlier sessions"),
        _number(
            "price_to_category_before",
            "ratio",
            "mean of the prices viewed in earlier sessions, each over the median in its category",
        ),
    ),
    *_about(
        "earlier orders",
        _count("orders_before", "orders", "earlier sessions of the customer with a purchase"),
        _number("spend_before", "currency", "amount that the customer bought in earlier sessions"),
        _number(
            "days_since_order", "days", "days from the customer's last purchase to this session"
        ),
        _count("returns_before", "events", "order lines that the customer sent back earlier"),
        _share("buying_share_before", "share of earlier sessions that bought; empty without one"),
    ),
    *_about(
        "where from and with what",
        _string("<column>_last", "name", "<column> of the last click"),
    ),
)
"""Features of a session up to a click, by name."""

TREND_DAYS = (28, 90, 180)
"""Windows before the moment; the first one is compared with as many days before it."""

CUSTOMER = _by_name(
    *_about(
        "the last visit",
        _number("days_since_visit", "days", "days since the last event"),
        _number("days_known", "days", "days since the first event"),
    ),
    *_about(
        "visits",
        _number("sessions", "sessions", "sessions so far", lowest=1.0),
        _number(
            "clicks_per_session",
            "events",
            "clicks, or lines of an order, per visit on average",
            lowest=1.0,
        ),
        _share("bounce_share", "share of sessions with one event only"),
        _count("sessions_without_order", "sessions", "sessions without a purchase"),
        _count("carts", "events", "times that a product was put in the cart"),
    ),
    *_about(
        "hour and day",
        _number("hour_mode", "hour of day, UTC", "hour with most events", highest=23.0),
        _number("weekday_mode", "0 = Monday", "day of the week with most events", highest=6.0),
    ),
    *_about(
        "orders",
        _count("orders", "orders", "sessions with a purchase"),
        _count("products_bought", "products", "distinct products bought"),
    ),
    *_about(
        "spend",
        _number("spend", "currency", "amount bought"),
        _number("order_value_mean", "currency", "mean amount of an order; empty without one"),
        _number("basket_items_mean", "items", "mean items of an order; empty without one"),
        _number("price_mean_bought", "currency", "mean price of the order lines"),
    ),
    *_about(
        "returns",
        _count("returns", "events", "order lines sent back"),
        _number("returned", "currency", "amount sent back"),
        _number("return_rate", "ratio", "order lines sent back over order lines bought"),
    ),
    *_about(
        "time between orders",
        _number("days_since_order", "days", "days since the last purchase; empty without one"),
        _number("order_gap_mean", "days", "mean time between orders; empty below two"),
        _number("order_gap_spread", "days", "standard deviation of these times; empty below three"),
        _number("order_overdue", "ratio", "time since the last order over the mean between orders"),
    ),
    *_about(
        "what was looked at",
        _count("products", "products", "distinct products viewed"),
        _number("price_mean", "currency", "mean price of products viewed"),
    ),
    *_about(
        "categories",
        _count("categories", "categories", "distinct categories viewed"),
        _share("top_category_share", "share of views that fell on the category viewed most"),
        _share("share_<category>", "share of events of known category that fell on <category>"),
    ),
    *_about(
        "the last months",
        *(
            feature
            for days in TREND_DAYS
            for feature in (
                _count(f"events_{days}_days", "events", f"events of the last {days} days"),
                _count(f"orders_{days}_days", "orders", f"orders of the last {days} days"),
                _number(f"spend_{days}_days", "currency", f"amount bought in the last {days} days"),
            )
        ),
        _number(
            "events_trend", "events", "events of the last 28 days less the 28 before", lowest=None
        ),
        _number(
            "orders_trend", "orders", "orders of the last 28 days less the 28 before", lowest=None
        ),
        _number(
            "spend_trend",
            "currency",
            "amount bought in the last 28 days less the 28 before",
            lowest=None,
        ),
    ),
)
"""Features of a customer as of a moment, by name."""
