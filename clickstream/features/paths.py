"""Features of the way through a session: what followed what."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from clickstream.features.sets import Values, at_cut, times, whole_seconds

__all__ = ["path_values", "with_steps", "with_views"]


def with_steps(events: ir.Table) -> ir.Table:
    """Add to each event what came before it in its session.

    Parameters
    ----------
    events : ibis Table
        Canonical events.

    Returns
    -------
    ibis Table
        With `place` (from 0), `owner` (the customer of the session's first event), `order`
        (whether it is the session's first purchase), `gap` (whole
        seconds since the event before, which add up exactly) and the columns of the event before
        (`type_1`, `product_1`, `category_1`) and the one before that (`type_2`, `product_2`).
    """
    before = ibis.window(group_by=events.session_id, order_by=events.event_index)
    so_far = ibis.cumulative_window(group_by=events.session_id, order_by=events.event_index)
    bought = events.event_type == "purchase"
    time = whole_seconds(events.event_time).cast("float64")
    return events.mutate(
        place=ibis.row_number().over(before),
        owner=events.customer_id.first(include_null=True).over(so_far),
        order=bought & (bought.ifelse(1, None).count().over(so_far) == 1),
        gap=time - time.lag().over(before),
        type_1=events.event_type.lag().over(before),
        type_2=events.event_type.lag(2).over(before),
        product_1=events.product_id.lag().over(before),
        product_2=events.product_id.lag(2).over(before),
        category_1=events.category.lag().over(before),
    )


def with_views(events: ir.Table) -> ir.Table:
    """Add to each view its number among the session's views of its product and its category.

    `product_view` and `category_view` run from 1 and are 0 where an event is no view, or is one
    of an unknown product or category; `viewed_product` and `viewed_category` are null there.
    """
    view = events.event_type == "view"
    seen = events.mutate(
        viewed_product=view.ifelse(events.product_id, None),
        viewed_category=view.ifelse(events.category, None),
    )
    return seen.mutate(
        product_view=_number(seen, seen.viewed_product),
        category_view=_number(seen, seen.viewed_category),
    )


def _number(seen: ir.Table, viewed: ir.StringColumn) -> ir.IntegerColumn:
    same = ibis.window(group_by=[seen.session_id, viewed], order_by=seen.event_index)
    return viewed.notnull().ifelse(ibis.row_number().over(same) + 1, 0)


def path_values(seen: ir.Table) -> Values:
    """Steps, transitions and returns of events `with_steps`."""
    came_back = (seen.product_id == seen.product_2) & (seen.product_id != seen.product_1)
    steps = (
        (seen.type_2 + " > ").fill_null("") + (seen.type_1 + " > ").fill_null("") + seen.event_type
    )
    again = _follows(seen, "view", "view") & (seen.product_id == seen.product_1)
    return {
        "back_and_forth": times(came_back) / seen.count(),
        "view_to_cart": times(_follows(seen, "view", "cart")),
        "cart_to_view": times(_follows(seen, "cart", "view")),
        "cart_to_remove": times(_follows(seen, "cart", "remove")),
        "view_again": times(again),
        "first_cart": (seen.event_type == "cart").ifelse(seen.place + 1, None).min(),
        "last_steps": at_cut(seen, steps),
    }


def _follows(seen: ir.Table, before: str, after: str) -> ir.BooleanValue:
    return (seen.type_1 == before) & (seen.event_type == after)
