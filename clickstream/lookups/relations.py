"""The relations of lookups: their names and columns."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

__all__ = [
    "CATEGORY_LOOKUP",
    "LOOKUPS",
    "PRODUCT_LOOKUP",
    "STEP_LOOKUP",
    "lookup_relation",
]

CATEGORY_LOOKUP = "category_periods"
PRODUCT_LOOKUP = "product_periods"
STEP_LOOKUP = "step_periods"

_PERIOD = {"valid_from": "timestamp", "valid_to": "timestamp"}
LOOKUPS = {
    CATEGORY_LOOKUP: {
        "category": "string",
        **_PERIOD,
        "price_median": "float64",
        "category_exit_rate": "float64",
    },
    PRODUCT_LOOKUP: {
        "product_id": "string",
        **_PERIOD,
        "product_exit_rate": "float64",
        "product_next_price": "float64",
    },
    STEP_LOOKUP: {
        "product_before": "string",
        "product_id": "string",
        **_PERIOD,
        "step_share": "float64",
        "step_exit_rate": "float64",
        "step_next_price": "float64",
    },
}
"""Ibis types of each lookup, by the name of its relation.

A step leads from the product of one event to that of the next one of the session.
"""


def lookup_relation(name: str) -> ir.Table:
    """A lookup by its columns alone."""
    return ibis.table(LOOKUPS[name], name=name)
