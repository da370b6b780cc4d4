"""The page of data: a file is brought, told about, mapped where nobody knows it, and explored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clickstream.simulator import simulate
from tests.ui import standins
from tests.ui.files import ESHOP, GERMAN, ROWS
from tests.ui.opening import go_to, metrics, opened, press, texts
from ui.explore.mapping import mapping_keys


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("log") / "shop.parquet"
    simulate(3_000, path, seed=7)
    return path.read_bytes()


def upload(page: AppTest, name: str, content: bytes) -> AppTest:
    page.file_uploader[0].upload(name, content)
    after = page.run()
    assert not after.exception
    return after


def explore(page: AppTest, part: str) -> AppTest:
    page.session_state["kept_explore_3_parts"] = part
    after = page.run()
    assert not after.exception
    return after


def test_without_a_file_the_page_says_what_to_do() -> None:
    with opened(standins.three(), "data") as page:
        assert "No file yet." in texts(page)


def test_a_log_is_recognised_counted_and_explored(log: bytes) -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "shop.parquet", log)
        said = texts(page)
        assert "Recognised: shop.parquet, source simulated." in said
        assert metrics(page)["Rows kept"] == metrics(page)["Rows read"] == "3,013"
        assert metrics(page)["Rows left out"] == "0"
        assert [len(table.value) for table in page.table] == [8], "a line per question"
        for title in ("Funnel", "Events by weekday and hour", "How sessions begin"):
            assert title in said
        assert len(page.get("plotly_chart")) == 4
        page = explore(page, "columns")
        assert "**Balance of yes and no**" in texts(page)
        assert "Prices of the products of events" in texts(page)
        assert len(page.get("plotly_chart")) >= 9
        page = explore(page, "relations")
        assert {"**Correlations**", "**Pairs of numbers**"} <= set(texts(page).splitlines())
        assert len(page.get("plotly_chart")) == 2


def test_ready_made_rows_have_columns_and_no_sessions() -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "rows.csv", ROWS)
        assert "Commonest values" in texts(page)
        assert "Funnel" not in texts(page)


def test_an_uploaded_log_is_scored_and_says_how_many_of_how_many(
    log: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLICKWISE_MAX_UNITS", "25")
    with opened(standins.three(), "data") as page:
        page = upload(page, "shop.parquet", log)
        page.session_state["kept_predict_view"] = "file"
        page = press(go_to(page, "predict"), "Score it with the three services")
        assert re.search(r"25 of \d+ sessions of shop\.parquet", texts(page))
        assert len(page.dataframe[0].value) == 25


def test_a_file_stays_at_hand_when_the_page_changes(log: bytes) -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "shop.parquet", log)
        page = go_to(go_to(page, "revenue"), "data")
        assert "Recognised: shop.parquet" in texts(page)


def test_filters_apply_to_everything_below(log: bytes) -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "shop.parquet", log)
        whole = metrics(page)["Sessions"]
        chosen = page.multiselect(key="filter_country")
        chosen.select(chosen.options[0])
        page = page.run()
        assert re.search(r"[\d,]+ of 3,013 rows pass the filters", texts(page))
        assert metrics(page)["Sessions"] != whole


def test_filters_that_nothing_passes_say_so(log: bytes) -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "shop.parquet", log)
        first, _ = page.session_state["filter_dates"]
        page.session_state["filter_dates"] = (first, first)
        for column in ("country", "device", "category"):
            chosen = page.multiselect(key=f"filter_{column}")
            chosen.select(chosen.options[-1])
        page = page.run()
        assert not page.exception
        assert "Nothing passes these filters." in texts(page)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" * 50])
def test_a_wrong_file_is_a_sentence_and_takes_the_earlier_one_away(
    log: bytes, content: bytes
) -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "shop.parquet", log)
        page = upload(page, "shop.csv", content)
        assert page.error[0].value.startswith("shop.csv ")
        assert "Upload another file, or use the example shop." in page.error[0].value
        assert not page.metric
        page = press(page, "Use the example shop")
        assert not page.error, "the way out is open"
        assert metrics(page)["Rows kept"] == "2,038"


def test_a_file_of_another_source_is_explored_and_not_scored() -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "shop.csv", ESHOP)
        said = texts(page)
        assert "It can be explored, but not scored here. shop.csv holds eshop2008 data" in said
        assert metrics(page)["Rows kept"] == "2"


def test_columns_made_from_the_label_are_named_as_leaks() -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "visits.csv", ROWS)
        assert "**PageValues**" in texts(page)
        assert "It is left out." in texts(page)


def _russian(encoding: str) -> bytes:
    return (
        "время;событие;покупатель;товар;категория;цена\n"
        + "".join(
            f"2025-03-{day:02d} 10:0{minute}:00;{kind};клиент {day};товар {minute};шапки;100,50\n"
            for day in range(1, 21)
            for minute, kind in enumerate(("просмотр", "просмотр", "корзина", "покупка"))
        )
    ).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-16"])
def test_a_russian_log_is_read_and_explored(encoding: str) -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "журнал.csv", _russian(encoding))
        assert "журнал.csv was read by a mapping." in texts(page)
        assert metrics(page)["Rows kept"] == "80"
        assert metrics(page)["Customers"] == metrics(page)["Sessions"] == "20"
        assert metrics(page)["Conversion"] == "100.0%"


def test_a_file_with_fifty_columns_is_explored() -> None:
    names = ["session_id", "event_time", "event_type", "product_id", "user_id", "price"]
    more = [f"column {number}" for number in range(44)]
    lines = [
        [
            f"s{n // 5}",
            f"2025-03-01 1{n // 60}:{n % 60:02d}:00",
            "view",
            f"p{n % 7}",
            f"u{n // 10}",
            "9.5",
        ]
        + [str(n * place % 11) for place in range(44)]
        for n in range(300)
    ]
    log = "\n".join(",".join(line) for line in [names + more, *lines])
    with opened(standins.three(), "data") as page:
        page = upload(page, "wide.csv", log.encode())
        assert metrics(page)["Rows kept"] == "300"
        assert len(explore(page, "columns").get("plotly_chart")) >= 3


def test_rows_that_were_left_out_can_be_taken_away() -> None:
    broken = ESHOP + b"2008;4;1;x;29;1;1;A16;1;6;1;33;2;1\n"
    with opened(standins.three(), "data") as page:
        page = upload(page, "shop.csv", broken)
        assert metrics(page)["Rows left out"] == "1"
        labels = [button.label for button in page.get("download_button")]
        assert "Download as CSV" in labels


def test_a_table_that_no_source_knows_is_mapped_in_place() -> None:
    with opened(standins.three(), "data") as page:
        page = upload(page, "laden.csv", GERMAN)
        said = texts(page)
        assert "What do the columns of laden.csv hold?" in said
        assert "Still needed:" in said
        meanings = page.session_state["mapping_kind_laden.csv"]
        assert meanings in ("events", "orders", "rows")
        page = press(page, "Read the file so")
        assert "laden.csv was read by a mapping." in texts(page)
        assert metrics(page)["Rows read"] == "2"


def test_the_keys_of_a_mapping_follow_what_its_reader_says() -> None:
    proposed = {"kind": "events", "time": "zeit", "time_format": "seconds", "header": ["zeit"]}
    meanings = {
        "zeit": "time",
        "was": "event",
        "wer": "customer",
        "land": "context",
        "x": "ignored",
    }
    keys: dict[str, Any] = mapping_keys(proposed, "events", meanings, {"gesehen": "view"}, [])
    assert keys == {
        "kind": "events",
        "time": "zeit",
        "event": "was",
        "customer": "wer",
        "context": ["land"],
        "ignored": ["x"],
        "time_format": "seconds",
        "header": ["zeit"],
        "codes": {"gesehen": "view"},
    }
    other = mapping_keys(proposed, "orders", {"wann": "time", "preis": "price"}, {}, [])
    assert "time_format" not in other, "it was found in another column"
    rows = mapping_keys({}, "rows", {"gekauft": "label", "seiten": "input"}, {}, ["1"])
    assert rows == {"kind": "rows", "label": "gekauft", "label_yes": ["1"]}
