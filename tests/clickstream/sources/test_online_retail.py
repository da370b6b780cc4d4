from __future__ import annotations

import gzip
import random
from decimal import Decimal
from pathlib import Path

import pytest

from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.remarks import remarks
from clickstream.sources import read_source
from clickstream.sources.online_retail import NEEDS
from clickstream.tables import Dataset
from clickstream.versions import data_version

FILE = "online-retail/online_retail.csv.gz"


@pytest.fixture(scope="module")
def lines(real_data) -> list[str]:
    with gzip.open(real_data(FILE), "rt", encoding="utf-8") as file:
        return file.read().splitlines()


@pytest.fixture(scope="module")
def orders(lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    path = tmp_path_factory.mktemp("orders") / "orders.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_source([path])


def test_every_line_is_kept_but_those_worth_nothing(orders: Dataset) -> None:
    assert orders.source == "online-retail"
    assert (orders.counts.read, orders.counts.kept) == (541_909, 539_392)
    assert orders.counts.quarantined == {"price is not above 0": 2_517}


def test_purchases_of_known_customers_add_up_to_what_is_known_of_them(orders: Dataset) -> None:
    found = orders.connection.execute(
        "SELECT count(*), count(DISTINCT customer_id), sum(price * quantity) FROM events "
        "WHERE event_type = 'purchase' AND customer_id IS NOT NULL"
    ).fetchall()
    assert found == [(397_884, 4_338, Decimal("8911407.9040"))]


def test_what_the_purchases_are_worth_is_said(orders: Dataset) -> None:
    worth, lacking = remarks(orders)
    assert "; 397884 of them, by 4338 known customers, 8911407.90." in worth
    assert lacking.startswith("132603 of 539392 events (24.58 %) have no customer: they count for")


def test_every_row_of_the_file_is_accounted_for(orders: Dataset) -> None:
    """Figures of the whole file are those of what is kept and of the quarantine together."""
    ((lacking, not_positive),) = orders.connection.execute(
        "SELECT count(*) FILTER (content->>'CustomerID' IS NULL), "
        "count(*) FILTER ((content->>'Quantity')::INTEGER <= 0) FROM quarantine"
    ).fetchall()
    assert (132_603 + lacking, 9_288 + not_positive) == (135_080, 10_624)
    beyond = (
        "SELECT count(DISTINCT content->>'{0}') FROM quarantine "
        "WHERE content->>'{0}' NOT IN (SELECT {1} FROM events WHERE {1} IS NOT NULL)"
    )
    invoices, customers = (
        orders.connection.execute(beyond.format(*names)).fetchall()[0][0]
        for names in (("InvoiceNo", "session_id"), ("CustomerID", "customer_id"))
    )
    kept = "SELECT count(DISTINCT session_id), count(DISTINCT customer_id) FROM events"
    ((orders_kept, customers_kept),) = orders.connection.execute(kept).fetchall()
    assert (orders_kept + invoices, customers_kept + customers) == (25_900, 4_372)
    assert orders.counts.copies == 5_263
    names = ", ".join(f"content->>'{name}'" for name in NEEDS)
    ((copies,),) = orders.connection.execute(
        f"SELECT count(*) - count(DISTINCT ROW({names})) FROM quarantine"
    ).fetchall()
    assert orders.counts.copies + copies == 5_268


def test_cancelled_invoices_are_returns_and_keep_their_size(orders: Dataset) -> None:
    found = orders.connection.execute(
        "SELECT count(*), bool_and(session_id LIKE 'C%'), min(quantity) FROM events "
        "WHERE event_type = 'return'"
    ).fetchall()
    assert found == [(9_288, True, 1)], "other lines of negative quantity have no price"


def test_numbers_of_invoices_and_products_are_text_and_the_month_comes_first(
    orders: Dataset,
) -> None:
    found = orders.connection.execute(
        "SELECT session_id, event_time::VARCHAR, customer_id, country FROM events "
        "WHERE product_id = '85123A' ORDER BY event_time LIMIT 1"
    ).fetchall()
    assert found == [("536365", "2010-12-01 08:26:00", "17850", "United Kingdom")]
    span = "SELECT min(event_date)::VARCHAR, max(event_date)::VARCHAR FROM events"
    assert orders.connection.execute(span).fetchall() == [("2010-12-01", "2011-12-09")]


def test_lines_without_customer_stay_without_one(orders: Dataset) -> None:
    lacking = orders.table.filter(orders.table.customer_id.isnull()).count().execute()
    assert lacking == 539_392 - 397_884 - 8_905


@pytest.mark.parametrize("answer", ["purchase", "session_spend"])
def test_nothing_is_asked_of_sessions_that_are_all_orders(orders: Dataset, answer: str) -> None:
    found = answerability(orders, ANSWERS[answer], Windows())
    assert found.status == "no"
    assert "every session is an order" in found.reason


def test_the_order_of_lines_in_the_file_changes_nothing(lines: list[str], tmp_path: Path) -> None:
    some = lines[1:3_001]
    mixed = random.Random(0).sample(some, len(some))
    forth, back = tmp_path / "forth.csv", tmp_path / "back.csv"
    forth.write_text("\n".join([lines[0], *some]), encoding="utf-8")
    back.write_text("\n".join([lines[0], *mixed]), encoding="utf-8")
    assert data_version(read_source([forth])) == data_version(read_source([back]))


def test_equal_lines_are_kept_and_counted(tmp_path: Path) -> None:
    line = "536409,21866,UNION JACK FLAG LUGGAGE TAG,1,12/1/2010 11:45,1.25,17908,United Kingdom"
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([",".join(NEEDS), line, line]) + "\n", encoding="utf-8")
    counts = read_source([path]).counts
    assert (counts.kept, counts.copies) == (2, 1)
