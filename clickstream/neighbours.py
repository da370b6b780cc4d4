"""Learn from a log which products follow each other, go together, and are popular."""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

__all__ = ["learn_recommendations"]

_STEPS = 10
"""Views further apart than this in a session have little to do with each other."""
_HALF_LIFE_DAYS = 90
"""A choice, about a season: a third of it and no decay at all foretold e-shop clothing alike."""
_ONE = 1_000_000
"""The weight of a case of the last day."""
_SMOOTHING = 5
"""Cases without any neighbour that each product is given: a pair seen once is no habit."""
_LARGEST_BASKET = 100
"""Larger ones are a wholesaler's, and say little of what goes together."""
_NEIGHBOURS = 50
_POPULAR = 50


def learn_recommendations(
    events: ir.Table, bounds: ir.Table, until: datetime, segments: ir.Table | None = None
) -> dict[str, ir.Table]:
    """Learn from the sessions that ended before a moment; older ones count less.

    Parameters
    ----------
    events : ibis Table
        Canonical events.
    bounds : ibis Table
        As `clickstream.cuts.session_bounds` gives them.
    until : datetime
        The moment.
    segments : ibis Table, optional
        `session_id` and `segment`: whose popular products are told apart.

    Returns
    -------
    dict of str to ibis Table
        `neighbours`: `product_id`, `neighbour_id`, `relation` and `share`; at most fifty for each
        product and relation. Of `viewed`, the share is the neighbour's part of all that was
        viewed after the product, nearer views counting more; of `bought`, of the baskets with the
        product the part that also held the neighbour. `popular`: `product_id`, `kind` (`all`,
        `category` or `segment`), `key` and `share`, of all views or, in a log without views, of
        all purchases there. `product_categories`: `product_id` and `category`.
    """
    known = _weighted(events, bounds, until)
    views = known.filter(known.event_type == "view")
    bought = known.filter(known.event_type == "purchase")
    seen = views.union(bought.filter(views.count().as_scalar() == 0))
    return {
        "neighbours": _strongest(_viewed_after(views).union(_bought_with(bought))),
        "popular": _popular(seen, segments),
        "product_categories": known.group_by("product_id").agg(category=known.category.max()),
    }


def _weighted(events: ir.Table, bounds: ir.Table, until: datetime) -> ir.Table:
    """Events of products with the weight of their session's age."""
    moment = ibis.timestamp(until)
    over = bounds.filter(bounds.end < moment)
    joined = events.join(over, events.session_id == over.unit_id)
    seconds = moment.epoch_seconds() - joined.end.epoch_seconds()
    age_days = seconds / (24 * 60 * 60)
    weight = _whole(ibis.literal(0.5) ** (age_days / _HALF_LIFE_DAYS), _ONE)
    weighted = joined.filter(joined.product_id.notnull()).select(
        "session_id", "event_index", "event_type", "product_id", "category", weight=weight
    )
    # What is so old that nothing is left of it would be a part of nothing.
    return weighted.filter(weighted.weight >= _STEPS)


def _whole(weight: ir.FloatingValue, one: int = 1) -> ir.IntegerValue:
    # Integers add up to the same in whatever order the engine's threads take them.
    return (weight * one).round().cast("int64")


def _viewed_after(views: ir.Table) -> ir.Table:
    """Steps from one product to what was viewed later, a step further on counting less."""
    line = ibis.window(group_by=views.session_id, order_by=views.event_index)
    steps = ibis.union(
        *(
            _step(views, views.product_id.lead(apart).over(line), apart)
            for apart in range(1, _STEPS + 1)
        ),
        distinct=False,
    )
    return _shares(steps, steps.group_by("product_id").agg(total=steps.weight.sum()), "viewed")


def _step(views: ir.Table, later: ir.Value, apart: int) -> ir.Table:
    stepped = views.select("product_id", neighbour_id=later, weight=_whole(views.weight / apart))
    return stepped.filter(stepped.neighbour_id.notnull())


def _bought_with(bought: ir.Table) -> ir.Table:
    """Pairs of products of one basket, each in both directions."""
    lines = bought.group_by("session_id", "product_id").agg(weight=bought.weight.max())
    sizes = lines.group_by("session_id").agg(lines=lines.count())
    small = lines.semi_join(sizes.filter(sizes.lines <= _LARGEST_BASKET), "session_id")
    others = small.select("session_id", neighbour_id=small.product_id)
    pairs = small.join(others, "session_id")
    return _shares(
        pairs.filter(pairs.product_id != pairs.neighbour_id),
        small.group_by("product_id").agg(total=small.weight.sum()),
        "bought",
    )


def _shares(pairs: ir.Table, totals: ir.Table, relation: str) -> ir.Table:
    counted = pairs.group_by("product_id", "neighbour_id").agg(weight=pairs.weight.sum())
    joined = counted.join(totals, "product_id")
    return joined.select(
        "product_id",
        "neighbour_id",
        relation=ibis.literal(relation),
        share=joined.weight / (joined.total + _SMOOTHING * _ONE),
    )


def _strongest(pairs: ir.Table) -> ir.Table:
    # Ties are broken by name, so that no order of the log moves anything.
    line = ibis.window(
        group_by=[pairs.product_id, pairs.relation],
        order_by=[pairs.share.desc(), pairs.neighbour_id],
    )
    placed = pairs.mutate(place=ibis.row_number().over(line))
    return placed.filter(placed.place < _NEIGHBOURS).drop("place")


def _popular(seen: ir.Table, segments: ir.Table | None) -> ir.Table:
    parts = [
        _most_seen(seen.mutate(kind=ibis.literal("all"), key=ibis.literal(""))),
        _most_seen(
            seen.filter(seen.category.notnull()).mutate(
                kind=ibis.literal("category"), key=seen.category
            )
        ),
    ]
    if segments is not None:
        joined = seen.join(segments, "session_id")
        key = joined.segment.cast("string")
        parts.append(_most_seen(joined.mutate(kind=ibis.literal("segment"), key=key)))
    return ibis.union(*parts, distinct=False)


def _most_seen(seen: ir.Table) -> ir.Table:
    counted = seen.group_by("kind", "key", "product_id").agg(weight=seen.weight.sum())
    part = ibis.window(group_by=[counted.kind, counted.key])
    line = ibis.window(
        group_by=[counted.kind, counted.key],
        order_by=[counted.weight.desc(), counted.product_id],
    )
    placed = counted.mutate(
        share=counted.weight / counted.weight.sum().over(part),
        place=ibis.row_number().over(line),
    )
    return placed.filter(placed.place < _POPULAR).drop("place", "weight")
