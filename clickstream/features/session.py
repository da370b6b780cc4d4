"""Features of a session up to a click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from clickstream.features.catalogue import SESSION, Feature
from clickstream.features.categories import (
    category_columns,
    category_values,
)
from clickstream.features.history import earlier_sessions, history_values
from clickstream.features.learned import (
    learned_keys,
    learned_values,
    with_lookups,
    with_relative_prices,
)
from clickstream.features.paths import path_values, with_steps, with_views
from clickstream.features.sets import (
    CUT,
    FeatureSet,
    Values,
    at_cut,
    feature_set,
    mean_of,
    relations,
    times,
)
from clickstream.tables import TimeResolution

__all__ = ["session_features"]

_CONTEXT = "context_"
_UNKNOWN = ibis.null("decimal(18, 6)")
_RELATIVE = ("price_to_category_mean", "price_to_category_before")


def session_features(
    context_columns: tuple[str, ...],
    resolution: TimeResolution,
    categories: Sequence[str],
    *,
    history_days: int | None = None,
    lookups: bool = False,
) -> FeatureSet:
    """What a session shows up to its cut.

    Parameters
    ----------
    context_columns : tuple of str
        Columns of the source beyond the canonical ones; the last value counts.
    resolution : {'time', 'date', 'none'}
        Durations, gaps, the hour and the history need times.
    categories : sequence of str
        Categories whose views are counted one by one.
    history_days : int, optional
        How far back, before the session, the customer's earlier sessions count; None where no
        customer is known.
    lookups : bool, default False
        Compare with what `clickstream.lookups` learned of categories and products.
    """
    timed = resolution == "time"
    events, cuts = relations(context_columns)
    # A shop may call a column of its own as one that is made here.
    own = events.rename({_CONTEXT + name: name for name in context_columns})
    priced = with_relative_prices(own) if lookups else own.mutate(relative_price=_UNKNOWN)
    steps = with_steps(with_views(priced))
    seen = _up_to_the_cut(steps, cuts)
    values = {
        **_click_values(seen),
        **_price_values(seen),
        **_cart_values(seen),
        **category_values(seen),
        **path_values(seen),
        **(_time_values(seen) if timed else {}),
        **_each_category(seen, categories, timed),
        **_last_values(seen, context_columns),
    }
    table = seen.group_by(CUT).agg(**values, **(learned_keys(seen) if lookups else {}))
    final: Values = {name: table[name] for name in values}
    if lookups:
        table = with_lookups(table)
        final |= learned_values(table)
    if history_days is not None:
        before = earlier_sessions(steps, history_days)
        table = table.left_join(before, table.unit_id == before.session_id)
        final |= history_values(table, history_days)
    if not lookups:
        final = {name: value for name, value in final.items() if name not in _RELATIVE}
    return feature_set(table, final, _described(context_columns, categories))


def _described(
    context_columns: tuple[str, ...], categories: Sequence[str]
) -> Mapping[str, Feature]:
    described = dict(SESSION)
    for column in context_columns:
        described[f"{column}_last"] = SESSION["<column>_last"].of("column", column, column)
    for category, ending in category_columns(categories).items():
        for template in ("views_<category>", "seconds_<category>"):
            feature = SESSION[template].of("category", ending, category)
            described[feature.name] = feature
    return described


def _up_to_the_cut(steps: ir.Table, cuts: ir.Table) -> ir.Table:
    return steps.join(cuts, [steps.session_id == cuts.unit_id, steps.event_index <= cuts.cut_index])


def _click_values(seen: ir.Table) -> Values:
    view = seen.event_type == "view"
    views = times(view)
    products = times(seen.product_view == 1)
    revisits = times(seen.product_view > 1)
    clicks = seen.count()
    return {
        "clicks": clicks,
        "views": views,
        "products": products,
        "revisits": revisits,
        "revisit_rate": revisits / views.nullif(0),
        "bounce": (clicks == 1).cast("int8"),
        "weekday": seen.event_date.max().day_of_week.index(),
    }


def _price_values(seen: ir.Table) -> Values:
    viewed = (seen.event_type == "view").ifelse(seen.price, None)
    return {
        "price_mean": mean_of(viewed),
        "price_min": viewed.min(),
        "price_max": viewed.max(),
        "price_last": at_cut(seen, seen.price),
        **{f"price_lag_{lag}": at_cut(seen, seen.price, lag) for lag in (1, 2, 3)},
        "price_to_category_mean": mean_of(viewed.notnull().ifelse(seen.relative_price, None)),
    }


def _cart_values(seen: ir.Table) -> Values:
    put, removed = seen.event_type == "cart", seen.event_type == "remove"
    amount = seen.price * seen.quantity
    value = ibis.cases((put, amount), (removed, -amount)).sum()
    return {
        "carts": times(put),
        "removals": times(removed),
        "cart_value": value.fill_null(0),
    }


def _time_values(seen: ir.Table) -> Values:
    return {
        # Whole seconds add up exactly, whatever the order of rows.
        "duration": seen.gap.sum().fill_null(0),
        "gap_mean": seen.gap.mean(),
        "gap_last": at_cut(seen, seen.gap),
        "hour": seen.event_time.max().hour(),
    }


def _each_category(seen: ir.Table, categories: Sequence[str], timed: bool) -> Values:
    endings = category_columns(categories)
    views = {f"views_{endings[name]}": times(seen.viewed_category == name) for name in categories}
    # The time between two events was spent on the product of the first.
    spent = {
        f"seconds_{endings[name]}": (seen.category_1 == name).ifelse(seen.gap, 0).sum()
        for name in categories
    }
    return views | spent if timed else views


def _last_values(seen: ir.Table, context_columns: tuple[str, ...]) -> Values:
    columns = {name: name for name in ("event_type", "category")}
    columns |= {name: _CONTEXT + name for name in context_columns}
    return {f"{name}_last": at_cut(seen, seen[column]) for name, column in columns.items()}
