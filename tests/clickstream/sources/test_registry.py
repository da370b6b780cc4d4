"""Which source reads a file, and what is said where none does."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clickstream.errors import SourceError
from clickstream.sources import SOURCES, eshop2008, event_log, online_shoppers, read_source
from tests.clickstream.logs import event, write_log


def test_four_sources_are_known() -> None:
    assert list(SOURCES) == ["simulated", "eshop2008", "online-shoppers", "event-log"]
    assert all(name == source.NAME for name, source in SOURCES.items())


def test_an_unknown_source_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        read_source([write_log(tmp_path / "log.csv", [event("s1", 1)])], "eshop")
    assert str(refused.value) == (
        "There is no source 'eshop'; the sources are simulated, eshop2008, online-shoppers, "
        "event-log."
    )


def test_another_shape_is_refused_with_what_was_found_needed_and_meant(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    columns = ["event_time", "event_type", "product_id", "category_id", "pirce", "user_id", "visit"]
    file.write_text(",".join(columns) + "\n" + ",".join("x" * len(columns)) + "\n")
    with pytest.raises(SourceError) as refused:
        read_source([file])
    said = str(refused.value)
    assert str(file) in said
    assert f"found {', '.join(columns)}" in said
    assert "The closest source is 'event-log'" in said
    assert "'price' (did you mean 'pirce'?)" in said
    assert "'brand'" in said
    assert "event_time'" not in said, "what is there is not asked for"
    assert said.endswith("Rename the columns, or check that this is the right file.")


def test_a_source_that_was_named_says_what_it_misses(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    file.write_text("order,country,price\n1,29,33\n")
    with pytest.raises(SourceError, match=r"of source 'eshop2008'.*also needs 'year', 'month'"):
        read_source([file], "eshop2008")


def test_a_file_of_another_source_than_the_one_named_is_called_so(tmp_path: Path) -> None:
    file = write_log(tmp_path / "log.csv", [event("s1", 1)])
    with pytest.raises(SourceError, match="holds simulated data, but eshop2008 data is expected"):
        read_source([file], "eshop2008")


def test_files_of_different_sources_are_not_mixed(tmp_path: Path, real_data) -> None:
    log = write_log(tmp_path / "log.csv", [event("s1", 1)])
    with pytest.raises(SourceError, match=r"different sources \(event-log, simulated\)"):
        read_source([log, real_data("rees46/2019-Oct.csv")])


@pytest.mark.parametrize(
    ("source", "separator"), [(eshop2008, ";"), (online_shoppers, ","), (event_log, ",")]
)
def test_a_header_without_rows_is_refused(tmp_path: Path, source, separator) -> None:
    file = tmp_path / "log.csv"
    file.write_text(separator.join(source.NEEDS) + "\n")
    with pytest.raises(SourceError, match=r"no row that can be kept \(only a header\)") as refused:
        read_source([file])
    assert str(file) in str(refused.value)


def test_a_file_without_one_good_row_is_refused_with_the_reasons(tmp_path: Path) -> None:
    bad = [event("s1", 1, price=""), event("s1", 2, price="-1"), event("", 3)]
    with pytest.raises(SourceError, match=r"no row that can be kept \(2 rows: no price; 1 rows"):
        read_source([write_log(tmp_path / "log.csv", bad)])


def test_parquet_that_is_damaged_in_the_middle_is_refused(shop: Path, tmp_path: Path) -> None:
    content = bytearray(shop.read_bytes())
    data = pq.ParquetFile(shop).metadata.row_group(0).column(0)
    start = data.dictionary_page_offset or data.data_page_offset
    content[start : start + 2_000] = b"\xff" * 2_000
    file = tmp_path / "damaged.parquet"
    file.write_bytes(content)
    with pytest.raises(SourceError, match="cannot be read to its end") as refused:
        read_source([file])
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)
