"""Lookups: what was learned of categories and products, each row valid for a time.

A row is made of sessions that ended before it became valid, so a session that begins while it is
valid reads its own past only: training rows, every fold, the holdout and a service read the same
table and none of them sees what comes after.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir

from clickstream.tables import store

__all__ = ["CATEGORY_LOOKUP", "LOOKUPS", "PRODUCT_LOOKUP", "learn_lookups", "lookup_relation"]

CATEGORY_LOOKUP = "category_periods"
PRODUCT_LOOKUP = "product_periods"

LOOKUPS = {
    CATEGORY_LOOKUP: {
        "category": "string",
        "valid_from": "timestamp",
        "valid_to": "timestamp",
        "price_median": "float64",
        "category_exit_rate": "float64",
    },
    PRODUCT_LOOKUP: {
        "product_id": "string",
        "valid_from": "timestamp",
        "valid_to": "timestamp",
        "product_exit_rate": "float64",
    },
}
"""Ibis types of each lookup, by the name of its relation."""

_FOREVER = datetime(9999, 12, 31)
_SMOOTHING = 20
"""Views at the overall rate that every product and category is given beside its own."""
_FEWEST_VIEWS = 5
"""A product viewed less often is taken as its category."""


def lookup_relation(name: str) -> ir.Table:
    """A lookup by its columns alone."""
    return ibis.table(LOOKUPS[name], name=name)


def learn_lookups(
    backend: ibis.backends.duckdb.Backend, moments: Sequence[datetime]
) -> dict[str, ir.Table]:
    """Learn the lookups as of some moments, each valid until the next, the last one for good.

    Parameters
    ----------
    backend : ibis.backends.duckdb.Backend
        With the canonical `events`, and `bounds` as `clickstream.cuts.session_bounds` gives them.
    moments : sequence of datetime
        In ascending order.

    Returns
    -------
    dict of str to ibis Table
        By the name of the relation, which now holds it, its rows in the order of its columns.
    """
    counted = _counted(backend.table("events"), backend.table("bounds"), moments)
    spread = store(backend, "_spread", _spread(counted, len(moments)))
    overall = spread.group_by("period").agg(
        overall=spread.exits.sum() / spread.views.sum().cast("float64")
    )
    lookups = {
        CATEGORY_LOOKUP: _with_rate(_categories(spread), overall, "category_exit_rate"),
        PRODUCT_LOOKUP: _with_rate(_products(spread), overall, "product_exit_rate"),
    }
    return {
        name: store(
            backend, name, _valid(lookup, moments).select(*LOOKUPS[name]).order_by(*LOOKUPS[name])
        )
        for name, lookup in lookups.items()
    }


def _counted(events: ir.Table, bounds: ir.Table, moments: Sequence[datetime]) -> ir.Table:
    """Views, and those that ended a session, by product, price and first period that knows them."""
    viewed = events.filter(events.event_type == "view")
    over = viewed.join(bounds, viewed.session_id == bounds.unit_id)
    since = ibis.literal(0)
    for moment in moments:
        since += (over.end >= ibis.timestamp(moment)).cast("int64")
    exits = (over.event_index == over.last_index).sum()
    return over.group_by("category", "product_id", "price", since=since).agg(
        views=over.count(), exits=exits
    )


def _spread(counted: ir.Table, periods: int) -> ir.Table:
    """The counts in every period that knows them."""
    known = counted.mutate(period=ibis.range(counted.since, periods).unnest())
    return known.group_by("category", "product_id", "price", "period").agg(
        views=known.views.sum(), exits=known.exits.sum()
    )


def _categories(spread: ir.Table) -> ir.Table:
    """Every price of every product counts once, however often it was viewed."""
    known = spread.filter(spread.category.notnull())
    return known.group_by(key=known.category, period=known.period).agg(
        price_median=known.price.median().cast("float64"),
        views=known.views.sum(),
        exits=known.exits.sum(),
    )


def _products(spread: ir.Table) -> ir.Table:
    known = spread.filter(spread.product_id.notnull())
    table = known.group_by(key=known.product_id, period=known.period).agg(
        views=known.views.sum(), exits=known.exits.sum()
    )
    return table.filter(table.views >= _FEWEST_VIEWS)


def _with_rate(counts: ir.Table, overall: ir.Table, name: str) -> ir.Table:
    """Exits over views, drawn towards the overall rate where views are few."""
    joined = counts.join(overall, "period")
    exits = joined.exits + _SMOOTHING * joined.overall
    return joined.mutate((exits / (joined.views + _SMOOTHING)).name(name))


def _valid(lookup: ir.Table, moments: Sequence[datetime]) -> ir.Table:
    """Say by moments when a period is valid."""
    starts = [ibis.timestamp(moment) for moment in moments]
    ends = [*starts[1:], ibis.timestamp(_FOREVER)]
    return lookup.mutate(
        category=lookup.key,
        product_id=lookup.key,
        valid_from=ibis.array(starts)[lookup.period],
        valid_to=ibis.array(ends)[lookup.period],
    )
