"""Features of a customer as of a moment.

They stand on two tables: the events before the moment, and the visits that these events make. In
a log of order lines alone a visit is an invoice; what only clicks tell is then empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from clickstream.features.catalogue import CUSTOMER, TREND_DAYS, Feature
from clickstream.features.categories import category_columns
from clickstream.features.groups import with_groups
from clickstream.features.sets import (
    CUT,
    FeatureSet,
    Values,
    feature_set,
    mean_of,
    relations,
    times,
    whole_seconds,
)

__all__ = ["customer_features"]

_SECONDS_PER_DAY = 86_400
_MINUTES_PER_DAY = 1_440
_VISIT = [*CUT, "session_id"]


def customer_features(
    context_columns: tuple[str, ...],
    history_days: int,
    categories: Sequence[str] = (),
    *,
    grouped: bool = False,
) -> FeatureSet:
    """What is known of a customer as of a moment, from the events of the last `history_days`.

    Parameters
    ----------
    context_columns : tuple of str
        Columns of the source beyond the canonical ones.
    history_days : int
        Older events do not count, in training as in serving.
    categories : sequence of str, default ()
        Categories whose share is told one by one.
    grouped : bool, default False
        Whether categories are those of the lookup `product_groups`.
    """
    events, cuts = relations(context_columns)
    if grouped:
        events = with_groups(events)
    seen = _history(events, cuts, history_days)
    of_events = {
        **_line_values(seen),
        **_interest_values(seen, categories),
        **_recent_values(seen),
        **_habit_values(seen),
    }
    visits = _visits(seen)
    of_visits = {**_visit_values(visits), **_order_values(visits)}
    visited = visits.group_by(CUT).agg(**of_visits, **_gap_sums(visits))
    joined = seen.group_by(CUT).agg(**of_events).join(visited, CUT)
    values = {name: joined[name] for name in (*of_visits, *of_events)} | _gap_values(joined)
    return feature_set(joined, values, _described(categories))


def _described(categories: Sequence[str]) -> Mapping[str, Feature]:
    shares = [
        CUSTOMER["share_<category>"].of("category", ending, category)
        for category, ending in category_columns(categories).items()
    ]
    return CUSTOMER | {feature.name: feature for feature in shares}


def _history(events: ir.Table, cuts: ir.Table, history_days: int) -> ir.Table:
    """The events before each moment, with their age in days and the views of their category."""
    joined = events.join(cuts, events.customer_id == cuts.unit_id)
    start = joined.as_of - ibis.interval(days=history_days)
    recent = joined.filter(joined.event_time < joined.as_of, joined.event_time >= start)
    seconds = whole_seconds(recent.as_of) - whole_seconds(recent.event_time)
    viewed = (recent.event_type == "view") & recent.category.notnull()
    hour, day = recent.event_time.hour(), recent.event_date.day_of_week.index()
    return recent.mutate(
        age=seconds / _SECONDS_PER_DAY,
        amount=recent.price * recent.quantity,
        viewed_category=viewed,
        category_views=times(viewed).over(ibis.window(group_by=[*CUT, recent.category])),
        hour=hour,
        hour_events=recent.count().over(ibis.window(group_by=[*CUT, hour])),
        weekday=day,
        weekday_events=recent.count().over(ibis.window(group_by=[*CUT, day])),
    )


def _line_values(seen: ir.Table) -> Values:
    bought, returned = seen.event_type == "purchase", seen.event_type == "return"
    spend = bought.ifelse(seen.amount, None).sum().fill_null(0)
    lines = times(bought)
    return {
        "spend": spend,
        "price_mean_bought": mean_of(bought.ifelse(seen.price, None)),
        "products_bought": bought.ifelse(seen.product_id, None).nunique(),
        "returned": returned.ifelse(seen.amount, None).sum().fill_null(0),
        "returns": times(returned),
        "return_rate": times(returned) / lines.nullif(0),
        "carts": times(seen.event_type == "cart"),
        "days_since_order": bought.ifelse(seen.age, None).min(),
        "days_since_visit": seen.age.min(),
        "days_known": seen.age.max(),
    }


def _interest_values(seen: ir.Table, categories: Sequence[str]) -> Values:
    view = seen.event_type == "view"
    known = seen.category.count().nullif(0)
    shares = {
        f"share_{ending}": times(seen.category == category) / known
        for category, ending in category_columns(categories).items()
    }
    return {
        "price_mean": mean_of(view.ifelse(seen.price, None)),
        "products": view.ifelse(seen.product_id, None).nunique(),
        "categories": view.ifelse(seen.category, None).nunique(),
        "top_category_share": seen.category_views.max() / times(seen.viewed_category).nullif(0),
        **shares,
    }


def _recent_values(seen: ir.Table) -> Values:
    values: dict[str, ir.Value] = {}
    for days in TREND_DAYS:
        within = seen.age <= days
        bought = within & (seen.event_type == "purchase")
        values[f"events_{days}_days"] = times(within)
        values[f"spend_{days}_days"] = bought.ifelse(seen.amount, None).sum().fill_null(0)
    recent, before = _last_and_before(seen.age)
    bought = seen.event_type == "purchase"
    spent = ibis.cases((bought & recent, seen.amount), (bought & before, -seen.amount))
    return values | {
        "events_trend": times(recent) - times(before),
        "spend_trend": spent.sum().fill_null(0),
    }


def _last_and_before(age: ir.NumericValue) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    """Whether something lies in the last days, and whether in as many days before them."""
    days = TREND_DAYS[0]
    return age <= days, (age > days) & (age <= 2 * days)


def _habit_values(seen: ir.Table) -> Values:
    """The hour and the day with most events; of several, the first."""
    return {
        "hour_mode": 23 - (24 * seen.hour_events + 23 - seen.hour).max() % 24,
        "weekday_mode": 6 - (7 * seen.weekday_events + 6 - seen.weekday).max() % 7,
    }


def _visits(seen: ir.Table) -> ir.Table:
    """A customer's sessions, each with the minutes since the last order before it."""
    bought = seen.event_type == "purchase"
    visits = seen.group_by(_VISIT).agg(
        clicks=seen.count(),
        items=bought.ifelse(seen.quantity, None).sum(),
        amount=bought.ifelse(seen.amount, None).sum(),
        ordered=bought.ifelse(seen.event_time, None).min(),
        order_age=bought.ifelse(seen.age, None).max(),
    )
    # Whole minutes and their squares add up exactly as floating numbers, whatever the order.
    minutes = (whole_seconds(visits.ordered) // 60).cast("float64")
    before = ibis.window(
        group_by=[visits[name] for name in CUT],
        order_by=[visits.ordered, visits.session_id],
    )
    return visits.mutate(gap=minutes - minutes.lag().over(before))


def _visit_values(visits: ir.Table) -> Values:
    sessions, orders = visits.count(), visits.ordered.count()
    return {
        "sessions": sessions,
        "clicks_per_session": visits.clicks.sum().cast("float64") / sessions,
        "bounce_share": times(visits.clicks == 1) / sessions,
        "orders": orders,
        "sessions_without_order": sessions - orders,
        "order_value_mean": visits.amount.sum().cast("float64") / orders.nullif(0),
        "basket_items_mean": visits["items"].sum().cast("float64") / orders.nullif(0),
    }


def _order_values(visits: ir.Table) -> Values:
    windows = {f"orders_{days}_days": times(visits.order_age <= days) for days in TREND_DAYS}
    recent, before = _last_and_before(visits.order_age)
    return windows | {"orders_trend": times(recent) - times(before)}


def _gap_sums(visits: ir.Table) -> Values:
    return {
        "gaps": visits.gap.count(),
        "gap_sum": visits.gap.sum(),
        "gap_squares": (visits.gap * visits.gap).sum(),
    }


def _gap_values(joined: ir.Table) -> Values:
    """Mean and sample standard deviation of the time between orders, from their sums."""
    gaps, total = joined.gaps.cast("float64"), joined.gap_sum
    mean = total / gaps.nullif(0) / _MINUTES_PER_DAY
    deviations = ibis.greatest(joined.gap_squares - total * total / gaps, 0.0)
    known = (gaps >= 2).ifelse(gaps - 1, None)
    return {
        "order_gap_mean": mean,
        "order_gap_spread": (deviations / known).sqrt() / _MINUTES_PER_DAY,
        "order_overdue": joined.days_since_order / mean.nullif(0),
    }
