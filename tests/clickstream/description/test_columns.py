from __future__ import annotations

import duckdb
import pytest

from clickstream.description.columns import common_values, missing_values
from clickstream.description.tables import Bars, Missing
from clickstream.quoting import quoted_name

ODD = 'a "column"; DROP TABLE t'


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Twenty names, the n-th of them n times, two empty texts and a null."""
    made = duckdb.connect()
    made.execute(
        f"CREATE TABLE t AS SELECT 'n' || printf('%02d', n) AS {quoted_name(ODD)} "
        "FROM range(1, 21) r(n), range(20) k(m) WHERE m < n "
        "UNION ALL SELECT '' FROM range(2) UNION ALL SELECT NULL"
    )
    return made


def test_the_commonest_values_are_counted_and_the_rest_is_summed_up(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert common_values(connection, "t", ODD, "events") == Bars(
        column=ODD,
        counted="events",
        bars=tuple((f"n{n:02d}", n) for n in range(20, 5, -1)),
        others=1 + 2 + 3 + 4 + 5,
        other_values=5,
        missing=3,
    )


def test_an_empty_text_is_missing(connection: duckdb.DuckDBPyConnection) -> None:
    assert missing_values(connection, "t", [ODD]) == (Missing(ODD, 3, 213),)


def test_ties_are_in_alphabetical_order(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE ties AS SELECT unnest(['b', 'a', 'c']) AS x")
    bars = common_values(connection, "ties", "x", "rows")
    assert bars is not None
    assert bars.bars == (("a", 1), ("b", 1), ("c", 1))
    assert (bars.others, bars.other_values, bars.missing) == (0, 0, 0)


def test_a_column_without_values_has_no_bars(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE empty AS SELECT NULL::VARCHAR AS x FROM range(5)")
    assert common_values(connection, "empty", "x", "rows") is None
