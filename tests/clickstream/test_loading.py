"""Units become the canonical relations that training had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from clickstream.errors import InputError
from clickstream.loading import EVENT_TYPES, connect, load_lookups, load_rows, since_1970, unit_rows

CONTEXT = ("country",)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    opened = connect()
    yield opened
    opened.close()


def load(connection: duckdb.DuckDBPyConnection, scope: str, *units: dict[str, Any]) -> None:
    load_rows(connection, unit_rows(units, scope), CONTEXT)


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    return found


def test_an_event_has_the_types_of_the_canonical_table(connection) -> None:
    event = {
        "event_time": "2026-03-01T23:30:00-01:00",
        "event_type": "cart",
        "product_id": "p1",
        "category": "hats",
        "price": 19.99,
        "quantity": 2,
        "country": "SE",
    }
    load(connection, "session", {"id": "s1", "events": [event]})
    types = {name: kind for name, kind, *_ in rows(connection, "DESCRIBE events")}
    assert types == EVENT_TYPES | {"country": "VARCHAR"}
    assert rows(connection, "FROM events") == [
        (
            "s1",
            "s1",
            1,
            datetime(2026, 3, 2, 0, 30),
            date(2026, 3, 2),
            "cart",
            "p1",
            "hats",
            Decimal("19.9900"),
            2,
            "SE",
        )
    ]


def test_what_is_left_out_is_missing_but_a_quantity_is_one(connection) -> None:
    load(connection, "session", {"id": "s1", "events": [{"event_date": "2026-03-01"}]})
    found = "SELECT event_time, event_date, event_type, price, quantity, country FROM events"
    assert rows(connection, found) == [(None, date(2026, 3, 1), None, None, 1, None)]


def test_a_session_is_cut_after_its_last_event(connection) -> None:
    placed = [{"event_index": place} for place in (7, 2)]
    load(
        connection,
        "session",
        {"id": "placed", "events": placed},
        {"id": "in order", "events": [{}, {}, {}]},
    )
    cuts = "SELECT unit_id, cut_index, as_of FROM cuts ORDER BY unit_id"
    assert rows(connection, cuts) == [("in order", 3, None), ("placed", 7, None)]
    places = "SELECT event_index FROM events WHERE session_id = 'in order' ORDER BY ALL"
    assert rows(connection, places) == [(1,), (2,), (3,)]


def test_a_customer_is_cut_as_of_a_moment_and_keeps_the_sessions(connection) -> None:
    events = [{"session_id": "s1", "event_index": 1}, {"session_id": "s2", "event_index": 1}]
    unit = {"id": "c1", "as_of": "2026-03-01T12:00:00+02:00", "events": events}
    load(connection, "customer", unit)
    assert rows(connection, "SELECT unit_id, as_of FROM cuts") == [("c1", datetime(2026, 3, 1, 10))]
    assert rows(connection, "SELECT DISTINCT customer_id FROM events") == [("c1",)]
    assert rows(connection, "SELECT session_id FROM events ORDER BY 1") == [("s1",), ("s2",)]


@pytest.mark.parametrize(
    ("places", "said"),
    [((1, 1), "unit 's1' has event_index 1 twice"), ((1, None), "gives event_index for some")],
)
def test_places_of_a_session_must_be_its_own(connection, places, said) -> None:
    events = [{} if place is None else {"event_index": place} for place in places]
    with pytest.raises(InputError, match=said):
        load(connection, "session", {"id": "s1", "events": events})


def test_no_text_is_taken_for_sql(connection) -> None:
    text = "'); DROP TABLE cuts; --\"\\ \n ☂"
    load(connection, "session", {"id": text, "events": [{"category": text, "country": text}]})
    assert rows(connection, "SELECT session_id, category, country FROM events") == [(text,) * 3]
    assert rows(connection, "SELECT unit_id FROM cuts") == [(text,)]


def test_a_moment_without_a_zone_is_utc() -> None:
    expected = int(datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()) * 1_000_000
    assert since_1970("2026-03-01T12:00:00") == expected
    assert since_1970("2026-03-01T12:00:00Z") == expected
    assert since_1970("2026-03-01T14:00:00+02:00") == expected
    assert since_1970(datetime(2026, 3, 1, 12, tzinfo=UTC)) == expected
    assert since_1970(datetime(2026, 3, 1, 12)) == expected
    assert since_1970("1969-12-31T23:59:59.999999") == -1


def test_a_session_that_goes_back_in_time_is_refused(connection) -> None:
    events = [
        {"event_time": "2030-03-01T12:00:00Z", "event_type": "view"},
        {"event_time": "2026-03-01T12:00:00Z", "event_type": "view"},
    ]
    with pytest.raises(InputError, match="goes back in time: 2026-03-01T12:00:00 follows 2030"):
        load(connection, "session", {"id": "s1", "events": events})


def test_events_may_be_sent_in_any_order_where_they_say_their_places(connection) -> None:
    events = [
        {"event_index": 2, "event_time": "2026-03-01T12:01:00Z", "event_type": "view"},
        {"event_index": 1, "event_time": "2026-03-01T12:00:00Z", "event_type": "view"},
    ]
    load(connection, "session", {"id": "s1", "events": events})
    assert rows(connection, "SELECT count(*) FROM events") == [(2,)]


def at(minute: int, session: str | None = None, **more: Any) -> dict[str, Any]:
    event = {"event_time": f"2026-03-01T12:{minute:02d}:00Z", "event_type": "view"} | more
    return event if session is None else event | {"session_id": session}


def test_a_session_may_come_with_its_customers_earlier_ones(connection) -> None:
    events = [at(1, "visit"), at(2, "visit"), at(5), at(6, "s1"), at(7)]
    load(connection, "session", {"id": "s1", "events": events})
    assert rows(connection, "SELECT unit_id, cut_index FROM cuts") == [("s1", 3)]
    own = "SELECT event_index FROM events WHERE session_id = 's1' ORDER BY ALL"
    assert rows(connection, own) == [(1,), (2,), (3,)]
    earlier = "SELECT event_index FROM events WHERE session_id <> 's1' ORDER BY ALL"
    assert rows(connection, earlier) == [(1,), (2,)]
    assert rows(connection, "SELECT DISTINCT customer_id FROM events") == [("s1",)]


def test_earlier_sessions_of_two_units_are_never_the_same(connection) -> None:
    ids = ["a", "b", "0/visit", "0//visit", "visit"]
    units = [{"id": name, "events": [at(1, "visit"), at(2)]} for name in ids]
    load(connection, "session", *units)
    found = rows(connection, "SELECT session_id, count(*) FROM events GROUP BY 1")
    assert len(found) == 9, "the unit that is called as its visit has one session, others two"
    assert dict(found)["visit"] == 2
    assert {name for name, _ in found} > set(ids)


def test_places_and_order_are_a_sessions_own(connection) -> None:
    events = [
        at(9, "visit", event_index=1),
        at(1, event_index=1),
        at(2, event_index=2),
    ]
    load(connection, "session", {"id": "s1", "events": events})
    assert rows(connection, "SELECT cut_index FROM cuts") == [(2,)]


def test_lookups_are_tables_by_their_name(connection, tmp_path) -> None:
    file = tmp_path / "rates.parquet"
    for rate in (1, 2):
        connection.execute(f"COPY (SELECT {rate} AS rate) TO '{file}'")
        load_lookups(connection, {"rates": file})
        assert rows(connection, "FROM rates") == [(rate,)]
