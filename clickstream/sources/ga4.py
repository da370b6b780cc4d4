"""Google Analytics 4: the events of the BigQuery export, as Parquet or JSON lines.

The columns are those that Google documents (https://support.google.com/analytics/answer/7029846).
An event with several items becomes one event per item, in one moment; an event without items is
one without product, as a page view is. Names that are no look, cart or order (`session_start`,
`scroll`, `view_item_list`, ...) are quarantined by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clickstream.reading import RawTable
from clickstream.sources.mapping import Mapping
from clickstream.sources.mapping.events import read_events
from clickstream.tables import Dataset

__all__ = ["NAME", "NEEDS", "read", "recognises"]

NAME = "ga4"
NEEDS = ("event_name", "event_timestamp", "user_pseudo_id", "event_params")

_MAPPING = Mapping(
    kind="events",
    time="event_timestamp",
    time_format="microseconds",
    event="event_name",
    session="session",
    customer="user_pseudo_id",
    product="item_id",
    category=("item_category",),
    price="price",
    quantity="quantity",
    context=("country", "device"),
    decimal=".",
)
"""Of the table with one row per event and item that `_items` makes."""

_NOTE = (
    "An event with several items counts as one event per item; page views come without product, "
    "also where an item is viewed at the same time."
)
_PARAMETERS = '[{"key": "VARCHAR", "value": {"string_value": "VARCHAR", "int_value": "VARCHAR"}}]'
_ITEMS = (
    '[{"item_id": "VARCHAR", "item_category": "VARCHAR", "price": "DOUBLE", '
    '"quantity": "VARCHAR", "item_revenue": "DOUBLE"}]'
)


def recognises(raw: RawTable) -> bool:
    """Whether a file has the columns of such an export."""
    return set(NEEDS) <= set(raw.columns)


def read(raws: Sequence[RawTable]) -> Dataset:
    """Read one or several days of an export as one log.

    Parameters
    ----------
    raws : sequence of RawTable
        Files with the columns of `NEEDS`; `items`, `ecommerce`, `geo` and `device` are read where
        they are there.
    """
    dataset = read_events([_items(raw) for raw in raws], _MAPPING, NAME, files=raws)
    return replace(dataset, mapping=None, notes=(_NOTE,))


def _items(raw: RawTable) -> RawTable:
    """The file with a row per event and item.

    A session's number is unique within its user only. GA4 calls a click that leaves the site
    `click`; in other logs that is a look at a product. An order without items is worth what
    `ecommerce` says.
    """
    name = f"{raw.name}_items"
    items = f"coalesce(nullif(from_json({_json(raw, 'items')}, '{_ITEMS}'), []), [NULL])"
    session = (
        f"list_filter(from_json({_json(raw, 'event_params')}, '{_PARAMETERS}'), "
        "lambda entry: entry.key = 'ga_session_id')[1].value"
    )
    whole = (
        "CASE event_name "
        f"WHEN 'purchase' THEN {_field(raw, 'ecommerce', 'purchase_revenue')} "
        f"WHEN 'refund' THEN {_field(raw, 'ecommerce', 'refund_value')} END"
    )
    raw.backend.con.execute(
        f"CREATE VIEW {name} AS SELECT _file, _row, event_timestamp::VARCHAR AS event_timestamp, "
        "CASE event_name WHEN 'click' THEN 'outbound click' ELSE event_name END AS event_name, "
        "user_pseudo_id::VARCHAR AS user_pseudo_id, user_pseudo_id::VARCHAR || '-' || "
        "coalesce(session.int_value, session.string_value) AS session, "
        "item.item_id AS item_id, item.item_category AS item_category, item.quantity AS quantity, "
        "(CASE WHEN item IS NULL THEN whole::DOUBLE ELSE coalesce(item.price, item.item_revenue / "
        "nullif(item.quantity::DOUBLE, 0)) END)::DECIMAL(18, 4)::VARCHAR AS price, country, device "
        f"FROM (SELECT *, unnest(parts) AS item FROM (SELECT _file, _row, event_timestamp, "
        f"event_name, user_pseudo_id, {session} AS session, {items} AS parts, {whole} AS whole, "
        f"{_field(raw, 'geo', 'country')} AS country, "
        f"{_field(raw, 'device', 'category')} AS device FROM {raw.name}))"
    )
    columns = tuple(raw.backend.table(name).columns)
    return replace(raw, name=name, columns=columns[2:])


def _json(raw: RawTable, column: str) -> str:
    """A nested column as JSON, whether the file has it nested or as JSON text; null where none."""
    if column not in raw.columns:
        return "NULL::JSON"
    nested = not raw.table.schema()[column].is_string()
    return f"to_json({column})" if nested else f"{column}::JSON"


def _field(raw: RawTable, column: str, field: str) -> str:
    return f"json_extract_string({_json(raw, column)}, '/{field}')"
