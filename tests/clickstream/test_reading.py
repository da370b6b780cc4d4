"""Files that are no table: each refusal names the file, what was found and what to try."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from clickstream.errors import SourceError
from clickstream.reading import read_raw

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10"


def zipped(text: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("log.csv", text)
    return buffer.getvalue()


BAD = {
    "empty": (b"", "is empty", "a table with a header row", "Export the log again"),
    "blank": (b" \n\n", "is empty", "a table with a header row", "Export the log again"),
    "byte order mark": (b"\xef\xbb\xbf", "is empty", "a table with a header row", "Export"),
    "one column": (b"clicks\n1\n", "'clicks'", "without any of ',', ';', tab or '|'", "header row"),
    "page": (b"<!doctype html>\n<p>404, sorry</p>\n", "'<!doctype html>'", "header row", "table"),
    "png": (PNG, "is a binary file", "CSV", "export or unpack it as CSV"),
    "zip": (zipped(b"a,b\n1,2\n"), "is a binary file", "CSV", "unpack it as CSV"),
    "gzip": (gzip.compress(b"a,b\n1,2\n"), "is a binary file", "CSV", "unpack it as CSV"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "is a binary file", "CSV", "export"),
    "utf-16": ("a,b\n1,2\n".encode("utf-16"), "is a binary file", "CSV", "CSV"),
    "latin-1": (b"a,caf\xe9\n1,2\n", "is not UTF-8 text", "0xe9 at offset 5", "Save it as UTF-8"),
    "parquet": (b"PAR1 and then nothing", "begins like Parquet", "magic bytes", "download"),
    "json": (b'[{"a":1,"b":2},\n{"a":3}]\n', "separated by ','", "no one pattern", "CSV file"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    content, *said = BAD[name]
    file = tmp_path / "log.csv"
    file.write_bytes(content)
    with pytest.raises(SourceError) as refused:
        read_raw([file])
    for part in (str(file), *said):
        assert part in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".")
    assert ".." not in str(refused.value)


def test_a_missing_file_a_folder_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "nothing.csv", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / ("long" * 100), "cannot be read"),
        (tmp_path / "file.csv" / "below.csv", "cannot be read"),
    ):
        (tmp_path / "file.csv").write_text("a,b\n")
        with pytest.raises(SourceError, match=said) as refused:
            read_raw([path])
        assert str(path) in str(refused.value)
        assert "CSV or Parquet" in str(refused.value)


def test_parquet_whose_end_is_missing_is_refused(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "half.parquet"
    file.write_bytes(shop.read_bytes()[:-200])
    with pytest.raises(SourceError, match="Check that the download or export finished"):
        read_raw([file])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_csv_is_read_in_its_usual_dialects(tmp_path, separator, line_end, start) -> None:
    rows = [["name", "price"], ['"a ""b"" é"', "1.50"], ["", "2"]]
    text = start + line_end.join(separator.join(row) for row in rows) + line_end
    file = tmp_path / "log.csv"
    file.write_bytes(text.encode())
    (raw,) = read_raw([file])
    assert raw.columns == ("name", "price")
    found = raw.backend.con.execute(f"FROM {raw.name} ORDER BY price").fetchall()
    assert found == [('a "b" é', "1.50"), (None, "2")]
    assert dict(raw.rejected) == {}


def test_rows_that_do_not_fit_the_header_are_counted_once_each_by_reason(tmp_path) -> None:
    file = tmp_path / "log.csv"
    lines = [b"a,b,c", b"1,2,3", b"1", b"1,2", b"1,2,3,4,5", b"1,2,3", b"1,2,"]
    file.write_bytes(b"\n".join(lines))
    (raw,) = read_raw([file])
    assert raw.backend.con.execute(f"SELECT count(*) FROM {raw.name}").fetchall() == [(3,)]
    assert dict(raw.rejected) == {
        "fewer columns than the header (cut off?)": 2,
        "more columns than the header": 1,
    }


def test_bytes_that_are_not_utf8_far_down_the_file_cost_only_their_row(tmp_path) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes(b"a,b\n" + b"some text,1\n" * 10_000 + b"caf\xe9,2\n")
    (raw,) = read_raw([file])
    assert dict(raw.rejected) == {"not UTF-8 text": 1}


@pytest.mark.parametrize("name", ["log [1].csv", "log*.csv", "lo?.csv", "it's.csv"])
def test_a_name_is_taken_as_it_is_and_matches_no_other_file(tmp_path, name) -> None:
    for other in ("log 1.csv", "log2.csv", "log.csv"):
        (tmp_path / other).write_text("a,b\nother,2\n")
    (tmp_path / name).write_text("a,b\nown,1\n")
    (raw,) = read_raw([tmp_path / name])
    assert raw.backend.con.execute(f"FROM {raw.name}").fetchall() == [("own", "1")]


def test_the_name_of_a_folder_adds_no_column(tmp_path) -> None:
    folder = tmp_path / "day=1"
    folder.mkdir()
    (folder / "log.csv").write_text("a,b\n1,2\n")
    (raw,) = read_raw([folder / "log.csv"])
    assert raw.columns == ("a", "b")


def test_several_files_are_tables_of_one_database(tmp_path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"x,y\n{name},1\n")
    first, second = read_raw([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert first.backend is second.backend
    query = f"SELECT x FROM {first.name} UNION SELECT x FROM {second.name} ORDER BY x"
    assert first.backend.con.execute(query).fetchall() == [("a.csv",), ("b.csv",)]


def test_the_time_zone_of_the_database_is_utc(tmp_path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    (raw,) = read_raw([tmp_path / "a.csv"])
    assert raw.backend.con.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
