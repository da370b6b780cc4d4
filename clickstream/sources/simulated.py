"""The log of the simulated shop, canonical as it is."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from clickstream.reading import RawTable
from clickstream.sources.canonical import keep_events
from clickstream.sources.columns import filled, plain_name, plain_table, utc_time
from clickstream.tables import Dataset, Label

__all__ = ["NAME", "NEEDS", "read", "recognises"]

NAME = "simulated"
NEEDS = (
    "session_id",
    "customer_id",
    "event_index",
    "event_time",
    "event_type",
    "product_id",
    "category",
    "description",
    "price",
    "quantity",
    "country",
    "device",
)


def recognises(raw: RawTable) -> bool:
    """Whether a file has just the columns that `clickwise simulate` writes."""
    return {plain_name(name) for name in NEEDS} == {plain_name(name) for name in raw.columns}


def read(raws: Sequence[RawTable]) -> Dataset:
    """Read one or several files of the simulator, Parquet or the same table as CSV.

    Parameters
    ----------
    raws : sequence of RawTable
        Files with exactly the columns of `NEEDS`.
    """
    parts = [_events(raw) for raw in raws]
    events = ibis.union(*parts) if len(raws) > 1 else parts[0]
    checks = {"no price": events["_price"].isnull()}
    return Dataset(
        source=NAME,
        kind="events",
        backend=raws[0].backend,
        time_resolution="time",
        context_columns=("country", "device"),
        counts=keep_events(raws, events, checks),
        labels={"purchase": Label("purchase"), "session_spend": Label("spend")},
        simulated=True,
    )


def _events(raw: RawTable) -> ir.Table:
    table = plain_table(raw, typed=True)
    time = utc_time(table.eventtime)
    price, quantity = filled(table.price), filled(table.quantity)
    return table.select(
        session_id=table.sessionid.nullif(""),
        customer_id=table.customerid.nullif(""),
        event_index=table.eventindex.try_cast("int32"),
        event_time=time,
        event_date=time.date(),
        event_type=table.eventtype,
        product_id=table.productid.nullif(""),
        category=table.category.nullif(""),
        price=price.try_cast("decimal(18, 4)"),
        quantity=quantity.isnull().ifelse(1, quantity.try_cast("int32")),
        country=table.country.nullif(""),
        device=table.device.nullif(""),
        _price=_given(price),
        _quantity=_given(quantity),
        _file=table["_file"],
        _row=table["_row"],
    )


def _given(amount: ir.Value) -> ir.BooleanValue:
    """Null where there is none: told from an unreadable one in files of any type."""
    return amount.notnull().nullif(False)
