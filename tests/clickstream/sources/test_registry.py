"""Which source reads a file, and what is said where none does."""

from __future__ import annotations

import gc
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from clickstream.errors import SourceError
from clickstream.reading import open_backend
from clickstream.sources import (
    SOURCES,
    eshop2008,
    event_log,
    online_shoppers,
    read_source,
    simulated,
)
from clickstream.versions import data_version
from tests.clickstream.logs import event, write_log


def test_six_sources_are_known() -> None:
    assert list(SOURCES) == [
        "simulated",
        "eshop2008",
        "online-shoppers",
        "online-retail",
        "ga4",
        "event-log",
    ]
    assert all(name == source.NAME for name, source in SOURCES.items())


def test_an_unknown_source_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        read_source([write_log(tmp_path / "log.csv", [event("s1", 1)])], "eshop")
    assert str(refused.value) == (
        "There is no source 'eshop'; the sources are simulated, eshop2008, online-shoppers, "
        "online-retail, ga4, event-log."
    )


def test_another_shape_is_refused_with_what_was_found_needed_and_meant(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    columns = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPirce", "CustomerID"]
    file.write_text(",".join(columns) + "\n" + ",".join("x" * len(columns)) + "\n")
    with pytest.raises(SourceError) as refused:
        read_source([file])
    said = str(refused.value)
    assert str(file) in said
    assert f"found {', '.join(columns)}" in said
    assert "The closest source is 'online-retail'" in said
    assert "'UnitPrice' (did you mean 'UnitPirce'?)" in said
    assert "'Country'" in said
    assert "'InvoiceNo'" not in said, "what is there is not asked for"
    assert "Rename the columns, or check that this is the right file." in said
    assert "`clickwise inspect FILE --write-mapping mapping.toml` proposes one" in said


@pytest.mark.parametrize("name", [None, "eshop2008"])
def test_a_file_without_any_known_column_is_like_no_source(tmp_path: Path, name) -> None:
    file = tmp_path / "log.csv"
    file.write_text("wann;was;wer\ngestern;gesehen;k1\n")
    with pytest.raises(SourceError) as refused:
        read_source([file], name)
    said = "found wann, was, wer. None of these is a column that a known source needs. A mapping"
    assert said in str(refused.value)
    assert "closest" not in str(refused.value)


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
    bad = [event("s1", 1, price=""), event("s1", 2, price=""), event("", 3)]
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


def test_a_source_that_loses_a_row_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = simulated._events
    monkeypatch.setattr(simulated, "_events", lambda raw: whole(raw).filter(raw.table["_row"] > 1))
    log = write_log(tmp_path / "log.csv", [event("s1", n) for n in (1, 2, 3)])
    with pytest.raises(SourceError, match="3 rows were read, but 2 are kept and 0 are quarantined"):
        read_source([log])


def test_a_log_that_is_kept_on_disk_is_the_same_log(shop: Path) -> None:
    on_disk = read_source([shop], backend=open_backend("200MB"))
    assert on_disk.counts == read_source([shop]).counts
    assert data_version(on_disk) == data_version(read_source([shop]))


def test_a_file_for_the_log_goes_with_the_log(shop: Path) -> None:
    dataset = read_source([shop], backend=open_backend("200MB"))
    query = "SELECT path FROM duckdb_databases() WHERE path IS NOT NULL"
    ((path,),) = dataset.connection.execute(query).fetchall()
    assert Path(path).stat().st_size
    del dataset
    gc.collect()
    assert not Path(path).parent.exists()
