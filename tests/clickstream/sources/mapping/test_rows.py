from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from automl.rows import labelled_rows, row_columns
from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.errors import SourceError
from clickstream.features import Feature
from clickstream.sources import read_source
from clickstream.sources.mapping import mapping_from
from tests.clickstream.sources.mapping.describing import read, select, write


def feature(name: str) -> Feature:
    return Feature(name, "number", "as in the file", name)


LINES = ("pages;spent;bought;browser;hint", "3;0;2;1;9", "7;12,5;1;2;8", "1,5;;1;2;8", "x;1;3;2;8")


def test_an_amount_answers_whether_and_how_much(tmp_path: Path) -> None:
    lines = [line for line in LINES if not line.startswith("x")]
    dataset = read(write(tmp_path / "rows.csv", *lines), kind="rows", amount="spent")
    assert dataset.counts.quarantined == {"spent is no amount": 1}
    assert row_columns(dataset) == ["pages", "bought", "browser", "hint"]
    labels = {
        name: sorted(labelled_rows(dataset, (feature("pages"),), dataset.labels[name]).label)
        for name in ("purchase", "session_spend")
    }
    np.testing.assert_array_equal(labels["purchase"], [0, 1])
    np.testing.assert_array_equal(labels["session_spend"], [0, 12.5])
    reason = answerability(dataset, ANSWERS["session_spend"], Windows()).reason
    assert reason == "column spent says it"


def test_an_amount_is_divided_into_currency_units_and_nothing_else_is(tmp_path: Path) -> None:
    lines = ("pages;spent", "3;0", "7;12500000", "2;1,5", "4;-2")
    keys = {"kind": "rows", "amount": "spent", "price_divisor": 1_000_000}
    dataset = read(write(tmp_path / "rows.csv", *lines), **keys)
    assert dataset.counts.quarantined == {"spent is below 0": 1}
    assert select(dataset, "pages, spent") == [(2.0, 1.5e-6), (3.0, 0.0), (7.0, 12.5)]
    again = read_source([tmp_path / "rows.csv"], mapping=mapping_from(dataset.mapping or {}, "it"))
    assert select(again, "pages, spent") == select(dataset, "pages, spent")
    table = labelled_rows(dataset, (feature("pages"),), dataset.labels["session_spend"])
    assert max(table.label) == 12.5


def test_label_codes_say_yes_and_no_and_any_other_is_quarantined(tmp_path: Path) -> None:
    dataset = read(
        write(tmp_path / "rows.csv", *LINES), kind="rows", label="bought", label_yes=[1],
        label_no=[2], ignored=["spent"], numbers=["pages"], context=["browser"],
        derived={"hint": "made from the label"},
    )  # fmt: skip
    assert dataset.counts.quarantined == {"pages is not a number": 1}
    assert select(dataset, "pages, bought, browser") == [
        (1.5, "yes", "2"), (3.0, "no", "1"), (7.0, "yes", "2"),
    ]  # fmt: skip
    assert row_columns(dataset) == ["pages", "browser"]
    assert answerability(dataset, ANSWERS["session_spend"], Windows()).status == "no"
    lines = [line for line in LINES if not line.startswith("x")]
    other = write(tmp_path / "other.csv", *lines, "4;1;3;2;8")
    counts = read(other, kind="rows", label="bought", label_yes=["1"], label_no=["2"]).counts
    assert counts.quarantined == {"bought is neither 1 nor 2": 1}


def test_what_was_found_in_one_file_is_asked_of_the_next(tmp_path: Path) -> None:
    first = read(write(tmp_path / "a.csv", *LINES[:3]), kind="rows", amount="spent")
    assert first.mapping == {
        "kind": "rows",
        "amount": "spent",
        "numbers": ["pages", "bought", "browser", "hint"],
        "decimal": ",",
    }
    other = write(tmp_path / "b.csv", *LINES[:2], LINES[3], "x;1,0;3;2;8")
    again = read_source([other], mapping=mapping_from(first.mapping, "the bundle"))
    assert again.counts.quarantined == {"pages is not a number": 1, "spent is no amount": 1}


def test_the_order_of_columns_is_that_of_the_file(tmp_path: Path) -> None:
    """The rows that training has seen are known by a hash over their columns in order."""
    file = write(tmp_path / "rows.csv", "word,n,spent,m", "a,1,2,3", "b,4,5,6")
    first = read(file, kind="rows", amount="spent")
    again = read_source([file], mapping=mapping_from(first.mapping or {}, "the bundle"))
    assert again.table.columns == first.table.columns
    assert sorted(labelled_rows(again, (feature("n"),), None).unit_ids) == sorted(
        labelled_rows(first, (feature("n"),), None).unit_ids
    )


def test_an_input_that_a_later_file_lacks_is_named(tmp_path: Path) -> None:
    first = read(write(tmp_path / "a.csv", "word,spent", "a,1", "b,2"), kind="rows", amount="spent")
    with pytest.raises(SourceError, match=r"names column 'word', which .*b\.csv does not have"):
        read_source(
            [write(tmp_path / "b.csv", "wort,spent", "a,1")],
            mapping=mapping_from(first.mapping or {}, "the bundle"),
        )
