"""Events and cuts as Arrow tables: the columns of the files."""

import pyarrow as pa
import pyarrow.compute as pc

from clickstream.simulator.arrays import Ints
from clickstream.simulator.baskets import EVENT_TYPES
from clickstream.simulator.blocks import Events
from clickstream.simulator.catalogue import CATEGORY_NAMES, Catalogue
from clickstream.simulator.customers import COUNTRIES, DEVICES
from clickstream.simulator.truth import Cuts

EVENT_SCHEMA = pa.schema(
    [
        ("session_id", pa.string()),
        ("customer_id", pa.string()),
        ("event_index", pa.int32()),
        ("event_time", pa.timestamp("us", tz="UTC")),
        ("event_type", pa.string()),
        ("product_id", pa.string()),
        ("category", pa.string()),
        ("description", pa.string()),
        ("price", pa.decimal128(10, 2)),
        ("quantity", pa.int32()),
        ("country", pa.string()),
        ("device", pa.string()),
    ]
)
TRUTH_SCHEMA = pa.schema(
    [
        ("session_id", pa.string()),
        ("customer_id", pa.string()),
        ("cut_index", pa.int32()),
        ("purchase_probability", pa.float64()),
        ("purchase", pa.bool_()),
    ]
)


def event_table(
    events: Events, catalogue: Catalogue, first_customer: int, first_session: int
) -> pa.Table:
    """Lay out events as a table of ``EVENT_SCHEMA``.

    Parameters
    ----------
    events : Events
    catalogue : Catalogue
    first_customer, first_session : int
        Numbers of the block's first customer and session within the file.
    """
    prices = pa.array(catalogue.prices(), type=pa.decimal128(10, 2))
    columns = {
        "session_id": _ids("s", events.session + first_session),
        "customer_id": _ids("c", events.customer + first_customer),
        "event_index": events.event_index,
        "event_time": events.time,
        "event_type": _names(EVENT_TYPES, events.kind),
        "product_id": _names(catalogue.product_ids, events.product),
        "category": _names(CATEGORY_NAMES, catalogue.category[events.product]),
        "description": _names(catalogue.descriptions, events.product),
        "price": prices.take(pa.array(events.product)),
        "quantity": events.quantity,
        "country": _names(COUNTRIES, events.country),
        "device": _names(DEVICES, events.device),
    }
    return _table(columns, EVENT_SCHEMA)


def truth_table(cuts: Cuts, customer: Ints, first_customer: int, first_session: int) -> pa.Table:
    """Lay out cuts, whose customers have these numbers, as a table of ``TRUTH_SCHEMA``."""
    columns = {
        "session_id": _ids("s", cuts.session + first_session),
        "customer_id": _ids("c", customer + first_customer),
        "cut_index": cuts.clicks,
        "purchase_probability": cuts.probability,
        "purchase": cuts.purchase,
    }
    return _table(columns, TRUTH_SCHEMA)


def _table(columns: dict[str, object], schema: pa.Schema) -> pa.Table:
    arrays = [pa.array(columns[field.name]).cast(field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _ids(prefix: str, numbers: Ints) -> pa.Array:
    """Spell numbers as ids of eight digits, counted from 1."""
    digits = pc.utf8_lpad(pa.array(numbers + 1).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def _names(names: tuple[str, ...], index: Ints) -> pa.Array:
    return pa.array(names, type=pa.string()).take(pa.array(index))
