from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.errors import SourceError
from clickstream.versions import data_version
from tests.clickstream.logs import event, write_log
from tests.clickstream.sources.mapping.describing import read, select, write

HEADER = "wann,was,wer,ware,preis,stueck,land"
KEYS = {
    "kind": "events",
    "time": "wann",
    "event": "was",
    "customer": "wer",
    "product": "ware",
    "price": "preis",
    "quantity": "stueck",
    "context": ["land"],
}


def test_units_codes_and_context_are_as_the_mapping_says(tmp_path: Path) -> None:
    file = write(
        tmp_path / "log.csv",
        HEADER,
        "1570000000,gesehen,u1,p1,9990000,,SE",
        "1570000001,Add-To-Cart,u1,p1,9990000,2,SE",
        "1570000002,gekauft,u1,p1,9990000,2.0,SE",
    )
    codes = {"gesehen": "view", "GEKAUFT": "purchase"}
    dataset = read(file, **KEYS, price_divisor=1_000_000, codes=codes)
    assert dataset.source == "mapping"
    assert dataset.context_columns == ("land",)
    columns = "event_index, event_time::VARCHAR, event_type, product_id, price, quantity, land"
    price = Decimal("9.9900")
    assert select(dataset, columns) == [
        (1, "2019-10-02 07:06:40", "view", "p1", price, 1, "SE"),
        (2, "2019-10-02 07:06:41", "cart", "p1", price, 2, "SE"),
        (3, "2019-10-02 07:06:42", "purchase", "p1", price, 2, "SE"),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "2019-10-02T07:06:40Z",
        "2019-10-02 07:06:40 UTC",
        "2019-10-02 09:06:40+02:00",
        "1570000000",
        "1570000000000",
        "1570000000000000",
        "10/02/2019 07:06:40",
        "02.10.2019 07:06:40",
        "02.10.19 07:06:40",
    ],
)
def test_a_time_is_found_however_it_is_written(tmp_path: Path, written: str) -> None:
    other = {"10/02/2019 07:06:40": "10/31/2019 07:06:40"}.get(written, written)
    lines = [f"{time},view,u1,p1,,," for time in (written, other)]
    dataset = read(write(tmp_path / "log.csv", HEADER, *lines), **KEYS)
    assert ("2019-10-02 07:06:40",) in select(dataset, "event_time::VARCHAR")


def test_one_odd_time_does_not_change_how_the_others_are_read(tmp_path: Path) -> None:
    times = ["1570000000", "1570000060", "2019-10-02", "1570000120000"]
    lines = [f"{time},view,u1,p1,,," for time in times]
    dataset = read(write(tmp_path / "log.csv", HEADER, *lines), **KEYS)
    assert dataset.counts.quarantined == {"no time": 2}
    assert dataset.mapping is not None
    assert dataset.mapping["time_format"] == "seconds"


@pytest.mark.parametrize(
    ("written", "meant", "other", "day"),
    [
        ("01/02/2019 10:00", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "2019-02-01"),
        ("31/12/25", "%d/%m/%y", "%y/%m/%d", "2025-12-31"),
        ("25-12-31 10:00", "%y-%m-%d %H:%M", "%d-%m-%y %H:%M", "2025-12-31"),
    ],
)
def test_a_date_that_reads_in_two_ways_is_asked_about(
    tmp_path: Path, written: str, meant: str, other: str, day: str
) -> None:
    file = write(tmp_path / "log.csv", HEADER, f"{written},view,u1,p1,,,")
    with pytest.raises(SourceError, match=r"^shop\.toml: .* alike\. Say in") as refused:
        read(file, **KEYS)
    first, second = sorted((meant, other), key=str(refused.value).index)
    assert f"'wann' read as {first} and as {second} alike" in str(refused.value)
    dataset = read(file, **KEYS, time_format=meant)
    assert select(dataset, "event_date::VARCHAR") == [(day,)]


def test_a_decimal_comma_is_found_over_the_whole_column(tmp_path: Path) -> None:
    header, *lines = (HEADER, "1570000000,view,u1,p1,5,,", '1570000001,view,u1,p2,"1.249,50",,')
    dataset = read(write(tmp_path / "log.csv", header, *lines), **KEYS)
    assert select(dataset, "price") == [(Decimal("5.0000"),), (Decimal("1249.5000"),)]


def test_visits_are_built_from_gaps_whatever_the_order_of_rows(tmp_path: Path) -> None:
    start = 1_570_000_000
    seconds = [0, 0, 1_799, 1_799 + 1_800, 1_799 + 1_800, 9_000]
    lines = [f"{start + second},view,u{user},p{place},,,"
             for user in (1, 2) for place, second in enumerate(seconds)]  # fmt: skip
    forth = read(write(tmp_path / "forth.csv", HEADER, *lines), **KEYS)
    back = read(write(tmp_path / "back.csv", HEADER, *lines[::-1]), **KEYS)
    assert data_version(forth) == data_version(back)
    visits = select(forth, "session_id, event_index")
    assert [index for _, index in visits] == [1, 2, 3, 1, 2, 1] * 2
    assert len({session for session, _ in visits}) == 6
    assert visits[0][0] == "u1@2019-10-02T07:06:40.000000"
    assert any("gaps of 30 minutes" in note for note in forth.notes)


def test_a_row_without_customer_belongs_to_no_visit(tmp_path: Path) -> None:
    file = write(tmp_path / "log.csv", HEADER, "1570000000,view,u1,p1,,,", "1570000001,view,,p1,,,")
    assert read(file, **KEYS).counts.quarantined == {"no session": 1}


def test_an_event_of_unknown_name_is_quarantined_by_its_name(tmp_path: Path) -> None:
    names = ["view", "search", "search", "login", ""]
    unknown = "is no view, cart, remove, purchase or return; [codes] can say what it is"
    lines = [f"{1_570_000_000 + place},{name},u1,p1,,," for place, name in enumerate(names)]
    counts = read(write(tmp_path / "log.csv", HEADER, *lines), **KEYS).counts
    assert counts.quarantined == {
        f"event 'search' {unknown}": 2,
        f"event 'login' {unknown}": 1,
        "unknown event type": 1,
    }


def test_a_column_of_other_things_than_events_is_refused(tmp_path: Path) -> None:
    lines = [f"{1_570_000_000 + place},{place},u1,p1,,," for place in range(1_100)]
    with pytest.raises(SourceError, match=r"^shop\.toml: column 'was', named by 'event', holds"):
        read(write(tmp_path / "log.csv", HEADER, *lines), **KEYS)


def test_a_column_that_is_not_there_is_named_with_its_key_and_the_nearest(tmp_path: Path) -> None:
    file = write(tmp_path / "log.csv", HEADER, "1570000000,view,u1,p1,,,")
    with pytest.raises(SourceError) as refused:
        read(file, **KEYS | {"price": "pries"})
    said = str(refused.value)
    assert said.startswith("shop.toml: key 'price' names column 'pries', which ")
    assert "Did you mean 'preis'?" in said


def test_without_a_price_no_amount_is_known(tmp_path: Path) -> None:
    file = write(tmp_path / "log.csv", HEADER, "1570000000,pv,u1,p1,3,,", "1570000001,buy,u1,p1,,,")
    dataset = read(file, **KEYS)
    found = answerability(dataset, ANSWERS["session_spend"], Windows())
    assert (found.status, found.reason) == ("no", "no purchase in the log has a price")
    assert answerability(dataset, ANSWERS["purchase"], Windows()).status == "yes"


def test_without_a_column_of_events_every_row_is_a_view(tmp_path: Path) -> None:
    file = write(tmp_path / "log.csv", "s,t,p", "1,2014-04-07T10:51:09.277Z,214")
    dataset = read(file, kind="events", session="s", time="t", product="p")
    assert select(dataset, "session_id, event_type") == [("1", "view")]


def test_order_lines_are_purchases_and_returns(tmp_path: Path) -> None:
    file = write(
        tmp_path / "orders.csv",
        "order,at,who,sku,each,n",
        "1,2020-01-01 10:00,u1,a,2.50,3",
        "1,2020-01-01 10:00,u1,a,2.50,3",
        "1,2020-01-01 10:00,u1,b,0,3",
        "1,2020-01-01 10:00,u1,b,4,0",
        "C2,2020-01-02 10:00,u1,a,2.50,1",
        "3,2020-01-03 10:00,,a,2.50,-2",
    )
    dataset = read(
        file, kind="orders", session="order", time="at", customer="who", product="sku",
        price="each", quantity="n", cancelled_prefix="C",
    )  # fmt: skip
    assert dataset.counts.quarantined == {"price is not above 0": 1, "quantity below 1": 1}
    assert dataset.counts.copies == 1, "two equal lines can be two sales"
    assert select(dataset, "session_id, customer_id, event_type, quantity") == [
        ("1", "u1", "purchase", 3),
        ("1", "u1", "purchase", 3),
        ("3", None, "return", 2),
        ("C2", "u1", "return", 1),
    ]
    for name in ("purchase", "session_spend"):
        found = answerability(dataset, ANSWERS[name], Windows())
        assert found.status == "no"
        assert "every session is an order" in found.reason


def test_columns_that_nobody_reads_are_noted(tmp_path: Path) -> None:
    file = write(tmp_path / "log.csv", "s,t,p,x,y", "1,2014-04-07T10:51:09.277Z,214,1,2")
    dataset = read(file, kind="events", session="s", time="t", product="p", ignored=["y"])
    assert dataset.notes == ("Columns that are not read: x.",)


def test_a_simulated_log_is_called_so_whoever_describes_it(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.csv", [event("s1", 1)])
    keys = {"time": "event_time", "event": "event_type", "session": "session_id"}
    assert read(log, kind="events", **keys).simulated
    other = write(tmp_path / "other.csv", HEADER, "1570000000,view,u1,p1,,,")
    assert not read(other, **KEYS).simulated
