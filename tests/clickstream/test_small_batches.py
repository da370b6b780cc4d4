"""SQLite answers of few units what DuckDB answers, and leaves to it what it cannot hold exactly."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ibis.common.exceptions import OperationNotDefinedError

from clickstream import small_batches
from clickstream.bundle import Bundle, open_bundle
from clickstream.features.sets import relations
from clickstream.features.sqlite import sqlite_sql
from clickstream.loading import Columns, connect, load_lookups, load_rows, unit_rows
from clickstream.scoring import FeatureBatch, Scorer, feature_batch
from clickstream.small_batches import SmallBatches
from clickstream.sources import read_source
from clickstream.units import customer_units, session_units

TOGETHER = 20
UNITS = 400


class Engines:
    """Both ways to the inputs of an answer."""

    def __init__(self, bundle: Bundle, answer: str) -> None:
        self.bundle, self.answer = bundle, answer
        self.scope = bundle.manifest.answers[answer].scope
        self.inputs = bundle.manifest.answers[answer].inputs
        self.context = bundle.manifest.context_columns
        self.connection = connect()
        load_lookups(self.connection, bundle.lookups())
        self.small = SmallBatches(bundle.sqlite_queries(), self.connection, self.context)

    def duckdb(self, units: Sequence[Mapping[str, Any]]) -> Columns:
        with self.connection.cursor() as cursor:
            load_rows(cursor, unit_rows(units, self.scope), self.context)
            return cursor.execute(self.bundle.features_sql(self.answer)).fetchnumpy()

    def sqlite(self, units: Sequence[Mapping[str, Any]]) -> Columns | None:
        strings = ["unit_id", *(one.name for one in self.inputs if one.type == "string")]
        return self.small.columns(self.answer, unit_rows(units, self.scope), strings)

    def batch(self, columns: Columns) -> FeatureBatch:
        """What the graph is given, in the order of the units' ids."""
        order = np.argsort(columns["unit_id"].astype(str))
        ordered = {name: values[order] for name, values in columns.items()}
        return feature_batch(list(ordered["unit_id"]), ordered, self.inputs)


def assert_alike(engines: Engines, units: Sequence[Mapping[str, Any]]) -> None:
    found = engines.sqlite(units)
    assert found is not None
    expected = engines.duckdb(units)
    assert list(found) == list(expected)
    one, other = engines.batch(found), engines.batch(expected)
    assert one.unit_ids == other.unit_ids
    np.testing.assert_array_equal(one.categorical, other.categorical)
    numbers = [column.name for column in engines.inputs if column.type == "number"]
    for place, name in enumerate(numbers):
        np.testing.assert_array_equal(one.numeric[:, place], other.numeric[:, place], err_msg=name)


@pytest.fixture(scope="module")
def purchase(trained: Path) -> Engines:
    return Engines(open_bundle(trained / "conversion"), "purchase")


@pytest.mark.parametrize(
    ("task", "answer"),
    [("conversion", "purchase"), ("conversion", "exit"), ("revenue", "session_spend")],
)
def test_sessions_with_their_history_have_the_same_inputs(trained, shop, task, answer) -> None:
    engines = Engines(open_bundle(trained / task), answer)
    units = session_units(read_source([shop]), UNITS, 365)
    assert any(event.get("session_id") for unit in units for event in unit["events"])
    for first in range(0, UNITS, TOGETHER):
        assert_alike(engines, units[first : first + TOGETHER])


@pytest.mark.parametrize(
    ("task", "answer"),
    [("conversion", "repurchase"), ("revenue", "customer_spend"), ("segmentation", "segment")],
)
def test_customers_have_the_same_inputs(trained_on_orders, orders, task, answer) -> None:
    engines = Engines(open_bundle(trained_on_orders / task), answer)
    dataset = read_source([orders])
    units = customer_units(dataset, UNITS, 365)
    for first in range(0, len(units), TOGETHER):
        assert_alike(engines, units[first : first + TOGETHER])


TEXT = st.sampled_from(["shoes", "shirts", "p00001", "other", "", "ü > 'x\"", "\x00"])
PRICE = st.none() | st.integers(0, 9_999).map(lambda cents: cents / 100) | st.floats(0, 1e6)
GAP = st.sampled_from([0, 1, 999_999, 1_000_000, 61_000_000, 86_399_999_999, 2_592_000_000_000])
START = datetime(2025, 5, 1, 23, 59, 59, 999_999)

EVENT = st.fixed_dictionaries(
    {
        "event_type": st.sampled_from(["view", "view", "cart", "remove", "purchase", "return"]),
        "gap": GAP,
        "session_id": st.none() | st.sampled_from(["before", "long before"]),
        "product_id": st.none() | TEXT,
        "category": st.none() | TEXT,
        "price": PRICE,
        "quantity": st.none() | st.integers(1, 1_000),
        "country": st.none() | TEXT,
    }
)


def unit(name: str, events: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Events one after the other, the last of them of the session that is asked about."""
    moment, made = START, []
    for event in events:
        moment += timedelta(microseconds=event.pop("gap"))
        known = {key: value for key, value in event.items() if value is not None}
        made.append({**known, "event_time": moment.isoformat()})
    made[-1].pop("session_id", None)
    return {"id": name, "events": made}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(EVENT, min_size=1, max_size=12), min_size=1, max_size=4))
def test_whatever_the_events_the_inputs_are_the_same(purchase, drawn) -> None:
    units = [
        unit(f"unit {number}", [dict(one) for one in events]) for number, events in enumerate(drawn)
    ]
    assert_alike(purchase, units)


def click(**changes: Any) -> dict[str, Any]:
    return {"event_type": "view", "event_time": "2025-05-01T12:00:00", "price": 10.0, **changes}


@pytest.mark.parametrize(
    "events",
    [
        [click(price=1_000_000.01)],
        [click(price=999_999.0, quantity=2_000_000)],
        [click(price=900_000.0, quantity=900) for _ in range(1_200)],
        [click(event_time="1969-12-31T23:59:59")],
    ],
    ids=["price", "amount", "sum of amounts", "before 1970"],
)
def test_what_sqlite_cannot_hold_is_left_to_duckdb(purchase, events) -> None:
    asked = {"id": "one", "events": events}
    assert purchase.sqlite([asked]) is None
    assert len(Scorer(purchase.bundle).unit_features("purchase", [asked])) == 1


def test_a_sum_that_no_integer_holds_is_left_to_duckdb(purchase) -> None:
    queries = {"purchase": "SELECT sum(value) FROM json_each('[9223372036854775807, 1]')"}
    small = SmallBatches(queries, purchase.connection, purchase.context)
    rows = unit_rows([{"id": "one", "events": [click()]}], "session")
    assert small.columns("purchase", rows, []) is None


def test_one_request_leaves_nothing_behind_for_the_next(purchase) -> None:
    first, second = ({"id": "one", "events": [click(price=price)]} for price in (10.0, 20.0))
    purchase.sqlite([first, {**second, "id": "two"}])
    found = purchase.sqlite([second])
    assert found["unit_id"].tolist() == ["one"]
    assert found["price_last"].tolist() == [20.0]


def test_bundles_without_the_query_are_scored_by_duckdb(trained, tmp_path) -> None:
    folder = tmp_path / "conversion"
    shutil.copytree(trained / "conversion", folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in [name for name in manifest["files"] if name.endswith("features.sqlite.sql")]:
        del manifest["files"][name]
        (folder / name).unlink()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    asked = [{"id": "one", "events": [click()]}]
    older, newer = (Scorer(open_bundle(path)) for path in (folder, trained / "conversion"))
    one, other = (scorer.predict_units(asked).outputs["value"] for scorer in (older, newer))
    assert one == other


def test_where_sqlite_lacks_a_function_duckdb_answers(purchase, monkeypatch) -> None:
    asked = [{"id": "one", "events": [click()]}]
    expected = Scorer(purchase.bundle).predict_units(asked).outputs["value"]
    monkeypatch.setattr(small_batches, "_NEEDED", "SELECT no_such_function(1)")
    scorer = Scorer(purchase.bundle)
    assert scorer.predict_units(asked).outputs["value"] == expected
    assert not Engines(purchase.bundle, "purchase").small.answers


@pytest.mark.parametrize(
    "value",
    [
        lambda events: events.price * events.price,
        lambda events: events.price + 1,
        lambda events: events.price > 10,
        lambda events: events.price == 10,
        lambda events: events.price.mean(),
        lambda events: events.price.fill_null(1),
        lambda events: events.price.cast("float64") // 2,
        lambda events: ibis.literal(Decimal("1.5")),
        lambda events: events.event_time.minute(),
        lambda events: events.event_time - events.event_time,
        lambda events: events.event_date.year(),
        lambda events: events.price / events.quantity,
        lambda events: events.event_time.truncate("h"),
        lambda events: events.event_time.day_of_week.index(),
        lambda events: events.price.cast("string"),
    ],
)
def test_an_operation_of_which_nothing_is_said_is_refused_not_guessed(value) -> None:
    events, _ = relations(())
    with pytest.raises(OperationNotDefinedError):
        sqlite_sql(events.select(value=value(events)))
