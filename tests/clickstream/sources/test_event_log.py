"""Logs of view, cart and purchase events: REES46's own sample and hand-made ones."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from clickstream.remarks import remarks
from clickstream.sources import read_source
from clickstream.tables import Dataset
from clickstream.versions import data_version
from tests.clickstream.logs import canonical

FILE = "rees46/2019-Oct.csv"


@pytest.fixture(scope="module")
def rees46(real_data) -> Dataset:
    return read_source([real_data(FILE)])


def test_the_sample_is_kept_but_for_rows_that_are_cut_off_copied_or_astray(
    rees46: Dataset, real_data
) -> None:
    assert rees46.source == "event-log"
    assert (rees46.counts.read, rees46.counts.kept) == (17_435, 17_428)
    assert rees46.counts.quarantined == {
        "an exact copy of another row": 5,
        "fewer columns than the header (cut off?)": 1,
        "its session belongs to another customer": 1,
    }
    cut_off = "SELECT \"row\", content FROM quarantine WHERE reason LIKE 'fewer columns%'"
    assert rees46.connection.execute(cut_off).fetchall() == [
        (17_435, real_data(FILE).read_text().splitlines()[-1])
    ]
    sessions = rees46.connection.execute("SELECT count(DISTINCT session_id) FROM events")
    assert sessions.fetchall() == [(5_066,)]


def test_times_are_those_of_the_file_in_utc(rees46: Dataset) -> None:
    span = "SELECT min(event_time)::VARCHAR, max(event_time)::VARCHAR FROM events"
    assert rees46.connection.execute(span).fetchall() == [
        ("2019-10-01 00:00:00", "2019-10-01 02:50:00")
    ]


def test_3_95_per_cent_of_the_sessions_buy(rees46: Dataset) -> None:
    query = (
        "SELECT avg(bought::INTEGER) FROM "
        "(SELECT bool_or(event_type = 'purchase') AS bought FROM events GROUP BY session_id)"
    )
    assert round(rees46.connection.execute(query).fetchall()[0][0], 4) == 0.0395
    assert "200 of 5066 sessions (3.95 %) hold a purchase." in remarks(rees46)


def test_what_the_sample_lacks_is_said(rees46: Dataset) -> None:
    _, _, still_open, carts, empty = remarks(rees46)
    assert still_open.startswith("4365 of 5066 sessions (86.16 %) were still open when the log")
    told = "Carts are rarer than purchases (164 to 214), and 135 of the 200 sessions that buy hold"
    assert carts.startswith(told), "one of 165 carts is an exact copy"
    assert empty == "Empty in some events: brand in 2476 (14.21 %).", "2477 with its copies"
    said = "category_code is empty in 5746 rows, where category_id stands for it."
    assert rees46.notes == (said,)


def test_the_category_is_its_name_or_else_its_number(rees46: Dataset) -> None:
    query = (
        "SELECT count(*) FILTER (regexp_full_match(category, '[0-9]+')), "
        "count(*) FILTER (category IS NULL), count(*) FILTER (brand IS NULL) FROM events"
    )
    ((numbers, missing, brandless),) = rees46.connection.execute(query).fetchall()
    assert missing == 0
    assert numbers == pytest.approx(5_746, abs=5), "copies of rows are not kept"
    assert brandless == 2_476


def test_the_sample_as_typed_parquet_is_the_same_data(
    rees46: Dataset, real_data, tmp_path: Path
) -> None:
    out = tmp_path / "log.parquet"
    kept = f"FROM read_csv('{real_data(FILE)}', ignore_errors = true)"
    duckdb.sql(f"COPY ({kept}) TO '{out}' (FORMAT parquet)")
    assert dict(duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE {kept})").fetchall())[
        "price"
    ] == ("DOUBLE")
    assert data_version(read_source([out])) == data_version(rees46)


def row(second: int, kind: str = "view", **changes: str) -> dict[str, str]:
    return {
        "event_time": f"2026-03-01 12:00:{second:02d} UTC",
        "event_type": kind,
        "product_id": "1",
        "category_id": "2",
        "category_code": "hats",
        "brand": "",
        "price": "9.99",
        "user_id": "u1",
        "user_session": "s1",
    } | changes


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def places(dataset: Dataset) -> list[tuple[str, int, str]]:
    query = "SELECT session_id, event_index, event_type FROM events ORDER BY ALL"
    found: list[tuple[str, int, str]] = dataset.connection.execute(query).fetchall()
    return found


def test_a_time_with_an_offset_is_turned_into_utc(tmp_path: Path) -> None:
    rows = [row(1, "view", event_time="2019-10-01T02:00:00+02:00")]
    dataset = read_source([write(tmp_path / "log.csv", rows)])
    (found,) = dataset.connection.execute("SELECT event_time::VARCHAR FROM events").fetchall()
    assert found == ("2019-10-01 00:00:00",)


def test_events_are_numbered_by_time_and_in_one_second_by_what_they_are(tmp_path: Path) -> None:
    rows = [
        row(5, "purchase"),
        row(5, "cart"),
        row(5, "view"),
        row(5, "remove_from_cart"),
        row(1, "cart"),
        row(2, "view", user_session="s2"),
    ]
    expected = [
        ("s1", 1, "cart"),
        ("s1", 2, "view"),
        ("s1", 3, "cart"),
        ("s1", 4, "remove"),
        ("s1", 5, "purchase"),
        ("s2", 1, "view"),
    ]
    assert places(read_source([write(tmp_path / "log.csv", rows)])) == expected


@pytest.mark.parametrize("column", ["product_id", "category_code", "brand", "price", "user_id"])
def test_events_of_one_second_keep_their_places_whatever_the_order_of_rows(
    tmp_path: Path, column: str
) -> None:
    rows = [row(5, **{column: value}) for value in ("3", "1", "2", "", "2")]
    forth = read_source([write(tmp_path / "forth.csv", rows)])
    back = read_source([write(tmp_path / "back.csv", rows[::-1])])
    assert canonical(forth) == canonical(back)
    assert data_version(forth) == data_version(back)


def test_a_session_goes_on_from_one_file_into_the_next(tmp_path: Path) -> None:
    monday = write(tmp_path / "monday.csv", [row(1), row(2, "cart")])
    tuesday = write(tmp_path / "tuesday.csv", [row(3), row(4, "purchase")])
    expected = [("s1", 1, "view"), ("s1", 2, "cart"), ("s1", 3, "view"), ("s1", 4, "purchase")]
    assert places(read_source([tuesday, monday])) == expected


def test_every_bad_row_is_quarantined_for_its_reason_and_takes_no_place(tmp_path: Path) -> None:
    bad = {
        "event 'search' is no view, cart, remove, purchase or return": [{"event_type": "search"}],
        "unknown event type": [{"event_type": ""}],
        "no session": [{"user_session": ""}],
        "no time": [{"event_time": "noon"}, {"event_time": ""}],
        "negative price": [{"price": "-1"}],
        "price is no amount": [{"price": "free"}],
    }
    rows = [row(2) | change for changes in bad.values() for change in changes]
    dataset = read_source([write(tmp_path / "log.csv", [row(1), *rows, row(3, price="")])])
    assert dataset.counts.quarantined == {why: len(changes) for why, changes in bad.items()}
    assert (dataset.counts.read, dataset.counts.kept) == (len(rows) + 2, 2)
    assert places(dataset) == [("s1", 1, "view"), ("s1", 2, "view")]
