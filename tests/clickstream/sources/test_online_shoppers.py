"""UCI Online Shoppers Purchasing Intention, on its own file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from clickstream.remarks import remarks
from clickstream.sources import read_source
from clickstream.sources.online_shoppers import NEEDS
from clickstream.tables import Dataset
from clickstream.versions import data_version

FILE = "online-shoppers/online_shoppers_intention.csv"


@pytest.fixture(scope="module")
def visits(real_data) -> Dataset:
    return read_source([real_data(FILE)])


def test_all_visits_are_kept_as_rows(visits: Dataset) -> None:
    assert (visits.source, visits.kind, visits.time_resolution) == (
        "online-shoppers",
        "rows",
        "none",
    )
    assert (visits.counts.read, visits.counts.kept) == (12_330, 12_330)
    assert set(visits.table.columns) == set(NEEDS)


def test_exact_copies_are_kept_and_noted(visits: Dataset) -> None:
    assert (visits.counts.quarantined, visits.counts.copies) == ({}, 125)
    assert visits.notes == (
        "125 rows are exact copies of another and kept, since two visits or two sales can be "
        "alike.",
    )


def test_15_47_per_cent_bought(visits: Dataset) -> None:
    label = visits.labels["purchase"]
    query = f"SELECT avg((\"{label.column}\" = '{label.positive}')::INTEGER) FROM rows"
    assert round(visits.connection.execute(query).fetchall()[0][0], 4) == 0.1547
    assert label.proxy is None
    assert remarks(visits)[0] == "1908 of 12330 rows (15.47 %) ended in a purchase."


def test_how_much_page_values_tells_is_said(visits: Dataset) -> None:
    said = "PageValues, which is made from the label, alone tells yes from no with an AUC of 0.863"
    assert remarks(visits)[1:] == (f"{said}; it is left out.",)


def test_months_are_those_of_the_file(visits: Dataset) -> None:
    months = visits.connection.execute("SELECT DISTINCT Month FROM rows ORDER BY 1").fetchall()
    expected = ["Aug", "Dec", "Feb", "Jul", "June", "Mar", "May", "Nov", "Oct", "Sep"]
    assert [month for (month,) in months] == expected


def test_page_values_is_declared_as_made_from_the_label(visits: Dataset) -> None:
    assert list(visits.derived) == ["PageValues"]
    assert "revenue" in visits.derived["PageValues"]


def test_spend_is_unlabelled_for_a_reason(visits: Dataset) -> None:
    assert "no column holds an amount" in visits.unlabelled["session_spend"]
    assert "session_spend" not in visits.labels


def test_the_same_table_as_typed_parquet_is_the_same_data(
    visits: Dataset, real_data, tmp_path: Path
) -> None:
    out = tmp_path / "visits.parquet"
    duckdb.sql(f"COPY (FROM read_csv('{real_data(FILE)}')) TO '{out}' (FORMAT parquet)")
    assert data_version(read_source([out])) == data_version(visits)


ROW = dict.fromkeys(NEEDS, "1") | {"Month": "May", "VisitorType": "New", "Revenue": "FALSE"}


def test_every_bad_row_is_quarantined_for_its_reason(tmp_path: Path) -> None:
    bad = {
        "ExitRates is not a number": ["NaN", "inf", "much", ""],
        "negative Informational_Duration": ["-0.5"],
        "Revenue is neither TRUE nor FALSE": ["maybe", "", "1"],
    }
    changes = [
        {why.removeprefix("negative ").split()[0]: value}
        for why, values in bad.items()
        for value in values
    ]
    rows = [ROW, *(ROW | change for change in changes), ROW | {"Revenue": "true"}]
    file = tmp_path / "visits.csv"
    lines = [",".join(NEEDS), *(",".join(row[name] for name in NEEDS) for row in rows)]
    file.write_text("\n".join(lines) + "\n")
    counts = read_source([file]).counts
    assert counts.quarantined == {why: len(values) for why, values in bad.items()}
    assert (counts.read, counts.kept) == (10, 2)
