"""Learn the lookups from the sessions that had ended when a period began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir

from clickstream.lookups.periods import FEWEST, drawn_towards, periods_before, spread, valid
from clickstream.lookups.relations import CATEGORY_LOOKUP, LOOKUPS, PRODUCT_LOOKUP, STEP_LOOKUP
from clickstream.lookups.steps import counted_steps, prices_after, step_rates
from clickstream.tables import store

__all__ = ["learn_lookups"]

_VIEWED = ("category", "product_id", "price")


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
    events, bounds, periods = backend.table("events"), backend.table("bounds"), len(moments)
    counted = _counted_views(events, bounds, moments)
    views = store(backend, "_views", spread(counted, _VIEWED, ("views", "exits"), periods))
    steps = store(backend, "_steps", counted_steps(events, bounds, moments))
    products = _products(views).left_join(prices_after(steps, periods), ["product_id", "period"])
    products = store(backend, "_products", products.drop("product_id_right", "period_right"))
    learned = {
        CATEGORY_LOOKUP: _categories(views),
        PRODUCT_LOOKUP: products,
        STEP_LOOKUP: step_rates(steps, products, periods),
    }
    return {
        name: store(
            backend, name, valid(lookup, moments).select(*LOOKUPS[name]).order_by(*LOOKUPS[name])
        )
        for name, lookup in learned.items()
    }


def _counted_views(events: ir.Table, bounds: ir.Table, moments: Sequence[datetime]) -> ir.Table:
    """Views, and those that ended a session, by product, price and first period that knows them."""
    viewed = events.filter(events.event_type == "view")
    over = viewed.join(bounds, viewed.session_id == bounds.unit_id)
    return over.group_by(*_VIEWED, since=periods_before(over.end, moments)).agg(
        views=over.count(), exits=(over.event_index == over.last_index).sum()
    )


def _categories(views: ir.Table) -> ir.Table:
    """Every price of every product counts once, however often it was viewed."""
    known = views.filter(views.category.notnull())
    table = known.group_by("category", "period").agg(
        price_median=known.price.median().cast("float64"),
        views=known.views.sum(),
        exits=known.exits.sum(),
    )
    return _with_rate(table, views, "category_exit_rate")


def _products(views: ir.Table) -> ir.Table:
    known = views.filter(views.product_id.notnull())
    table = known.group_by("product_id", "period").agg(
        views=known.views.sum(), exits=known.exits.sum()
    )
    return _with_rate(table.filter(table.views >= FEWEST), views, "product_exit_rate")


def _with_rate(table: ir.Table, views: ir.Table, name: str) -> ir.Table:
    """Exits over views, drawn towards the rate of all."""
    overall = views.group_by("period").agg(
        overall=views.exits.sum() / views.views.sum().cast("float64")
    )
    joined = table.join(overall, "period")
    return joined.mutate(**{name: drawn_towards(joined.overall, joined.exits, joined.views)})
