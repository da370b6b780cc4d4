from __future__ import annotations

import duckdb
import numpy as np
import pytest

from clickstream.description.histograms import histogram
from clickstream.description.tables import Histogram


def of(query: str) -> Histogram | None:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE t AS {query}")
    return histogram(connection, "t", "x", of="values", name="x", unit="pieces", counted="rows")


def test_few_whole_numbers_have_a_bin_each() -> None:
    found = of("SELECT unnest([1, 1, 2, 4, NULL]) AS x")
    assert found is not None
    assert found.edges == (1, 2, 3, 4, 5)
    assert found.counts == (2, 1, 0, 1)
    assert (found.above, found.missing, found.whole) == (0, 1, True)


def test_every_row_is_in_a_bin_above_or_missing() -> None:
    for query in (
        "SELECT (n * n)::DOUBLE / 7 AS x FROM range(1000) r(n)",
        "SELECT n % 300 AS x FROM range(1000) r(n)",
        "SELECT 5.5 AS x FROM range(1000)",
        "SELECT CASE WHEN n % 3 = 0 THEN NULL ELSE n END AS x FROM range(1000) r(n)",
    ):
        found = of(query)
        assert found is not None
        assert sum(found.counts) + found.above + found.missing == 1000
        assert len(found.edges) == len(found.counts) + 1


def test_bins_are_those_of_numpy() -> None:
    found = of("SELECT (n * 37 % 1000)::DOUBLE / 8 AS x FROM range(1000) r(n)")
    assert found is not None
    values = np.arange(1000) * 37 % 1000 / 8
    expected, _ = np.histogram(values[values < found.edges[-1]], np.array(found.edges))
    assert found.counts == tuple(expected)


def test_far_values_do_not_flatten_the_others() -> None:
    found = of("SELECT n AS x FROM range(1000) r(n) UNION ALL SELECT 1000000")
    assert found is not None
    assert found.edges[-1] < 1100
    assert found.above > 0


@pytest.mark.parametrize("value", ["'inf'::DOUBLE", "'nan'::DOUBLE", "NULL::DOUBLE"])
def test_what_is_not_finite_is_missing(value: str) -> None:
    found = of(f"SELECT unnest([1.5, {value}]) AS x")
    assert found is not None
    assert (sum(found.counts), found.missing) == (1, 1)
    assert of(f"SELECT {value} AS x") is None
