"""What was learned of steps: from one product to the next, and how it went on from there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import ibis
import ibis.expr.types as ir

from clickstream.lookups.periods import FEWEST, drawn_towards, periods_before, spread

__all__ = ["counted_steps", "prices_after", "step_rates"]

_STEP = ("product_before", "product_id")
_COUNTS = ("steps", "exits", "prices_next", "priced_next")


def counted_steps(events: ir.Table, bounds: ir.Table, moments: Sequence[datetime]) -> ir.Table:
    """Count steps by the first period that knows them.

    Parameters
    ----------
    events, bounds : ibis Table
        Canonical events, and the sessions that they make.
    moments : sequence of datetime
        When the periods begin.

    Returns
    -------
    ibis Table
        `product_before` (null at a session's first event), `product_id`, `since`, how many
        `steps`, how many of them `exits`, the sum of the prices of the event that came next and
        how many there were.
    """
    line = ibis.window(group_by=events.session_id, order_by=events.event_index)
    stepped = events.select(
        "session_id",
        "event_index",
        "product_id",
        product_before=events.product_id.lag().over(line),
        price_next=events.price.lead().over(line),
    )
    over = stepped.join(bounds, stepped.session_id == bounds.unit_id)
    known = over.filter(over.product_id.notnull())
    return known.group_by(*_STEP, since=periods_before(known.end, moments)).agg(
        steps=known.count(),
        exits=(known.event_index == known.last_index).sum(),
        prices_next=known.price_next.sum().fill_null(0),
        priced_next=known.price_next.count(),
    )


def prices_after(steps: ir.Table, periods: int) -> ir.Table:
    """The mean price of what followed each product, drawn towards that of all products.

    Parameters
    ----------
    steps : ibis Table
        Of `counted_steps`.
    periods : int
        How many there are.

    Returns
    -------
    ibis Table
        `product_id`, `period`, `product_next_price`.
    """
    by_product = spread(steps, ["product_id"], ("prices_next", "priced_next"), periods)
    joined = by_product.join(_overall_price(by_product), "period")
    mean = drawn_towards(joined.overall, joined.prices_next, joined.priced_next)
    return joined.select("product_id", "period", product_next_price=mean)


def _overall_price(by_product: ir.Table) -> ir.Table:
    total = by_product.prices_next.sum().cast("float64")
    return by_product.group_by("period").agg(overall=total / by_product.priced_next.sum().nullif(0))


def step_rates(steps: ir.Table, products: ir.Table, periods: int) -> ir.Table:
    """How frequent each step is, how often it was the last, and the mean price of what followed.

    Parameters
    ----------
    steps : ibis Table
        Of `counted_steps`.
    products : ibis Table
        `product_id`, `period`, `product_exit_rate` and `product_next_price`, towards which steps
        are drawn; of others there is no row.
    periods : int
        How many there are.

    Returns
    -------
    ibis Table
        `product_before`, `product_id`, `period` and the three figures.
    """
    known = steps.filter(steps.product_before.notnull())
    left = spread(known, ["product_before"], ["steps"], periods)
    made = known.group_by(*_STEP).agg(steps=known.steps.sum()).filter(ibis._.steps >= FEWEST)
    spread_out = spread(known.semi_join(made, _STEP), _STEP, _COUNTS, periods)
    frequent = spread_out.filter(spread_out.steps >= FEWEST)
    joined = frequent.join(products, ["product_id", "period"], rname="{name}_of_product").join(
        left, ["product_before", "period"], rname="{name}_left"
    )
    exit_rate = drawn_towards(joined.product_exit_rate, joined.exits, joined.steps)
    price = drawn_towards(joined.product_next_price, joined.prices_next, joined.priced_next)
    return joined.select(
        *_STEP,
        "period",
        step_share=drawn_towards(ibis.literal(0), joined.steps, joined.steps_left),
        step_exit_rate=exit_rate,
        step_next_price=price,
    )
