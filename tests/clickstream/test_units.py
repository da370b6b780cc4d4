"""Units in the form that `POST /predict` takes: plain JSON, up to the cut, and no further."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from clickstream.sources import read_source
from clickstream.units import customer_units, end_of_log, ready_rows, session_units, unit_count
from tests.clickstream.logs import event, ready_made


def test_a_session_is_sent_up_to_its_last_click_before_a_purchase(read) -> None:
    kinds = ["view", "cart", "purchase", "view"]
    dataset = read(
        [
            *(event("s1", n, kind) for n, kind in enumerate(kinds, start=1)),
            event("s2", 7),
            event("s3", 1, "purchase"),
        ]
    )
    units = session_units(dataset, 10)
    assert [(unit["id"], len(unit["events"])) for unit in units] == [("s1", 2), ("s2", 1)]
    assert units[0]["events"][1] == {
        "event_index": 2,
        "event_type": "cart",
        "product_id": "p1",
        "category": "hats",
        "price": 10.0,
        "quantity": 1,
        "event_time": "2026-03-02T12:02:00Z",
        "country": "SE",
        "device": "phone",
    }
    assert units[1]["events"][0]["event_index"] == 7


def test_what_is_missing_is_left_out(read) -> None:
    dataset = read([event("s1", 1, category="", product_id="", country="")])
    assert session_units(dataset, 1)[0]["events"][0].keys() & {
        "category",
        "product_id",
        "country",
    } == (set())


def test_units_are_json_and_limited(shop_data) -> None:
    sessions = session_units(shop_data, 7)
    customers = customer_units(shop_data, 5, history_days=365)
    assert (len(sessions), len(customers)) == (7, 5)
    assert json.loads(json.dumps([*sessions, *customers])) == [*sessions, *customers]


def test_a_customer_is_sent_as_of_the_end_of_the_log_with_the_history_alone(read) -> None:
    def at(time: str, session: str, customer: str = "c1"):
        return event(session, 1, event_time=time, customer_id=customer)

    dataset = read(
        [
            at("2026-03-01T00:00:00Z", "old"),
            at("2026-03-02T00:00:01Z", "first"),
            at("2026-03-12T00:00:00Z", "last"),
            at("2026-03-01T00:00:00Z", "gone", "c2"),
            at("2026-03-11T00:00:00Z", "unknown", ""),
        ]
    )
    assert end_of_log(dataset) == datetime(2026, 3, 12, 0, 0, 1)
    (unit,) = customer_units(dataset, 10, history_days=10)
    assert (unit["id"], unit["as_of"]) == ("c1", "2026-03-12T00:00:01Z")
    assert [part["session_id"] for part in unit["events"]] == ["first", "last"]


def test_a_log_of_days_is_sent_with_days(real_data) -> None:
    dataset = read_source([real_data("eshop2008/Test.csv")])
    (unit,) = session_units(dataset, 1)
    assert all("event_time" not in part for part in unit["events"])
    assert all(part["event_date"].startswith("2008-") for part in unit["events"])


def test_ready_made_rows_are_numbered_by_their_place(real_data) -> None:
    dataset = read_source([real_data("online-shoppers/online_shoppers_intention.csv")])
    rows = ready_rows(dataset, ["ExitRates", "Month"], 3)
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert rows[0] == {"id": "1", "ExitRates": 0.2, "Month": "Feb"}


def test_what_is_not_known_of_a_ready_made_row_is_named_all_the_same() -> None:
    rows = "(VALUES ('yes', 1.5, NULL), ('no', NULL, 'DK')) given(bought, price, country)"
    dataset = ready_made(f"SELECT * FROM {rows}")
    assert ready_rows(dataset, ["price", "country"], 2) == [
        {"id": "1", "price": 1.5, "country": None},
        {"id": "2", "price": None, "country": "DK"},
    ]


@pytest.mark.parametrize(("scope", "number"), [("session", 3), ("customer", 2)])
def test_units_are_counted_by_scope(read, scope: str, number: int) -> None:
    dataset = read(
        [
            event("s1", 1),
            event("s1", 2),
            event("s2", 1, customer_id="c2"),
            event("s3", 1, customer_id=""),
            event("bought at once", 1, "purchase"),
        ]
    )
    assert unit_count(dataset, scope) == number


def test_a_session_is_sent_with_the_earlier_ones_that_reach_into_the_history(read) -> None:
    def at(day: int, session: str, index: int = 1, **changes):
        return event(session, index, event_time=f"2026-03-{day:02d}T00:00:00Z", **changes)

    dataset = read(
        [
            at(1, "too old"),
            at(2, "reaches in", 1),
            at(5, "reaches in", 2),
            at(9, "goes on", 1),
            at(12, "asked", 1),
            at(13, "goes on", 2),
            at(14, "asked", 2),
            at(15, "later"),
            at(8, "someone else's", customer_id="c2"),
            at(8, "nobody's", customer_id=""),
            at(9, "nobody's either", customer_id=""),
        ]
    )
    units = {unit["id"]: unit["events"] for unit in session_units(dataset, 10, history_days=7)}
    sent = [(part.get("session_id"), part["event_index"]) for part in units["asked"]]
    assert sent == [("reaches in", 1), ("reaches in", 2), ("goes on", 1), (None, 1), (None, 2)]
    assert len(units["nobody's either"]) == 1
    alone = session_units(dataset, 10)
    assert all("session_id" not in part for unit in alone for part in unit["events"])


def test_of_a_longer_history_the_newest_events_are_sent(read) -> None:
    def at(minute: int, session: str, index: int, **changes):
        time = f"2026-03-02T12:{minute:02d}:00Z"
        return event(session, index, event_time=time, **changes)

    dataset = read(
        [
            at(1, "old", 1),
            at(2, "old", 2),
            at(3, "meanwhile", 1),
            at(4, "newer", 1),
            at(5, "asked", 1),
            at(5, "at once", 1),
            at(5, "meanwhile", 2),
            at(6, "asked", 2),
            at(4, "someone else's", 1, customer_id="c2"),
        ]
    )

    def sent(most: int) -> list[tuple[str | None, int]]:
        units = {unit["id"]: unit["events"] for unit in session_units(dataset, 10, 7, most)}
        return [(part.get("session_id"), part["event_index"]) for part in units["asked"]]

    own = [(None, 1), (None, 2)]
    assert sent(1) == [("newer", 1), *own]
    assert sent(3) == [("old", 2), ("meanwhile", 1), ("newer", 1), *own]
    assert sent(4) == sent(99) == [("old", 1), *sent(3)]
    assert sent(0) == own
