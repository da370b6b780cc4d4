"""Categories of products that have descriptions only: the lookup of groups made from these."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

__all__ = ["PRODUCT_GROUPS", "UNKNOWN_PRODUCT", "with_groups"]

PRODUCT_GROUPS = "product_groups"
"""The lookup's relation: `product_id` and the `category` that it was put into."""
UNKNOWN_PRODUCT = "unknown product"
"""The category of a product that was not there when groups were made."""


def with_groups(events: ir.Table) -> ir.Table:
    """Take the category of each event from the lookup.

    Parameters
    ----------
    events : ibis Table
        Canonical events without categories.

    Returns
    -------
    ibis Table
        The same columns; events without product stay without category.
    """
    groups = ibis.table({"product_id": "string", "category": "string"}, name=PRODUCT_GROUPS)
    joined = events.left_join(groups, "product_id", rname="{name}_of_group")
    group = ibis.coalesce(joined.category_of_group, ibis.literal(UNKNOWN_PRODUCT))
    category = joined.product_id.isnull().ifelse(ibis.null("string"), group)
    return joined.mutate(category=category).select(*events.columns)
