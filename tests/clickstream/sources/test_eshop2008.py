"""UCI e-shop clothing 2008, on its own files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clickstream.remarks import remarks
from clickstream.sources import read_source
from clickstream.sources.eshop2008 import NEEDS
from clickstream.tables import Dataset
from clickstream.versions import data_version
from tests.clickstream.logs import canonical

ORIGINAL = "eshop2008/e-shop clothing 2008.csv"
TRAIN, TEST = "eshop2008/Train.csv", "eshop2008/Test.csv"

Find = Callable[[str], Path]


@pytest.fixture(scope="module")
def original(real_data: Find) -> Dataset:
    return read_source([real_data(ORIGINAL)])


def ask(dataset: Dataset, query: str):
    return dataset.connection.execute(query).fetchall()


def test_the_original_is_read_whole(original: Dataset) -> None:
    assert original.source == "eshop2008"
    assert (original.counts.read, original.counts.kept) == (165_474, 165_474)
    assert ask(original, "SELECT count(DISTINCT session_id) FROM events") == [(24_026,)]
    assert ask(original, "SELECT DISTINCT customer_id, event_time, event_type FROM events") == [
        (None, None, "view")
    ]
    days = ask(original, "SELECT min(event_date)::VARCHAR, max(event_date)::VARCHAR FROM events")
    assert days == [("2008-04-01", "2008-08-13")]
    assert original.time_resolution == "date"
    assert not original.simulated


@pytest.mark.parametrize(("name", "rows"), [(TRAIN, 132_379), (TEST, 33_095)])
def test_each_part_is_read_whole_and_says_that_the_split_was_by_row(
    real_data: Find, name: str, rows: int
) -> None:
    part = read_source([real_data(name)])
    assert (part.source, part.counts.read, part.counts.kept) == ("eshop2008", rows, rows)
    assert len(part.notes) == 1
    assert "row-wise split" in part.notes[0]


def test_both_parts_are_the_original_in_any_order(original: Dataset, real_data: Find) -> None:
    version = data_version(original)
    parts = [real_data(TEST), real_data(TRAIN)]
    whole = read_source(parts)
    assert data_version(whole) == version
    assert data_version(read_source(parts[::-1])) == version
    (shared,) = whole.notes
    assert shared.startswith("12918 of the 14034 sessions of Test.csv (92 %) stand in another")
    assert original.notes == ()
    assert data_version(read_source([parts[0]])) != version


def test_the_original_and_a_part_hold_every_click_once(original: Dataset, real_data: Find) -> None:
    both = read_source([real_data(ORIGINAL), real_data(TEST)])
    assert data_version(both) == data_version(original)
    assert both.counts.quarantined == {"another row has the same place in the session": 33_095}
    assert both.counts.balanced()


def test_price_2_says_1_for_yes_and_2_for_no(original: Dataset) -> None:
    """Held against what the code stands for: dearer than the category's products on average."""
    (agreeing, rows), = ask(
        original,
        "SELECT count(*) FILTER ((price > mean) = (price_above_average = 'yes')), count(*) "
        "FROM events JOIN (SELECT category, avg(price) AS mean FROM "
        "(SELECT DISTINCT category, product_id, price FROM events) GROUP BY category) "
        "USING (category)",
    )  # fmt: skip
    assert agreeing == rows == 165_474
    shares = dict(ask(original, "SELECT price_above_average, count(*) FROM events GROUP BY ALL"))
    assert set(shares) == {"yes", "no"}
    assert original.labels["purchase"].positive == "yes"


def test_the_price_and_its_flag_are_said_to_be_the_products_own(original: Dataset) -> None:
    assert any(
        said.startswith("Each of 217 products has one price_above_average and one price in all")
        for said in remarks(original)
    )


def test_it_is_said_that_days_are_no_times(original: Dataset) -> None:
    assert remarks(original)[0].startswith("The log knows the day and the order of clicks but no")


def test_the_product_in_a_row_of_another_category_is_named(original: Dataset) -> None:
    said = "Products in more than one category: 1 of 217, such as 'A18'; "
    assert f"{said}events that give another than their product's usual one: 1." in remarks(original)


def test_codes_stand_for_the_names_of_the_codebook(original: Dataset) -> None:
    top = "SELECT {0} FROM events GROUP BY ALL ORDER BY count(*) DESC LIMIT 1"
    assert ask(original, top.format("country")) == [("Poland",)]
    assert ask(original, top.format("category")) == [("trousers",)]
    for column, known in (("colour", 14), ("location", 6), ("photography", 2), ("category", 4)):
        counts = f"SELECT count(DISTINCT {column}), count(*) - count({column}) FROM events"
        assert ask(original, counts) == [(known, 0)]


def test_purchase_and_spend_are_proxies_and_say_so(original: Dataset) -> None:
    for answer in ("purchase", "session_spend"):
        label = original.labels[answer]
        assert "no purchase" in str(label.proxy) or "no revenue" in str(label.proxy)
        assert "proxy" in str(label.meaning)
        assert "next product viewed" in str(label.meaning)


ROW = {
    "year": "2008", "month": "4", "day": "1", "order": "1", "country": "29", "session ID": "7",
    "page 1 (main category)": "1", "page 2 (clothing model)": "A1", "colour": "1",
    "location": "1", "model photography": "1", "price": "28", "price 2": "2", "page": "1",
}  # fmt: skip


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    lines = [";".join(NEEDS), *(";".join(row[name] for name in NEEDS) for row in rows)]
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    return path


def test_every_bad_row_is_quarantined_for_its_reason(tmp_path: Path) -> None:
    bad = {
        "no session": [{"session ID": ""}],
        "no place in the session": [{"order": "0"}, {"order": "x"}, {"order": ""}],
        "no date": [{"month": "13"}, {"month": "4", "day": "31"}, {"year": ""}, {"day": "one"}],
        "no price": [{"price": ""}],
        "price is no amount": [{"price": "much"}],
        "negative price": [{"price": "-28"}],
        "an exact copy of another row": [{}],
        "another row has the same place in the session": [{"price": "30"}],
    }
    rows = [ROW | change for changes in bad.values() for change in changes]
    dataset = read_source([write(tmp_path / "log.csv", [ROW, *rows])])
    assert dataset.counts.quarantined == {why: len(changes) for why, changes in bad.items()}
    assert (dataset.counts.read, dataset.counts.kept) == (len(rows) + 1, 1)


def test_codes_that_the_codebook_does_not_know_are_missing(tmp_path: Path) -> None:
    odd = {"country": "99", "page 1 (main category)": "9", "colour": "x", "price 2": "0"}
    dataset = read_source([write(tmp_path / "log.csv", [ROW | odd])])
    found = ask(dataset, "SELECT country, category, colour, price_above_average FROM events")
    assert found == [(None,) * 4]
    assert len(canonical(dataset)) == 1
