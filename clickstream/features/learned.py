"""Features that compare a session with what was learned of categories and products."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from clickstream.features.sets import Values, at_cut
from clickstream.lookups import CATEGORY_LOOKUP, LOOKUPS, lookup_relation

__all__ = ["learned_keys", "learned_values", "with_lookups", "with_relative_prices"]


def learned_keys(seen: ir.Table) -> Values:
    """The columns by which a cut finds its rows: when its session began, and the last products."""
    return {
        "start": _moment(seen).min(),
        "product_last": at_cut(seen, seen.product_id),
        "product_before_last": at_cut(seen, seen.product_1),
    }


def with_lookups(cuts: ir.Table) -> ir.Table:
    """Join the rows that were valid when the session began.

    Parameters
    ----------
    cuts : ibis Table
        With `category_last` and the `learned_keys`.
    """
    categories, products, steps = map(lookup_relation, LOOKUPS)
    with_categories = cuts.left_join(
        categories, [cuts.category_last == categories.category, *_valid(categories, cuts.start)]
    )
    with_products = with_categories.left_join(
        products, [cuts.product_last == products.product_id, *_valid(products, cuts.start)]
    )
    return with_products.left_join(
        steps,
        [
            cuts.product_before_last == steps.product_before,
            cuts.product_last == steps.product_id,
            *_valid(steps, cuts.start),
        ],
    )


def _valid(lookup: ir.Table, moment: ir.TimestampValue) -> list[ir.BooleanValue]:
    return [moment >= lookup.valid_from, moment < lookup.valid_to]


def learned_values(joined: ir.Table) -> Values:
    """Features of a table of cuts `with_lookups`."""
    exit_rate = ibis.coalesce(joined.product_exit_rate, joined.category_exit_rate)
    # A step that the lookup does not hold was made seldom or never.
    seldom = joined.product_before_last.isnull().ifelse(None, 0.0)
    return {
        "price_to_category": joined.price_last.cast("float64") / joined.price_median.nullif(0),
        "exit_rate": exit_rate,
        "step_share": ibis.coalesce(joined.step_share, seldom),
        "step_exit_rate": ibis.coalesce(joined.step_exit_rate, exit_rate),
        "next_price": ibis.coalesce(joined.step_next_price, joined.product_next_price),
    }


def with_relative_prices(events: ir.Table) -> ir.Table:
    """Add to each event `relative_price`: its price over the median price in its category.

    Parameters
    ----------
    events : ibis Table
        Canonical events; each reads what was known when it happened.
    """
    categories = lookup_relation(CATEGORY_LOOKUP)
    joined = events.left_join(
        categories,
        [events.category == categories.category, *_valid(categories, _moment(events))],
        rname="{name}_of_category",
    )
    ratio = joined.price.cast("float64") / joined.price_median.nullif(0)
    # As decimals ratios add up exactly, whatever the order of rows.
    return joined.select(*events.columns, relative_price=ratio.cast("decimal(18, 6)"))


def _moment(events: ir.Table) -> ir.TimestampValue:
    return ibis.coalesce(events.event_time, events.event_date.cast("timestamp"))
