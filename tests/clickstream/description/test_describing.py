"""A data set is described as far as its kind, its times and its events allow."""

from __future__ import annotations

from dataclasses import replace

from clickstream.description import Missing, describe
from clickstream.sources import read_source
from clickstream.tables import Dataset
from tests.clickstream.conftest import Read
from tests.clickstream.logs import event, ready_made


def test_a_log_with_times_has_every_part(small: Dataset) -> None:
    found = describe(small)
    titles = [histogram.of for histogram in found.histograms]
    assert titles == [
        "Prices of the products of events",
        "Length of sessions: clicks per session",
        "Amount bought per session with a purchase",
        "Duration of sessions of two clicks and more",
        "Time between two clicks of a session",
    ]
    amounts, durations, gaps = found.histograms[2:]
    assert (amounts.edges[0], sum(amounts.counts)) == (20, 1), "two hats at 10"
    assert (durations.edges[0], durations.counts[0], durations.counts[-1]) == (60, 1, 2)
    assert (gaps.edges[0], gaps.counts) == (60, (5,))
    assert [bars.column for bars in found.bars] == [
        "event_type",
        "category",
        "product_id",
        "country",
        "device",
    ]
    assert found.bars[0].bars == (("view", 6), ("cart", 2), ("purchase", 1))
    assert found.calendar is not None
    assert found.calendar.counts[0][12] == 9
    assert found.sample is not None
    assert sorted(found.sample.marked) == [False, False, False, True]
    assert found.correlations is not None
    assert "duration (s)" in found.correlations.names
    sessions, customers = found.balance
    assert (sessions.of, sessions.yes, sessions.no) == ("sessions", 1, 3)
    assert customers.yes == 1


def test_the_order_of_the_file_changes_nothing(small: Dataset, reversed_log: Dataset) -> None:
    assert describe(small) == describe(reversed_log)


def test_describing_leaves_nothing_behind(small: Dataset) -> None:
    before = small.connection.execute("SHOW ALL TABLES").fetchall()
    describe(small)
    assert small.connection.execute("SHOW ALL TABLES").fetchall() == before


def test_a_log_of_dates_has_no_hours_and_no_durations(real_data) -> None:
    found = describe(read_source([real_data("eshop2008/Test.csv")]))
    assert found.calendar is None
    assert found.funnel == ()
    assert len(found.days) > 100
    assert found.visits is not None
    assert found.visits.duration_mean is None
    assert {histogram.unit for histogram in found.histograms} == {"currency", "clicks"}
    assert "event_time" not in [column.column for column in found.missing]
    assert Missing("customer_id", 33_095, 33_095) in found.missing


def test_order_lines_alone_are_orders_without_paths(read: Read) -> None:
    lines = read(
        event(order, index, "purchase", product_id=f"p{index}", price="3.00", quantity=2)
        for order, size in (("o1", 1), ("o2", 3))
        for index in range(1, size + 1)
    )
    found = describe(lines)
    assert (found.visits, found.places, found.funnel, found.paths) == (None, (), (), ())
    lengths, amounts = found.histograms[1:]
    assert lengths.of == "Length of orders: lines per order"
    assert lengths.counts == (1, 0, 1)
    assert (amounts.edges[0], amounts.counts[0], amounts.counts[-1]) == (6, 1, 1)
    assert found.sample is not None
    assert found.sample.of == "orders"


def test_products_stand_in_where_there_are_no_categories(read: Read) -> None:
    found = describe(read([event("s1", 1, category=""), event("s1", 2, category="")]))
    assert found.place == "product"
    assert [place.name for place in found.places] == ["p1"]
    assert "category" not in [bars.column for bars in found.bars]
    assert found.paths == ()


ROWS = """
SELECT n AS number, (n % 2 = 0)::INT AS even, CASE WHEN n % 5 > 0 THEN 'north' END AS "re""gion",
       CASE WHEN n >= 80 THEN 'yes' ELSE 'no' END AS bought
FROM range(100) r(n)
"""


def test_rows_have_their_columns_and_their_label() -> None:
    found = describe(ready_made(ROWS))
    assert [histogram.of for histogram in found.histograms] == ["Rows by number", "Rows by even"]
    assert {bars.column: bars.missing for bars in found.bars} == {'re"gion': 20, "bought": 0}
    assert found.missing[2] == Missing('re"gion', 20, 100)
    (balance,) = found.balance
    assert (balance.of, balance.yes, balance.no) == ("rows", 20, 80)
    assert found.correlations is not None
    assert found.correlations.names == ("bought is yes", "number", "even")
    assert found.correlations.values[0][1] == 0.6929
    assert found.sample is not None
    assert found.sample.names == ("number", "even"), "the most telling first"
    assert (sum(found.sample.marked), found.sample.mark) == (20, "bought is yes")
    assert (found.visits, found.calendar, found.days) == (None, None, ())


def test_rows_without_a_label_are_described_too() -> None:
    found = describe(replace(ready_made(ROWS), labels={}))
    assert found.sample is not None
    assert (set(found.sample.marked), found.sample.mark) == ({False}, "")
    assert describe(ready_made("SELECT 'a' AS bought")).sample is None
