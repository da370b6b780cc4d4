"""Features of the categories that a unit turned to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from clickstream.features.sets import Values, times

__all__ = [
    "category_columns",
    "category_values",
    "frequent_categories",
]

_TOP_CATEGORIES = 12


def frequent_categories(events: ir.Table, limit: int = _TOP_CATEGORIES) -> list[str]:
    """The categories of most events, ties in alphabetical order.

    Parameters
    ----------
    events : ibis Table
        Canonical events of training units only, of the types that count.
    limit : int, default 12
        How many at most.
    """
    known = events.filter(events.category.notnull())
    counted = known.group_by("category").agg(times=known.count())
    top = counted.order_by(ibis.desc("times"), "category").limit(limit)
    return [str(name) for name in top.category.to_pyarrow().to_pylist()]


def category_columns(categories: Sequence[str]) -> Mapping[str, str]:
    """The end of a column's name per category, of letters and digits and without two alike."""
    names: dict[str, str] = {}
    for category in categories:
        name = re.sub(r"\W+", "_", category.lower()).strip("_")
        while name in names.values():
            name += "_"
        names[category] = name
    return names


def category_values(seen: ir.Table) -> Values:
    """Spread of the views over categories, of events `with_views`."""
    number = seen.category_view
    views = seen.viewed_category.count().nullif(0)
    # Of n views, k in a category each, the entropy is ln(n) less the sum of k ln(k) over n. Each
    # view adds to that sum what it adds to its category's part. As decimals the parts add up
    # exactly, whatever the order of rows.
    parts = _times_log(number) - _times_log(number - 1)
    entropy = views.ln() - parts.cast("decimal(18, 12)").sum().cast("float64") / views
    # Of one category it is nothing, not what rounding left of it.
    alone = number.max() == views
    return {
        "categories": times(number == 1),
        "top_category_share": number.max() / views,
        "category_entropy": alone.ifelse(0.0, entropy),
    }


def _times_log(number: ir.IntegerValue) -> ir.FloatingValue:
    return number * ibis.greatest(number, 1).ln()
