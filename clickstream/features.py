"""Features: what is known of a unit up to its cut, as Ibis expressions over `events` and `cuts`.

The expressions are compiled to the bundle's `features.sql`; training runs that same text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import ibis
import ibis.expr.types as ir

from clickstream.cuts import cut_schema
from clickstream.tables import TimeResolution, event_schema

__all__ = [
    "Feature",
    "FeatureSet",
    "customer_features",
    "features_sql",
    "frequent_categories",
    "session_features",
]

_SECONDS_PER_DAY = 86_400
_TOP_CATEGORIES = 12


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
    """

    name: str
    type: Literal["number", "string"]
    unit: str
    description: str


@dataclass(frozen=True)
class FeatureSet:
    """Features and the expression that computes them.

    Attributes
    ----------
    features : tuple of Feature
        In the order of the columns.
    expression : ibis Table
        `unit_id`, `cut_index`, `as_of` and one column per feature, one row per cut.
    """

    features: tuple[Feature, ...]
    expression: ir.Table

    def only(self, names: Sequence[str]) -> FeatureSet:
        """Some of the features, in their own order."""
        kept = tuple(feature for feature in self.features if feature.name in names)
        columns = [*_CUT, *(feature.name for feature in kept)]
        return FeatureSet(kept, self.expression.select(*columns))


def features_sql(features: FeatureSet) -> str:
    """The DuckDB text of a feature set, over relations named `events` and `cuts`."""
    return str(ibis.to_sql(features.expression, dialect="duckdb")) + "\n"


def frequent_categories(events: ir.Table, limit: int = _TOP_CATEGORIES) -> list[str]:
    """The categories viewed most, ties in alphabetical order.

    Parameters
    ----------
    events : ibis Table
        Canonical events of training units only.
    limit : int, default 12
        How many at most.
    """
    views = events.filter(events.event_type == "view", events.category.notnull())
    counted = views.group_by("category").agg(views=views.count())
    top = counted.order_by(ibis.desc("views"), "category").limit(limit)
    return [str(name) for name in top.category.to_pyarrow().to_pylist()]


def session_features(
    context_columns: tuple[str, ...], resolution: TimeResolution, categories: Sequence[str]
) -> FeatureSet:
    """What a session shows up to its cut.

    Parameters
    ----------
    context_columns : tuple of str
        Columns of the source beyond the canonical ones; the last value counts.
    resolution : {'time', 'date', 'none'}
        Durations, gaps and the hour need times.
    categories : sequence of str
        Categories whose views are counted one by one.
    """
    events, cuts = _relations(context_columns)
    seen = _session_history(events, cuts)
    pairs = [
        *_clicks(seen),
        *_prices(seen),
        *_cart(seen),
        *_category_views(seen, categories),
        _top_share(seen),
        *(_timing(seen) if resolution == "time" else []),
        _weekday(seen),
        *_last_values(seen, context_columns),
    ]
    return _feature_set(seen, pairs)


_Pair = tuple[Feature, ir.Value]

_CUT = ["unit_id", "cut_index", "as_of"]
_TOP_SHARE = Feature(
    "top_category_share", "number", "share", "share of views that fell on the category viewed most"
)


def _feature_set(seen: ir.Table, pairs: Sequence[_Pair]) -> FeatureSet:
    columns = {feature.name: value for feature, value in pairs}
    return FeatureSet(tuple(feature for feature, _ in pairs), seen.group_by(_CUT).agg(**columns))


def _relations(context_columns: tuple[str, ...]) -> tuple[ir.Table, ir.Table]:
    events = ibis.table(event_schema(context_columns), name="events")
    return events, ibis.table(cut_schema(), name="cuts")


def _session_history(events: ir.Table, cuts: ir.Table) -> ir.Table:
    """Events of each cut's session up to the cut, each with the seconds since the one before."""
    before = ibis.window(group_by=events.session_id, order_by=events.event_index)
    # Whole seconds and decimal amounts add up exactly, whatever the order of rows.
    time = events.event_time.truncate("s").epoch_seconds()
    gapped = events.mutate(gap=time - time.lag().over(before))
    joined = gapped.join(cuts, gapped.session_id == cuts.unit_id)
    return _with_category_views(joined.filter(joined.event_index <= joined.cut_index))


def _number(name: str, unit: str, description: str, value: ir.Value) -> _Pair:
    return Feature(name, "number", unit, description), value.cast("float64")


def _clicks(seen: ir.Table) -> list[_Pair]:
    view = seen.event_type == "view"
    views = view.sum()
    products = seen.product_id.nunique(where=view)
    known = seen.product_id.notnull() & view
    return [
        _number("clicks", "events", "events of the session so far", seen.count()),
        _number("views", "events", "product views so far", views),
        _number("products", "products", "distinct products viewed", products),
        _number(
            "categories",
            "categories",
            "distinct categories viewed",
            seen.category.nunique(where=view),
        ),
        _number("revisits", "events", "views of a product viewed before", known.sum() - products),
    ]


def _prices(seen: ir.Table) -> list[_Pair]:
    price = seen.price
    last = price.argmax(seen.event_index)
    view = seen.event_type == "view"
    return [
        _number("price_mean", "currency", "mean price of products viewed", price.mean(where=view)),
        _number("price_min", "currency", "lowest price viewed", price.min(where=view)),
        _number("price_max", "currency", "highest price viewed", price.max(where=view)),
        _number("price_last", "currency", "price of the product clicked last", last),
    ]


def _cart(seen: ir.Table) -> list[_Pair]:
    put, removed = seen.event_type == "cart", seen.event_type == "remove"
    amount = seen.price * seen.quantity
    value = amount.sum(where=put).fill_null(0) - amount.sum(where=removed).fill_null(0)
    return [
        _number("carts", "events", "times that a product was put in the cart", put.sum()),
        _number("removals", "events", "times that one was taken out again", removed.sum()),
        _number(
            "cart_value", "currency", "value of what was put in less what was taken out", value
        ),
    ]


def _category_views(seen: ir.Table, categories: Sequence[str]) -> list[_Pair]:
    names = _column_names(categories)
    view = seen.event_type == "view"
    return [
        _number(
            names[category],
            "events",
            f"views of products in category {category}",
            (view & (seen.category == category)).fill_null(False).sum(),
        )
        for category in categories
    ]


def _column_names(categories: Sequence[str]) -> Mapping[str, str]:
    """A column name per category, made of letters and digits and without two alike."""
    names: dict[str, str] = {}
    for category in categories:
        slug = re.sub(r"\W+", "_", category.lower()).strip("_")
        name = f"views_{slug}"
        while name in names.values():
            name += "_"
        names[category] = name
    return names


def _timing(seen: ir.Table) -> list[_Pair]:
    time = seen.event_time.truncate("s").epoch_seconds()
    last_time = seen.event_time.max()
    return [
        _number("duration", "seconds", "time from first to last click", time.max() - time.min()),
        _number("gap_mean", "seconds", "mean time between clicks", seen.gap.mean()),
        _number(
            "gap_last",
            "seconds",
            "time between the last two clicks",
            seen.gap.argmax(seen.event_index),
        ),
        _number("hour", "hour of day, UTC", "hour of the last click", last_time.hour()),
    ]


def _weekday(seen: ir.Table) -> _Pair:
    weekday = seen.event_date.max().day_of_week.index()
    return _number("weekday", "0 = Monday", "day of the week of the last click", weekday)


def _last_values(seen: ir.Table, context_columns: tuple[str, ...]) -> list[_Pair]:
    columns = ["event_type", "category", *context_columns]
    return [
        (
            Feature(
                f"{name}_last", "string", "name", f"{name.replace('_', ' ')} of the last click"
            ),
            seen[name].argmax(seen.event_index),
        )
        for name in columns
    ]


def _top_share(seen: ir.Table) -> _Pair:
    top = seen.category_views.max().cast("float64")
    viewed = (seen.event_type == "view") & seen.category.notnull()
    return _TOP_SHARE, top / viewed.sum().nullif(0)


def _with_category_views(seen: ir.Table) -> ir.Table:
    """Add to each view how many views its category has up to the cut."""
    viewed = (seen.event_type == "view") & seen.category.notnull()
    same = ibis.window(group_by=[*_CUT, seen.category])
    return seen.mutate(category_views=viewed.sum().over(same))


def customer_features(context_columns: tuple[str, ...], history_days: int) -> FeatureSet:
    """What is known of a customer as of a moment, from the events of the last `history_days`.

    Parameters
    ----------
    context_columns : tuple of str
        Columns of the source beyond the canonical ones.
    history_days : int
        Older events do not count, in training as in serving.
    """
    events, cuts = _relations(context_columns)
    seen = _customer_history(events, cuts, history_days)
    pairs = [*_visits(seen), *_orders(seen), *_interest(seen), _top_share(seen)]
    return _feature_set(seen, pairs)


def _customer_history(events: ir.Table, cuts: ir.Table, history_days: int) -> ir.Table:
    joined = events.join(cuts, events.customer_id == cuts.unit_id)
    age = (joined.as_of.epoch_seconds() - joined.event_time.epoch_seconds()) / _SECONDS_PER_DAY
    aged = joined.mutate(age=age.cast("float64"))
    start = aged.as_of - ibis.interval(days=history_days)
    recent = aged.filter(aged.event_time < aged.as_of, aged.event_time >= start)
    return _with_category_views(recent)


def _visits(seen: ir.Table) -> list[_Pair]:
    sessions = seen.session_id.nunique()
    clicks = seen.count().cast("float64")
    return [
        _number("days_since_visit", "days", "days since the last event", seen.age.min()),
        _number("days_known", "days", "days since the first event", seen.age.max()),
        _number("sessions", "sessions", "sessions so far", sessions),
        _number("clicks_per_session", "events", "mean events per session", clicks / sessions),
    ]


def _orders(seen: ir.Table) -> list[_Pair]:
    bought, returned = seen.event_type == "purchase", seen.event_type == "return"
    amount = seen.price * seen.quantity
    orders = seen.session_id.nunique(where=bought)
    spend = amount.sum(where=bought).fill_null(0)
    carts = (seen.event_type == "cart").sum()
    return [
        _number("orders", "orders", "sessions with a purchase", orders),
        _number("spend", "currency", "amount bought", spend),
        _number(
            "returned", "currency", "amount sent back", amount.sum(where=returned).fill_null(0)
        ),
        _number("carts", "events", "times that a product was put in the cart", carts),
        _number(
            "days_since_order",
            "days",
            "days since the last purchase; empty without one",
            seen.age.min(where=bought),
        ),
    ]


def _interest(seen: ir.Table) -> list[_Pair]:
    view = seen.event_type == "view"
    price = seen.price
    return [
        _number("price_mean", "currency", "mean price of products viewed", price.mean(where=view)),
        _number(
            "categories",
            "categories",
            "distinct categories viewed",
            seen.category.nunique(where=view),
        ),
    ]
