"""Logs of view, cart and purchase events, as REES46 (Open CDP) publishes them."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from clickstream.reading import RawTable
from clickstream.sources.columns import kept_rows, plain_name, plain_table, utc_time
from clickstream.tables import Dataset, Label, store

__all__ = ["NAME", "NEEDS", "read", "recognises"]

NAME = "event-log"
NEEDS = (
    "event_time",
    "event_type",
    "product_id",
    "category_id",
    "category_code",
    "brand",
    "price",
    "user_id",
    "user_session",
)
_TYPES = {"view": "view", "cart": "cart", "remove_from_cart": "remove", "purchase": "purchase"}


def recognises(raw: RawTable) -> bool:
    """Whether a file has the columns of such a log."""
    return {plain_name(name) for name in NEEDS} <= {plain_name(name) for name in raw.columns}


def read(raws: Sequence[RawTable]) -> Dataset:
    """Read one or several files as one log.

    Parameters
    ----------
    raws : sequence of RawTable
        Files with the columns of `NEEDS`.
    """
    parts = [_events(raw) for raw in raws]
    events = ibis.union(*parts) if len(raws) > 1 else parts[0]
    checks = {
        "no time": events.event_time.isnull(),
        "no session": events.session_id.isnull(),
        f"event type is none of {', '.join(_TYPES)}": events.event_type.isnull(),
        "price is no amount": (events.price_text.notnull() & events.price.isnull())
        | (events.price.fill_null(0) < 0),
    }
    counts = kept_rows(raws, events, checks, "events")
    backend = raws[0].backend
    store(backend, "events", _in_places(backend.table("events")))
    return Dataset(
        source=NAME,
        kind="events",
        backend=backend,
        time_resolution="time",
        context_columns=("brand",),
        counts=counts,
        labels={"purchase": Label("purchase"), "session_spend": Label("spend")},
    )


def _events(raw: RawTable) -> ir.Table:
    table = plain_table(raw)
    time = utc_time(table.eventtime)
    price = table.price.nullif("")
    return table.select(
        session_id=table.usersession.nullif(""),
        customer_id=table.userid.nullif(""),
        event_time=time,
        event_date=time.date(),
        event_type=ibis.cases(*[(table.eventtype == name, kind) for name, kind in _TYPES.items()]),
        product_id=table.productid.nullif(""),
        category=ibis.coalesce(table.categorycode.nullif(""), table.categoryid.nullif("")),
        price=price.try_cast("decimal(18, 4)"),
        quantity=ibis.literal(1, "int32"),
        brand=table.brand.nullif(""),
        price_text=price,
    )


def _in_places(kept: ir.Table) -> ir.Table:
    """Number the events of each session, which may go on from one file into the next.

    Several events of a session carry the same second: equal rows may trade places, which changes
    nothing; unequal ones are ordered by what they are, not by where the file has them.
    """
    events = kept.drop("price_text")
    kinds = list(_TYPES.values())
    rank = ibis.cases(*[(events.event_type == kind, kinds.index(kind)) for kind in kinds])
    rest = [name for name in events.columns if name not in ("session_id", "event_time")]
    order = [events.event_time, rank, events.product_id, *(events[name] for name in rest)]
    place = ibis.row_number().over(group_by=events.session_id, order_by=order) + 1
    return events.mutate(event_index=place.cast("int32"))
