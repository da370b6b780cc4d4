"""Lookups: what was learned of categories, products and steps, each row valid for a time.

A row is made of sessions that ended before it became valid, so what happens while it is valid
reads its own past only: training rows, every fold, the holdout and a service read the same table
and none of them sees what comes after.
"""

from clickstream.lookups.learning import learn_lookups
from clickstream.lookups.relations import (
    CATEGORY_LOOKUP,
    LOOKUPS,
    PRODUCT_LOOKUP,
    STEP_LOOKUP,
    lookup_relation,
)

__all__ = [
    "CATEGORY_LOOKUP",
    "LOOKUPS",
    "PRODUCT_LOOKUP",
    "STEP_LOOKUP",
    "learn_lookups",
    "lookup_relation",
]
