"""Files that are no table: each refusal names the file, what was found and what to try."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clickstream.errors import NoHeader, SourceError
from clickstream.reading import Dialect, RawTable, read_raw
from clickstream.sources import read_source

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10"


def zipped(text: bytes, *names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, text)
    return buffer.getvalue()


BAD = {
    "empty": (b"", "is empty", "a table with a header row", "Export the log again"),
    "wide": (b"x," * 50_000, "columns or more, but at most 1000 are read"),
    "blank": (b" \n\n", "is empty", "a table with a header row", "Export the log again"),
    "byte order mark": (b"\xef\xbb\xbf", "is empty", "a table with a header row", "Export"),
    "one column": (b"clicks\n1\n", "'clicks'", "without any of ',', ';', tab or '|'", "header row"),
    "page": (b"<!doctype html>\n<p>404, sorry</p>\n", "like a page", "<!doctype", "header row"),
    "prose": (b"Nothing to see here.\nMove along!\n", "'Nothing to see here.'", "header row"),
    "png": (PNG, "is a binary file", "CSV", "export or unpack it as CSV"),
    "zip of two": (zipped(b"a,b\n1,2\n", "a.csv", "b.csv"), "2 files (a.csv, b.csv)", "unpack it"),
    "zip of none": (zipped(b""), "holds 0 files", "one CSV file"),
    "damaged zip": (zipped(b"a,b\n1,2\n", "a.csv")[:-9], "cannot be unpacked", "download"),
    "gzip cut off": (gzip.compress(b"a,b\n1,2\n")[:-9], "cannot be unpacked", "download"),
    "gzip with another sum": (gzip.compress(b"a,b\n")[:-8] + b"\0" * 8, "cannot be unpacked"),
    "gzip in gzip": (gzip.compress(gzip.compress(b"a,b\n1,2\n")), "is a binary file", "unpack it"),
    "empty gzip": (gzip.compress(b""), "is empty", "a table with a header row"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "is a binary file", "CSV", "export"),
    "parquet": (b"PAR1 and then nothing", "begins like Parquet", "magic bytes", "download"),
    "json": (b'[{"a":1,"b":2},\n{"a":3}]\n', "like JSON", "one object a line"),
}


def rejections(raw: RawTable) -> dict[str, int]:
    query = f"SELECT reason, count(*) FROM {raw.name}_rejected GROUP BY ALL"
    return dict(raw.backend.con.execute(query).fetchall())


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


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = Path(os.fsdecode(bytes(tmp_path) + b"/l\xf6g.csv"))
    for content in ("a,b\n1,2\n", '{"event_name": "view_item"}\n'):
        file.write_text(content)
        with pytest.raises(SourceError, match=r"is a path that is not UTF-8 text\. Rename"):
            read_source([file])


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log.csv")
    for read in (read_raw, read_source):
        with pytest.raises(SourceError, match="is a pipe or a device, but a CSV or Parquet file"):
            read([tmp_path / "log.csv"])


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
    found = raw.backend.con.execute(f"SELECT name, price FROM {raw.name} ORDER BY price").fetchall()
    assert found == [('a "b" é', "1.50"), (None, "2")]
    assert rejections(raw) == {}


def test_rows_that_do_not_fit_the_header_are_counted_once_each_by_reason(tmp_path) -> None:
    file = tmp_path / "log.csv"
    lines = [b"a,b,c", b"1,2,3", b"1", b"1,2", b"1,2,3,4,5", b"1,2,3", b"1,2,"]
    file.write_bytes(b"\n".join(lines))
    (raw,) = read_raw([file])
    assert raw.backend.con.execute(f"SELECT count(*) FROM {raw.name}").fetchall() == [(3,)]
    assert rejections(raw) == {
        "fewer columns than the header (cut off?)": 2,
        "more columns than the header": 1,
    }


def rows_of(raw: RawTable) -> list[tuple[str | None, ...]]:
    found: list[tuple[str | None, ...]] = raw.backend.con.execute(
        f"SELECT * EXCLUDE (_file, _row) FROM {raw.name} ORDER BY _row"
    ).fetchall()
    return found


def quarantine_of(raw: RawTable) -> list[tuple[int, str, str]]:
    query = f'SELECT "row", reason, content FROM {raw.name}_rejected ORDER BY ALL'
    found: list[tuple[int, str, str]] = raw.backend.con.execute(query).fetchall()
    return found


def test_bytes_that_are_not_utf8_in_a_file_that_is_cost_only_their_row(tmp_path) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes(b"a,b\n" + "früh,1\n".encode() * 10_000 + b"caf\xe9,2\nx,y\n")
    (raw,) = read_raw([file])
    assert quarantine_of(raw) == [(10_001, "not UTF-8 text", r"caf\xe9,2")]
    assert raw.count() == 10_002
    assert raw.notes == ()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", "café"),
        ("cp1252", "“café” 5 €"),
        ("utf-16", "“café” 5 € 日本"),
        ("cp1252", "€"),
        ("cp1251", "шапки и ёлка"),
        ("latin-1", "naïveté à l'été"),
    ],
)
def test_another_encoding_is_found_far_down_the_file_and_noted(tmp_path, encoding, text) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes(("a,b\n" + "some text,1\n" * 10_000 + f"{text},2\n").encode(encoding))
    (raw,) = read_raw([file])
    assert rows_of(raw)[-1] == (text, "2")
    assert raw.count() == 10_001
    assert raw.notes == (f"{file} is not UTF-8 text; it was read as {encoding}.",)


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_in_either_order_of_bytes(tmp_path, order) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes("\ufeffa,b\r\né,1\r\n".encode(order))
    (raw,) = read_raw([file])
    assert (raw.columns, rows_of(raw)) == (("a", "b"), [("é", "1")])


def test_an_encoding_that_is_named_is_taken_without_a_note(tmp_path) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes("a,b\nłódź,1\n".encode("cp1250"))
    (raw,) = read_raw([file], Dialect(encoding="cp1250"))
    assert (rows_of(raw), raw.notes) == ([("łódź", "1")], ())
    for wrong in ("klingon", "hex"):
        with pytest.raises(SourceError, match=f"'{wrong}', which is no encoding of text"):
            read_raw([file], Dialect(encoding=wrong))


ZIPPED = ("folder/log.csv", "__MACOSX/folder/._log.csv")
"""As macOS packs one file."""


@pytest.mark.parametrize("packed", ["gz", "zip"])
def test_an_archive_of_one_file_is_read_whatever_its_name(tmp_path, packed) -> None:
    text = "a;b\r\né;1\r\n".encode()
    file = tmp_path / "export"
    file.write_bytes(gzip.compress(text) if packed == "gz" else zipped(text, *ZIPPED))
    (raw,) = read_raw([file])
    assert (raw.columns, rows_of(raw)) == (("a", "b"), [("é", "1")])
    assert list(tmp_path.iterdir()) == [file]


def test_blanks_separate_where_nothing_else_does(tmp_path) -> None:
    file = tmp_path / "log.csv"
    file.write_text('name price\n"a hat" 1,50\nb 2\n')
    (raw,) = read_raw([file])
    assert (raw.columns, rows_of(raw)) == (("name", "price"), [("a hat", "1,50"), ("b", "2")])


FIRST_ROWS = {
    "s1,2026-03-01T12:00:00Z,view": "holds '2026-03-01T12:00:00Z'",
    "s1,01.03.2026,view": "holds '01.03.2026'",
    "s1;12,50;view": "holds '12,50'",
    "s1,view,7": "holds '7'",
    "s1,view,View": "holds 'view' twice",
    "s1,,": "is empty in 2 columns",
}


@pytest.mark.parametrize("first", FIRST_ROWS)
def test_a_file_without_a_header_is_refused_and_read_once_its_columns_are_named(
    tmp_path, first
) -> None:
    file = tmp_path / "log.csv"
    file.write_text(f"{first}\n{first}\n")
    with pytest.raises(NoHeader, match=f"no header row: its first row {FIRST_ROWS[first]}"):
        read_raw([file])
    (raw,) = read_raw([file], Dialect(header=("x", "y", "z")))
    assert (raw.columns, raw.count()) == (("x", "y", "z"), 2)
    with pytest.raises(SourceError, match=r"3 columns in its first row, but 2 names .* \(x, y\)"):
        read_raw([file], Dialect(header=("x", "y")))


def test_a_column_of_row_numbers_without_a_name_is_called_unnamed(tmp_path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(",name,price\n0,a,1\n1,b,2\n")
    (raw,) = read_raw([file])
    assert raw.columns == ("unnamed", "name", "price")


@pytest.mark.parametrize("name", ["rowid", "line", 'a "b"', "it's", "c2", "select"])
def test_a_column_may_have_any_name(tmp_path, name) -> None:
    file = tmp_path / "log.csv"
    file.write_text('"' + name.replace('"', '""') + '",other\n1,2\n3\n5,6\n')
    (raw,) = read_raw([file])
    assert (raw.columns, rows_of(raw)) == ((name, "other"), [("1", "2"), ("5", "6")])


def test_a_column_named_as_a_row_s_place_is_refused(tmp_path) -> None:
    (tmp_path / "log.csv").write_text("_row,other\n1,2\n")
    pq.write_table(pa.table({"_FILE": ["x"], "b": ["y"]}), tmp_path / "log.parquet")
    for name in ("log.csv", "log.parquet"):
        with pytest.raises(SourceError, match="Rename the column"):
            read_raw([tmp_path / name])


def test_every_row_says_where_it_stands(tmp_path) -> None:
    lines = [b"a,b", b"1,x", b"2", b'3,"x', b'y"', b"4,x,y", b"", b"5,x", b""]
    (tmp_path / "log.csv").write_bytes(b"\n".join(lines))
    (tmp_path / "even.csv").write_bytes(b"a,b\n1,x\n2\n3,x\n4,x,y\n5,x\n")
    pq.write_table(pa.table({"a": ["1", "2"], "b": ["x", "y"]}), tmp_path / "log.parquet")
    for name in ("log.csv", "even.csv"):
        (raw,) = read_raw([tmp_path / name])
        places = f"SELECT a, _file, _row FROM {raw.name} ORDER BY _row"
        file = str(tmp_path / name)
        assert raw.backend.con.execute(places).fetchall() == [
            ("1", file, 1),
            ("3", file, 3),
            ("5", file, 5),
        ]
        assert [(number, text) for number, _, text in quarantine_of(raw)] == [
            (2, "2"),
            (4, "4,x,y"),
        ]
    (raw,) = read_raw([tmp_path / "log.parquet"])
    assert raw.backend.con.execute("SELECT a, _row FROM raw_1").fetchall() == [("1", 1), ("2", 2)]


def test_a_quote_that_is_never_closed_costs_one_row_of_a_long_file(tmp_path) -> None:
    rows = [f"{number},some text here,x" for number in range(300_000)]
    rows[150_000] = '150000,"some text here,x'
    file = tmp_path / "log.csv"
    file.write_text("\n".join(["a,b,c", *rows]) + "\n")
    (raw,) = read_raw([file])
    assert raw.count() == 300_000
    assert quarantine_of(raw) == [(150_001, "a quote that is never closed", rows[150_000])]


def test_rows_of_any_line_end_and_quoted_lines_are_read(tmp_path) -> None:
    file = tmp_path / "log.csv"
    file.write_bytes(b'a,b\r\n1,"x\ny"\r\n2,z\n\n3,5" pipe\r4,"w"x\n5,"v\n6,u')
    (raw,) = read_raw([file])
    assert rows_of(raw) == [("1", "x\ny"), ("2", "z"), ("3", '5" pipe'), ("6", "u")]
    assert quarantine_of(raw) == [
        (4, "a quote in the middle of a value", '4,"w"x'),
        (5, "a quote that is never closed", '5,"v'),
    ]


def test_values_too_long_for_a_table_are_quarantined_whole(tmp_path) -> None:
    file = tmp_path / "log.csv"
    file.write_text(f"a,b\n1,{'z' * 3_000_000}\n2,y\n3{'y' * 20_000}\n")
    (raw,) = read_raw([file])
    assert rows_of(raw) == [("2", "y")]
    assert [(n, len(text)) for n, _, text in quarantine_of(raw)] == [(1, 3_000_002), (3, 20_001)]


@pytest.mark.parametrize("name", ["log [1].csv", "log*.csv", "lo?.csv", "it's.csv"])
def test_a_name_is_taken_as_it_is_and_matches_no_other_file(tmp_path, name) -> None:
    for other in ("log 1.csv", "log2.csv", "log.csv"):
        (tmp_path / other).write_text("a,b\nother,2\n")
    (tmp_path / name).write_text("a,b\nown,1\n")
    (raw,) = read_raw([tmp_path / name])
    assert raw.backend.con.execute(f"SELECT a, b FROM {raw.name}").fetchall() == [("own", "1")]


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
