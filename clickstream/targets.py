"""Targets: what happens after the cut, the label of a question."""

from __future__ import annotations

from collections.abc import Callable

import ibis.expr.types as ir

from clickstream.tables import Label

__all__ = ["session_labels"]


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


_CUT = ["unit_id", "cut_index"]
_LABELLERS: dict[str, Callable[[ir.Table, ir.Table, Label], ir.Table]] = {
    "purchase": _purchase,
    "spend": _spend,
    "next_flag": _next_flag,
    "next_price": _next_price,
}
