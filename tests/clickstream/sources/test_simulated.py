from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from clickstream.sources import read_source
from clickstream.versions import data_version
from tests.clickstream.logs import canonical, event, read_log


@pytest.fixture(scope="module")
def shop_version(shop: Path) -> str:
    return data_version(read_source([shop]))


def by_arrow(shop: Path, out: Path) -> None:
    pyarrow.csv.write_csv(pq.read_table(shop), out)


def by_pandas(shop: Path, out: Path) -> None:
    pq.read_table(shop).to_pandas().to_csv(out, index=False, sep=";")


def shuffled(shop: Path, out: Path) -> None:
    pq.read_table(shop).to_pandas().sample(frac=1, random_state=3).to_csv(out, index=False)


def as_text(shop: Path, out: Path) -> None:
    duckdb.sql(f"COPY (SELECT COLUMNS(*)::VARCHAR FROM '{shop}') TO '{out}' (FORMAT parquet)")


@pytest.mark.parametrize("convert", [by_arrow, by_pandas, shuffled, as_text])
def test_the_same_table_in_another_form_is_the_same_data(
    shop: Path, shop_version: str, tmp_path: Path, convert: Callable[[Path, Path], None]
) -> None:
    out = tmp_path / "other"
    convert(shop, out)
    dataset = read_source([out])
    assert data_version(dataset) == shop_version
    assert canonical(dataset) == canonical(read_source([shop]))


def test_two_halves_are_the_whole_and_a_half_read_twice_adds_nothing(
    shop: Path, shop_version: str, tmp_path: Path
) -> None:
    table = pq.read_table(shop)
    pq.write_table(table.slice(0, 20_001), tmp_path / "first.parquet")
    pyarrow.csv.write_csv(table.slice(20_001), tmp_path / "second.csv")
    halves = [tmp_path / "second.csv", tmp_path / "first.parquet"]
    assert data_version(read_source(halves)) == shop_version
    again = read_source([*halves, tmp_path / "first.parquet"])
    assert data_version(again) == shop_version
    assert again.counts.quarantined == {"an exact copy of another row": 20_001}
    assert again.counts.balanced()


def test_the_simulated_log_is_called_simulated_and_kept_whole(shop: Path) -> None:
    dataset = read_source([shop])
    assert (dataset.source, dataset.simulated, dataset.time_resolution) == (
        "simulated",
        True,
        "time",
    )
    assert dataset.counts.read == dataset.counts.kept == pq.read_metadata(shop).num_rows
    assert dataset.counts.quarantined == {}
    assert dataset.labels["purchase"].proxy is None


BAD = {
    "no time": [{"event_time": "yesterday"}, {"event_time": ""}],
    "no session": [{"session_id": ""}],
    "no place in the session": [{"event_index": "first"}, {"event_index": 0}, {"event_index": ""}],
    "unknown event type": [{"event_type": "sneeze"}, {"event_type": ""}],
    "no price": [{"price": ""}],
    "price is no amount": [{"price": "free"}, {"price": "NaN"}],
    "negative price": [{"price": -1}],
    "quantity is no whole number": [{"quantity": "two"}],
    "quantity below 1": [{"quantity": 0}, {"quantity": -3}],
}


def test_every_bad_row_is_quarantined_for_its_reason(tmp_path: Path) -> None:
    bad = [(why, change) for why, changes in BAD.items() for change in changes]
    events = [event("bad", n) | change for n, (_, change) in enumerate(bad, start=1)]
    dataset = read_log(tmp_path / "log.csv", [event("s1", 1), *events, event("s1", 2)])
    assert dataset.counts.quarantined == {why: len(changes) for why, changes in BAD.items()}
    assert (dataset.counts.read, dataset.counts.kept) == (len(bad) + 2, 2)
    assert dataset.counts.balanced()
    assert [row[:3] for row in canonical(dataset)] == [("s1", "c1", 1), ("s1", "c1", 2)]


def test_of_rows_in_one_place_the_same_is_kept_whatever_their_order(tmp_path: Path) -> None:
    rows = [
        event("s1", 1),
        event("s1", 2, price="5"),
        event("s1", 2, price="4"),
        event("s1", 2, price=""),
        event("s2", 2, price="6"),
    ]
    forth = read_log(tmp_path / "forth.csv", rows)
    back = read_log(tmp_path / "back.csv", rows[::-1])
    assert canonical(forth) == canonical(back)
    assert forth.counts == back.counts
    assert forth.counts.quarantined == {
        "another row has the same place in the session": 1,
        "no price": 1,
    }


def test_times_with_an_offset_are_brought_to_utc_and_those_without_are_utc(tmp_path: Path) -> None:
    times = ["2026-03-01T00:30:00+02:00", "2026-02-28T22:30:00Z", "2026-02-28 22:30:00"]
    dataset = read_log(
        tmp_path / "log.csv", [event("s1", n, event_time=time) for n, time in enumerate(times, 1)]
    )
    found = {(str(row[3]), str(row[4])) for row in canonical(dataset)}
    assert found == {("2026-02-28 22:30:00", "2026-02-28")}


def test_empty_texts_are_missing_and_an_empty_quantity_is_one(tmp_path: Path) -> None:
    empty = {"customer_id": "", "product_id": "", "category": "", "country": "", "quantity": ""}
    ((*_, customer, _, _, _, _, product, category, _, quantity, country, _),) = canonical(
        read_log(tmp_path / "log.csv", [event("s1", 1, **empty)])
    )
    assert (customer, product, category, quantity, country) == (None, None, None, 1, None)
