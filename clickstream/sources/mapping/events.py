"""Events and order lines, read as a mapping describes them."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from clickstream.errors import SourceError
from clickstream.reading import RawTable
from clickstream.sources.canonical import keep_events
from clickstream.sources.mapping.amounts import decimal_sign, decimal_text, whole_number
from clickstream.sources.mapping.columns import context_names, mapped_text, unread_columns
from clickstream.sources.mapping.descriptions import store_descriptions
from clickstream.sources.mapping.file import mapping_dict
from clickstream.sources.mapping.model import MAPPED, Mapping
from clickstream.sources.mapping.names import event_kinds
from clickstream.sources.mapping.times import time_of, time_readings
from clickstream.sources.visits import visits_from_gaps
from clickstream.tables import Dataset, Label

__all__ = ["read_events"]

_MOST_NAMES = 1_000
_UNKNOWN_BY_NAME = 20

_ONLY_ORDERS = (
    "every session is an order: whoever did not buy is not in the file, so there is nobody to "
    "tell buyers from"
)
_A_MAPPING = (
    "Without a mapping yet, `clickwise inspect FILE --write-mapping mapping.toml` proposes one."
)
_NO_PRICE = "no purchase in the log has a price"


def read_events(
    raws: Sequence[RawTable],
    mapping: Mapping,
    source: str,
    *,
    files: Sequence[RawTable] | None = None,
) -> Dataset:
    """Read files of events or order lines as one log.

    Parameters
    ----------
    raws : sequence of RawTable
        Files of one shape.
    mapping : Mapping
        Of kind `events` or `orders`.
    source : str
        By whose name the data set goes.
    files : sequence of RawTable, optional
        The files as they were read, where the tables to be mapped were made from them: rows are
        counted and quarantined as they stand there.

    Raises
    ------
    SourceError
        If a column is missing, or what it holds is not what its key says.
    """
    text = mapped_text(raws, mapping)
    settled = _settled(text, mapping)
    kinds = _event_kinds(text, settled)
    events = _canonical(text, settled, kinds)
    if settled.session is None:
        events = visits_from_gaps(events)
    orders = settled.kind == "orders"
    checks = _checks(events, settled, kinds, source)
    counts = keep_events(files or raws, events, checks, copies_are_sales=orders)
    described = store_descriptions(raws[0].backend, text, settled)
    labels, unlabelled = _labels(raws[0].backend.table("events"), settled)
    return Dataset(
        source=source,
        kind="events",
        backend=raws[0].backend,
        time_resolution="time",
        context_columns=tuple(context_names(settled).values()),
        counts=counts,
        labels=labels,
        unlabelled=unlabelled,
        notes=_notes(raws, text, settled),
        mapping=mapping_dict(settled),
        described=described,
    )


def _settled(text: ir.Table, mapping: Mapping) -> Mapping:
    """The mapping with what was left to be found in the file."""
    found = {}
    if mapping.time_format is None:
        found["time_format"] = _time_format(text[mapping.time], mapping)
    if mapping.decimal is None and mapping.price is not None:
        found["decimal"] = decimal_sign(text[mapping.price])
    return mapping.model_copy(update=found)


def _time_format(text: ir.StringValue, mapping: Mapping) -> str:
    example = _example(text)
    if example is None:
        return "iso"
    readings = time_readings(text)
    if not readings:
        raise SourceError(
            f"{mapping.origin}: column {mapping.time!r}, named by 'time', holds no time that "
            f"can be recognised (such as {example!r}). Say in "
            f"'time_format' how it is written. {_A_MAPPING}"
        )
    first, *others = readings
    if others and readings[others[0]] == readings[first]:
        raise SourceError(
            f"{mapping.origin}: the times in column {mapping.time!r} read as {first} and as "
            f"{others[0]} alike. Say in 'time_format' which they are. {_A_MAPPING}"
        )
    return first


def _example(text: ir.StringValue) -> str | None:
    least = text.as_table().agg(least=text.min()).execute().iloc[0, 0]
    return least if isinstance(least, str) else None


def _event_kinds(text: ir.Table, mapping: Mapping) -> dict[str, str | None]:
    """What each name in the column of events stands for."""
    if mapping.event is None:
        return {}
    column = text[mapping.event]
    names = text.filter(column.notnull()).select(name=column).distinct()
    found = names.order_by("name").limit(_MOST_NAMES + 1).execute()["name"].tolist()
    if len(found) > _MOST_NAMES:
        raise SourceError(
            f"{mapping.origin}: column {mapping.event!r}, named by 'event', holds more than "
            f"{_MOST_NAMES} different values (such as {found[0]!r}), so it is no column of event "
            "names. Name another column."
        )
    return event_kinds(found, dict(mapping.codes))


def _canonical(text: ir.Table, mapping: Mapping, kinds: dict[str, str | None]) -> ir.Table:
    """The columns of `events`, and those that the checks need."""
    time = time_of(text[mapping.time], str(mapping.time_format))
    quantity = _quantity(text, mapping)
    columns = {
        "customer_id": _column(text, mapping.customer),
        "event_time": time,
        "event_date": time.date(),
        "event_type": _event_type(text, mapping, kinds, quantity),
        "product_id": _column(text, mapping.product),
        "category": ibis.coalesce(ibis.null("string"), *(text[c] for c in mapping.category)),
        "price": _price(text, mapping),
        "quantity": quantity.abs().cast("int32") if mapping.kind == "orders" else quantity,
        **{name: text[column] for column, name in context_names(mapping).items()},
        "_event": _column(text, mapping.event),
        "_price": _column(text, mapping.price),
        "_quantity": _column(text, mapping.quantity),
    }
    if mapping.session is not None:
        columns = {"session_id": text[mapping.session]} | columns
    return text.select("_file", "_row", **columns)


def _column(text: ir.Table, name: str | None) -> ir.StringValue:
    return ibis.null("string") if name is None else text[name]


def _price(text: ir.Table, mapping: Mapping) -> ir.DecimalValue:
    if mapping.price is None:
        return ibis.null("decimal(18, 4)")
    written = decimal_text(text[mapping.price], mapping.decimal or ".")
    if mapping.price_divisor == 1:
        return written.try_cast("decimal(18, 4)")
    return (written.try_cast("float64") / mapping.price_divisor).try_cast("decimal(18, 4)")


def _quantity(text: ir.Table, mapping: Mapping) -> ir.IntegerValue:
    one = ibis.literal(1, "int32")
    if mapping.quantity is None:
        return one
    written = text[mapping.quantity]
    return written.isnull().ifelse(one, whole_number(decimal_text(written, mapping.decimal or ".")))


def _event_type(
    text: ir.Table, mapping: Mapping, kinds: dict[str, str | None], quantity: ir.IntegerValue
) -> ir.StringValue:
    if mapping.kind == "orders":
        returned = (quantity < 0).fill_null(False)
        if mapping.cancelled_prefix is not None and mapping.session is not None:
            returned |= text[mapping.session].startswith(mapping.cancelled_prefix).fill_null(False)
        return returned.ifelse("return", "purchase")
    if mapping.event is None:
        return ibis.literal("view")
    known = [(text[mapping.event] == name, kind) for name, kind in kinds.items() if kind]
    return ibis.cases(*known) if known else ibis.null("string")


def _checks(
    events: ir.Table, mapping: Mapping, kinds: dict[str, str | None], source: str
) -> dict[str, ir.BooleanValue]:
    """What only this reader can know: event names by name, and order lines worth nothing."""
    if mapping.kind == "orders":
        return {"price is not above 0": events.price.isnull() | (events.price <= 0)}
    if mapping.event is None:
        return {}
    unknown = [name for name, kind in kinds.items() if kind is None][:_UNKNOWN_BY_NAME]
    remedy = "; [codes] can say what it is" if source == MAPPED else ""
    named = {
        f"event {name!r} is no view, cart, remove, purchase or return{remedy}": (
            events["_event"] == name
        )
        for name in unknown
    }
    return {reason: met.fill_null(False) for reason, met in named.items()}


def _labels(events: ir.Table, mapping: Mapping) -> tuple[dict[str, Label], dict[str, str]]:
    """What the log can label, and why it cannot label the rest."""
    if mapping.kind == "orders":
        return {}, {"purchase": _ONLY_ORDERS, "session_spend": _ONLY_ORDERS}
    labels = {"purchase": Label("purchase")}
    priced = events.filter(events.event_type == "purchase", events.price.notnull())
    if not priced.limit(1).count().execute():
        return labels, {"session_spend": _NO_PRICE}
    return labels | {"session_spend": Label("spend")}, {}


def _notes(raws: Sequence[RawTable], text: ir.Table, mapping: Mapping) -> tuple[str, ...]:
    notes = [*_stand_ins(text, mapping)]
    if mapping.session is None:
        notes.append(
            "The log has no sessions: they are built from gaps of 30 minutes in each customer's "
            "events."
        )
    if unread := unread_columns(raws, mapping):
        notes.append(f"Columns that are not read: {', '.join(unread)}.")
    return tuple(notes)


def _stand_ins(text: ir.Table, mapping: Mapping) -> list[str]:
    """Of several columns of categories, how often the first is empty."""
    if len(mapping.category) < 2:
        return []
    first, *others = mapping.category
    empty = int(text.filter(text[first].isnull()).count().execute())
    if not empty:
        return []
    return [f"{first} is empty in {empty} rows, where {' or '.join(others)} stands for it."]
