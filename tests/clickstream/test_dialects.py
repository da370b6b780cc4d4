"""Laws of reading: no dialect changes a log, and no damage loses a row or ends in a traceback."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clickstream.errors import ClickwiseError
from clickstream.sources import read_source
from clickstream.tables import Dataset

Find = Callable[[str], Path]
Log = list[dict[str, Any]]

NOON = datetime(2026, 3, 2, 12)
COLUMNS = (
    "event_time",
    "event_type",
    "product_id",
    "category_code",
    "brand",
    "price",
    "user_id",
    "user_session",
)
BEYOND_ASCII = {
    "utf-8": "é€日",
    "utf-16": "é€日",
    "latin-1": "éü",
    "cp1252": "€“",
}
"""By encoding. In the last two, no byte may follow another so that both look like UTF-8."""


@dataclass(frozen=True)
class Written:
    """How a log is written as a file."""

    separator: str
    quoting: int
    encoding: str
    mark: bool
    line_end: str
    last_end: bool
    packed: str
    decimal: str
    columns: tuple[str, ...]

    def content(self, rows: Log) -> bytes:
        """The file."""
        text = io.StringIO()
        writer = csv.writer(
            text, delimiter=self.separator, quoting=self.quoting, lineterminator=self.line_end
        )
        writer.writerow(self.columns)
        writer.writerows([self.cell(row[name]) for name in self.columns] for row in rows)
        written = text.getvalue() if self.last_end else text.getvalue().removesuffix(self.line_end)
        content = written.encode(self.encoding)
        if self.mark and self.encoding == "utf-8":
            content = codecs.BOM_UTF8 + content
        if self.packed == "gz":
            return gzip.compress(content, mtime=0)
        return zipped(content) if self.packed == "zip" else content

    def cell(self, value: Any) -> str:
        """A value as this dialect writes it."""
        if isinstance(value, Decimal):
            return str(value).replace(".", self.decimal)
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M:%S} UTC"
        return "" if value is None else str(value)


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # Named by its entry, whose time is fixed: the same content is the same file.
        archive.writestr(zipfile.ZipInfo("log.csv"), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@st.composite
def dialects(draw: st.DrawFn) -> Written:
    line_end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    # Python writes an LF without quotes where lines end in CR.
    quoting = csv.QUOTE_ALL if line_end == "\r" else csv.QUOTE_MINIMAL
    return Written(
        separator=draw(st.sampled_from(",;\t| ")),
        quoting=draw(st.sampled_from([quoting, csv.QUOTE_ALL])),
        encoding=draw(st.sampled_from(list(BEYOND_ASCII))),
        mark=draw(st.booleans()),
        line_end=line_end,
        last_end=draw(st.booleans()),
        packed=draw(st.sampled_from(["", "", "gz", "zip"])),
        decimal=draw(st.sampled_from(".,")),
        columns=tuple(draw(st.permutations(COLUMNS))),
    )


def logs(encoding: str) -> st.SearchStrategy[Log]:
    """Small logs, no two events of one moment, in any order."""
    letters = st.sampled_from("abc1,;|'\"\n\t ." + BEYOND_ASCII[encoding])
    words = st.text(letters, max_size=6).map(str.strip).map(lambda word: word or None)
    prices = st.decimals(0, 10_000, places=2, allow_nan=False)
    event = st.fixed_dictionaries(
        {
            "event_time": st.integers(0, 10**6).map(lambda second: NOON + timedelta(0, second)),
            "event_type": st.sampled_from(["view", "cart", "remove_from_cart", "purchase"]),
            "product_id": words,
            "category_code": words,
            "brand": words,
            "price": st.none() | prices,
            "user_session": st.sampled_from(["s1", "s2", "s3"]),
        }
    )
    known = event.map(lambda row: row | {"user_id": f"owner of {row['user_session']}"})
    return st.lists(known, min_size=1, max_size=12, unique_by=lambda row: row["event_time"])


def canonical_rows(rows: Log) -> list[tuple[Any, ...]]:
    """The canonical table, made without any of the code under test."""
    places: dict[str, count[int]] = {}
    return sorted(
        (
            row["user_session"],
            next(places.setdefault(row["user_session"], count(1))),
            row["user_id"],
            row["event_time"],
            row["event_type"].removesuffix("_from_cart"),
            row["product_id"],
            row["category_code"],
            row["price"],
            row["brand"],
        )
        for row in sorted(rows, key=lambda row: row["event_time"])
    )


def read_rows(dataset: Dataset) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = dataset.connection.execute(
        "SELECT session_id, event_index, customer_id, event_time, event_type, product_id, "
        "category, price, brand FROM events ORDER BY ALL"
    ).fetchall()
    return found


@settings(deadline=None, max_examples=25, derandomize=True)
@given(data=st.data(), written=dialects())
def test_no_dialect_and_no_order_changes_a_log(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, written: Written
) -> None:
    rows = data.draw(logs(written.encoding))
    file = tmp_path_factory.mktemp("dialect") / "log"
    file.write_bytes(written.content(rows))
    dataset = read_source([file], "event-log")
    assert dataset.counts.quarantined == {}
    assert dataset.counts.read == len(rows)
    assert read_rows(dataset) == canonical_rows(rows)


FILES = (
    "eshop2008/e-shop clothing 2008.csv",
    "eshop2008/Train.csv",
    "online-shoppers/online_shoppers_intention.csv",
    "online-retail/online_retail.csv.gz",
    "rees46/2019-Oct.csv",
)
SAMPLE_LINES = 60

changes = st.tuples(
    st.sampled_from(["flip", "insert", "delete", "cut"]),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(b'"\x00\r\n,;\xff\xe9 9') | st.integers(1, 255),
)
"""What is done to a file, at which part of its length, and with which byte."""


def damaged(content: bytes, done: list[tuple[str, float, int]]) -> bytes:
    for kind, part, byte in done:
        place = int(part * len(content))
        before, after = content[:place], content[place + 1 :]
        content = {
            "flip": before + bytes(value ^ byte for value in content[place : place + 1]) + after,
            "insert": before + bytes([byte]) + content[place:],
            "delete": before + content[place + byte :],
            "cut": before,
        }[kind]
    return content


@pytest.fixture(scope="module")
def heads(real_data: Find, shop: Path) -> dict[str, bytes]:
    """The first rows of real files, one of them packed, and of a Parquet file."""
    found = {}
    for name in FILES:
        unpack = gzip.open if name.endswith(".gz") else open
        with unpack(real_data(name), "rb") as file:
            found[name] = b"".join(islice(file, SAMPLE_LINES))
    table = io.BytesIO()
    pq.write_table(pq.read_table(shop).slice(0, SAMPLE_LINES), table)
    packed = gzip.compress(found[FILES[-1]], mtime=0)
    return found | {
        "packed": packed,
        "zipped": zipped(found[FILES[2]]),
        "parquet": table.getvalue(),
    }


@settings(deadline=None, max_examples=100, derandomize=True)
@given(data=st.data())
def test_damage_ends_in_a_sentence_or_in_a_quarantine_that_adds_up(
    tmp_path_factory: pytest.TempPathFactory, heads: dict[str, bytes], data: st.DataObject
) -> None:
    content = heads[data.draw(st.sampled_from(list(heads)))]
    file = tmp_path_factory.mktemp("damaged") / "log"
    file.write_bytes(damaged(content, data.draw(st.lists(changes, min_size=1, max_size=4))))
    refused = ""
    try:
        dataset = read_source([file])
    except ClickwiseError as refusal:
        refused = str(refusal)
    else:
        assert dataset.counts.balanced()
        assert dataset.quarantine.count().execute() == sum(dataset.counts.quarantined.values())
    assert "Please report this" not in refused
