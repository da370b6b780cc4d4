"""Features that compare a session with what was learned of categories and products."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from clickstream.features.sets import Values, at_cut
from clickstream.lookups import CATEGORY_LOOKUP, PRODUCT_LOOKUP, lookup_relation

__all__ = ["learned_keys", "learned_values", "with_lookups"]


def learned_keys(seen: ir.Table) -> Values:
    """The columns by which a cut finds its rows: when its session began, and the last product."""
    moment = ibis.coalesce(seen.event_time, seen.event_date.cast("timestamp"))
    return {"start": moment.min(), "product_last": at_cut(seen, seen.product_id)}


def with_lookups(cuts: ir.Table) -> ir.Table:
    """Join the rows that were valid when the session began.

    Parameters
    ----------
    cuts : ibis Table
        With `category_last` and the `learned_keys`.
    """
    categories = lookup_relation(CATEGORY_LOOKUP)
    products = lookup_relation(PRODUCT_LOOKUP)
    return cuts.left_join(
        categories,
        [
            cuts.category_last == categories.category,
            cuts.start >= categories.valid_from,
            cuts.start < categories.valid_to,
        ],
    ).left_join(
        products,
        [
            cuts.product_last == products.product_id,
            cuts.start >= products.valid_from,
            cuts.start < products.valid_to,
        ],
    )


def learned_values(joined: ir.Table) -> Values:
    """Features of a table of cuts `with_lookups`."""
    return {
        "price_to_category": joined.price_last.cast("float64") / joined.price_median.nullif(0),
        "exit_rate": ibis.coalesce(joined.product_exit_rate, joined.category_exit_rate),
    }
