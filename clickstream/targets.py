"""Targets: what happens after the cut, the label of a question."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import ibis.expr.types as ir

from clickstream.tables import CLICK_TYPES, Label

__all__ = ["LABELS_OF_CLICKS", "category_labels", "customer_labels", "session_labels"]

LABELS_OF_CLICKS = ("exit", "next_flag", "next_price")
"""Kinds of label that every click has of its own; others are of all that is left of a session.

A session's clicks share what is left of it, so that more of them tell little new and give long
sessions more weight; of what comes next each click tells something else.
"""


def session_labels(events: ir.Table, cuts: ir.Table, label: Label) -> ir.Table:
    """Label the cuts of sessions by what comes strictly after them.

    Parameters
    ----------
    events : ibis Table
        Canonical events.
    cuts : ibis Table
        `unit_id`, `cut_index`, `as_of`.
    label : Label
        How the source answers the question.

    Returns
    -------
    ibis Table
        `unit_id`, `cut_index`, `label` (float64). A cut whose label the log does not hold, such
        as one without a next click, has no row.
    """
    return _LABELLERS[label.kind](events, cuts, label)


def _purchase(events: ir.Table, cuts: ir.Table, _: Label) -> ir.Table:
    after = _after(events, cuts)
    bought = (after.event_type == "purchase").fill_null(False)
    return after.group_by(_CUT).agg(label=bought.max().cast("float64"))


def _spend(events: ir.Table, cuts: ir.Table, _: Label) -> ir.Table:
    after = _after(events, cuts)
    spent = (after.price * after.quantity).sum(where=after.event_type == "purchase")
    return after.group_by(_CUT).agg(label=spent.fill_null(0).cast("float64"))


def _exit(events: ir.Table, cuts: ir.Table, _: Label) -> ir.Table:
    after = _after(events, cuts)
    went_on = after.event_type.isin(CLICK_TYPES).fill_null(False)
    return after.group_by(_CUT).agg(label=(~went_on.max()).cast("float64"))


def _next_flag(events: ir.Table, cuts: ir.Table, label: Label) -> ir.Table:
    following = _next(events, cuts)
    known = following.filter(following[str(label.column)].notnull())
    return known.select(*_CUT, label=(known[str(label.column)] == label.positive).cast("float64"))


def _next_price(events: ir.Table, cuts: ir.Table, _: Label) -> ir.Table:
    following = _next(events, cuts)
    known = following.filter(following.price.notnull())
    return known.select(*_CUT, label=known.price.cast("float64"))


def _after(events: ir.Table, cuts: ir.Table) -> ir.Table:
    """Every event of a cut's session after the cut; one empty row where there is none."""
    later = [cuts.unit_id == events.session_id, events.event_index > cuts.cut_index]
    return cuts.left_join(events, later)


def _next(events: ir.Table, cuts: ir.Table) -> ir.Table:
    """The click right after the cut, where the log has it: gaps in the index stay gaps."""
    adjacent = [cuts.unit_id == events.session_id, events.event_index == cuts.cut_index + 1]
    return cuts.inner_join(events, adjacent)


def customer_labels(events: ir.Table, cuts: ir.Table, label: Label, target_days: int) -> ir.Table:
    """Label the cuts of customers by what they buy in the target window.

    The window begins with the cut's moment, up to which features look and which they leave out,
    and ends before the moment `target_days` later: no event is on both sides, and none on neither.

    Parameters
    ----------
    events : ibis Table
        Canonical events with times.
    cuts : ibis Table
        `unit_id`, `cut_index`, `as_of`.
    label : Label
        Of kind `repurchase` (1 where anything is bought, 0 otherwise) or `customer_spend` (the
        amount bought in currency units, 0 where nothing is; returns are not subtracted, since
        they may be of earlier orders).
    target_days : int
        Length of the window.

    Returns
    -------
    ibis Table
        `unit_id`, `as_of`, `label` (float64), one row per cut.
    """
    joined = cuts.left_join(*_bought_within(events, cuts, target_days))
    if label.kind == "repurchase":
        value = joined.customer_id.notnull().max()
    else:
        value = (joined.price * joined.quantity).sum().fill_null(0)
    return joined.group_by("unit_id", "as_of").agg(label=value.cast("float64"))


def category_labels(events: ir.Table, cuts: ir.Table, target_days: int) -> ir.Table:
    """Label the cuts of customers by the category that they spend most on in the target window.

    Parameters
    ----------
    events : ibis Table
        Canonical events with times.
    cuts : ibis Table
        `unit_id`, `cut_index`, `as_of`.
    target_days : int
        Length of the window, which begins and ends as that of `customer_labels`.

    Returns
    -------
    ibis Table
        `unit_id`, `as_of`, `label` (string), of the customers who bought in a known category; of
        categories with equal amounts the first by name.
    """
    joined = cuts.inner_join(*_bought_within(events, cuts, target_days))
    known = joined.filter(joined.category.notnull())
    spent = known.group_by("unit_id", "as_of", label=known.category).agg(
        spent=(known.price * known.quantity).sum().fill_null(0)
    )
    order = [ibis.desc("spent"), spent.label]
    place = ibis.row_number().over(group_by=["unit_id", "as_of"], order_by=order)
    ranked = spent.mutate(place=place)
    return ranked.filter(ranked.place == 0).select("unit_id", "as_of", "label")


def _bought_within(
    events: ir.Table, cuts: ir.Table, target_days: int
) -> tuple[ir.Table, list[ir.BooleanValue]]:
    """Purchases, and which of them lie in the target window of a cut."""
    bought = events.filter(events.event_type == "purchase")
    return bought, [
        cuts.unit_id == bought.customer_id,
        bought.event_time >= cuts.as_of,
        bought.event_time < cuts.as_of + ibis.interval(days=target_days),
    ]


_CUT = ["unit_id", "cut_index"]
_LABELLERS: dict[str, Callable[[ir.Table, ir.Table, Label], ir.Table]] = {
    "purchase": _purchase,
    "spend": _spend,
    "exit": _exit,
    "next_flag": _next_flag,
    "next_price": _next_price,
}
