"""A made export in the schema that Google documents, as JSON lines and as nested Parquet."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clickstream.errors import SourceError
from clickstream.sources import read_source
from clickstream.tables import Dataset
from clickstream.versions import data_version
from tests.clickstream.logs import canonical

START = 1_612_069_510_766_593

_VALUE = pa.struct([("string_value", pa.string()), ("int_value", pa.int64())])
_ITEM = pa.struct(
    [
        ("item_id", pa.string()),
        ("item_name", pa.string()),
        ("item_category", pa.string()),
        ("price", pa.float64()),
        ("quantity", pa.int64()),
        ("item_revenue", pa.float64()),
    ]
)
_TOTALS = pa.struct([("purchase_revenue", pa.float64()), ("refund_value", pa.float64())])
SCHEMA = pa.schema(
    [
        ("event_date", pa.string()),
        ("event_timestamp", pa.int64()),
        ("event_name", pa.string()),
        ("event_params", pa.list_(pa.struct([("key", pa.string()), ("value", _VALUE)]))),
        ("user_pseudo_id", pa.string()),
        ("geo", pa.struct([("country", pa.string())])),
        ("device", pa.struct([("category", pa.string())])),
        ("ecommerce", _TOTALS),
        ("items", pa.list_(_ITEM)),
    ]
)  # fmt: skip


def item(name: str, price: float | None = 9.99, **more: Any) -> dict[str, Any]:
    known = {"item_id": name, "item_name": f"the {name}", "item_category": "hats", "price": price}
    return {"quantity": None, "item_revenue": None} | known | more


def event(name: str, second: int, *items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    parameters = {"page_title": ("Home", None), "ga_session_id": (None, 661_084_800)}
    return {
        "event_date": "20210131",
        "event_timestamp": START + second * 1_000_000,
        "event_name": name,
        "event_params": [
            {"key": key, "value": {"string_value": text, "int_value": number}}
            for key, (text, number) in parameters.items()
        ],
        "user_pseudo_id": "1026454.4271112504",
        "geo": {"country": "Sweden"},
        "device": {"category": "mobile"},
        "ecommerce": {"purchase_revenue": None, "refund_value": None},
        "items": list(items),
    } | changes


EVENTS = [
    event("session_start", 0),
    event("page_view", 0),
    event("view_item", 1, item("cap")),
    event("add_to_cart", 2, item("cap", quantity=2)),
    event("remove_from_cart", 3, item("cap", quantity=1)),
    event("click", 4),
    event("purchase", 5, item("cap", quantity=2), item("hat", None, quantity=4, item_revenue=10.0)),
    event("refund", 6, ecommerce={"purchase_revenue": None, "refund_value": 5.5}),
    event("view_item", 7, item("cap"), user_pseudo_id="another"),
    event("page_view", 8, event_params=[]),
]


def write_json(path: Path, events: list[dict[str, Any]]) -> Path:
    """As BigQuery writes JSON: whole numbers are text, and null is left out."""
    lines = [json.dumps(_exported(made)) for made in events]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _exported(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _exported(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_exported(inner) for inner in value]
    return str(value) if isinstance(value, int) else value


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The made export, from JSON lines."""
    return read_source([write_json(tmp_path_factory.mktemp("ga4") / "events.json", EVENTS)])


def test_clicks_and_orders_are_events_and_all_else_is_quarantined_by_name(export: Dataset) -> None:
    assert export.source == "ga4"
    assert (export.counts.read, export.counts.kept) == (10, 7)
    assert export.counts.quarantined == {
        "event 'outbound click' is no view, cart, remove, purchase or return": 1,
        "event 'session_start' is no view, cart, remove, purchase or return": 1,
        "no session": 1,
    }


def test_an_event_of_several_items_is_one_event_per_item(export: Dataset) -> None:
    columns = "event_index, event_type, product_id, category, price, quantity"
    found = export.connection.execute(
        f"SELECT {columns} FROM events WHERE customer_id <> 'another' ORDER BY event_index"
    ).fetchall()
    price = Decimal("9.9900")
    assert found == [
        (1, "view", None, None, None, 1),
        (2, "view", "cap", "hats", price, 1),
        (3, "cart", "cap", "hats", price, 2),
        (4, "remove", "cap", "hats", price, 1),
        (5, "purchase", "cap", "hats", price, 2),
        (6, "purchase", "hat", "hats", Decimal("2.5000"), 4),
        (7, "return", None, None, Decimal("5.5000"), 1),
    ]


def test_a_session_is_numbered_within_its_user(export: Dataset) -> None:
    found = export.connection.execute(
        "SELECT DISTINCT session_id, event_time::VARCHAR, country, device FROM events "
        "WHERE event_index = 1 ORDER BY ALL"
    ).fetchall()
    assert found == [
        ("1026454.4271112504-661084800", "2021-01-31 05:05:10.766593", "Sweden", "mobile"),
        ("another-661084800", "2021-01-31 05:05:17.766593", "Sweden", "mobile"),
    ]


def test_nested_parquet_and_packed_json_are_the_same_data(export: Dataset, tmp_path: Path) -> None:
    table = pa.Table.from_pylist(EVENTS, schema=SCHEMA)
    pq.write_table(table, tmp_path / "events.parquet")
    assert data_version(read_source([tmp_path / "events.parquet"])) == data_version(export)
    packed = tmp_path / "events.json.gz"
    packed.write_bytes(gzip.compress(write_json(tmp_path / "e.json", EVENTS[::-1]).read_bytes()))
    assert data_version(read_source([packed])) == data_version(export)


def test_several_days_are_one_log(export: Dataset, tmp_path: Path) -> None:
    days = [
        write_json(tmp_path / "one.json", EVENTS[:4]),
        write_json(tmp_path / "two.json", EVENTS[4:]),
    ]
    assert data_version(read_source(days)) == data_version(export)


def test_a_day_given_twice_adds_nothing(export: Dataset, tmp_path: Path) -> None:
    day = write_json(tmp_path / "events.json", EVENTS)
    twice = read_source([day, day])
    assert canonical(twice) == canonical(export)
    assert twice.counts.kept == export.counts.kept
    copies = twice.counts.quarantined["an exact copy of another row"]
    assert copies == export.counts.kept


def test_an_export_without_optional_columns_is_read(tmp_path: Path) -> None:
    bare = ("items", "ecommerce", "geo", "device")
    events = [{key: value for key, value in EVENTS[1].items() if key not in bare}]
    dataset = read_source([write_json(tmp_path / "events.json", events)])
    assert (dataset.counts.kept, dataset.context_columns) == (1, ("country", "device"))


def test_a_line_that_is_cut_off_is_quarantined(tmp_path: Path) -> None:
    file = write_json(tmp_path / "events.json", EVENTS)
    file.write_text(file.read_text()[:-30])
    counts = read_source([file]).counts
    assert counts.quarantined["no JSON object (cut off?)"] == 1
    assert counts.balanced()


def test_json_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_text('{"a": 1}\n')
    with pytest.raises(SourceError, match="does not have the columns of any known source: found a"):
        read_source([file])
    file.write_text("{oh\n")
    with pytest.raises(SourceError, match="no line of it is an object"):
        read_source([file])
