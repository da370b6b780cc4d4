from __future__ import annotations

import duckdb
import numpy as np
import pytest

from clickstream.description.relations import correlations, sample

RANDOM = np.random.default_rng(0)
A = RANDOM.normal(size=3_000)
B = A + RANDOM.normal(size=3_000)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute("CREATE TABLE t (id VARCHAR, a DOUBLE, b DOUBLE)")
    lines = ", ".join(f"('r{n}', {a}, {b})" for n, (a, b) in enumerate(zip(A, B, strict=True)))
    made.execute(f"INSERT INTO t VALUES {lines}")
    return made


def test_correlations_are_those_of_numpy(connection: duckdb.DuckDBPyConnection) -> None:
    found = correlations(connection, "t", {"a": "a", "minus b": "-b", "one": "1"})
    assert found is not None
    assert found.names == ("a", "minus b", "one")
    expected = round(float(np.corrcoef(A, -B)[0, 1]), 4)
    assert found.values == ((1.0, expected, None), (expected, 1.0, None), (None, None, 1.0))


def test_one_column_correlates_with_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    assert correlations(connection, "t", {"a": "a"}) is None


def test_infinite_values_are_left_out(connection: duckdb.DuckDBPyConnection) -> None:
    before = correlations(connection, "t", {"a": "a", "b": "b"})
    connection.execute("INSERT INTO t VALUES ('far', 'inf', 1), ('none', 'nan', 1)")
    assert correlations(connection, "t", {"a": "a", "b": "b"}) == before


def test_a_sample_does_not_depend_on_the_order_of_rows(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute("CREATE TABLE turned AS SELECT * FROM t ORDER BY a")
    one, other = (
        sample(connection, table, {"a": "a"}, of="rows", key="id", marked="a > 0", mark="above")
        for table in ("t", "turned")
    )
    assert one == other
    assert len(one.rows) == 1_000
    assert one.marked == tuple(row[0] > 0 for row in one.rows)
    assert {row[0] for row in one.rows} <= set(A)
