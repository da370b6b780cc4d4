"""Small made logs in the shapes of well-known ones, read by their columns alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.errors import UnknownSource
from clickstream.sources import read_source
from tests.clickstream.sources.mapping.describing import read, select, write

RETAILROCKET = """timestamp,visitorid,event,itemid,transactionid
1433221332117,257597,view,355908,
1433221432117,257597,addtocart,355908,
1433221532117,257597,transaction,355908,4000
1433231532117,257597,view,1,
1433224214164,992329,view,248676,"""

TAOBAO = """1,2268318,2520377,pv,1511544070
1,2333346,2520771,pv,1511561733
1,2576651,149192,fav,1511572885
1,3830808,4181361,cart,1511593493
1,2268318,2520377,buy,1511593500"""

YOOCHOOSE = """1,2014-04-07T10:51:09.277Z,214536502,0
1,2014-04-07T10:54:09.868Z,214536500,0
2,2014-04-07T13:56:37.614Z,214662742,S"""


def test_retailrocket_is_known_by_its_columns(tmp_path: Path) -> None:
    dataset = read_source([write(tmp_path / "events.csv", RETAILROCKET)])
    assert dataset.source == "event-log"
    columns = "session_id, event_index, event_time::VARCHAR, event_type, product_id, price"
    visit = "257597@2015-06-02T05:02:12.117000"
    assert select(dataset, columns)[:3] == [
        (visit, 1, "2015-06-02 05:02:12.117", "view", "355908", None),
        (visit, 2, "2015-06-02 05:03:52.117", "cart", "355908", None),
        (visit, 3, "2015-06-02 05:05:32.117", "purchase", "355908", None),
    ]
    assert len({row[0] for row in select(dataset, "session_id")}) == 3
    found = answerability(dataset, ANSWERS["session_spend"], Windows())
    assert (found.status, found.reason) == ("no", "no purchase in the log has a price")


@pytest.mark.parametrize(
    "columns",
    [
        "time,type,item,uid,qty",
        "Created At,Action,SKU,Visitor ID,Quantity",
        "datetime,behavior,item_id,user,quantity",
    ],
)
def test_a_log_is_known_whatever_it_calls_its_columns(tmp_path: Path, columns: str) -> None:
    file = write(tmp_path / "log.csv", columns, "2020-01-01 10:00,Add to cart,p1,u1,2")
    dataset = read_source([file])
    assert dataset.source == "event-log"
    assert select(dataset, "event_type, product_id, customer_id, quantity") == [
        ("cart", "p1", "u1", 2)
    ]


def test_a_log_of_other_events_is_not_taken_for_one(tmp_path: Path) -> None:
    file = write(tmp_path / "log.csv", "time,type,item,user", "2020-01-01 10:00,login,p1,u1")
    with pytest.raises(UnknownSource, match="usual names of events, such as view, cart"):
        read_source([file])


def test_taobao_without_header_is_read_by_a_mapping(tmp_path: Path) -> None:
    dataset = read(
        write(tmp_path / "UserBehavior.csv", TAOBAO), kind="events",
        header=["user", "item", "category", "behaviour", "seconds"], customer="user",
        product="item", category="category", event="behaviour", time="seconds",
    )  # fmt: skip
    assert dataset.counts.kept == 5
    columns = "event_time::VARCHAR, event_type, product_id, category"
    assert select(dataset, columns) == [
        ("2017-11-24 17:21:10", "view", "2268318", "2520377"),
        ("2017-11-24 22:15:33", "view", "2333346", "2520771"),
        ("2017-11-25 01:21:25", "view", "2576651", "149192"),
        ("2017-11-25 07:04:53", "cart", "3830808", "4181361"),
        ("2017-11-25 07:05:00", "purchase", "2268318", "2520377"),
    ]


def test_yoochoose_clicks_without_header_are_views(tmp_path: Path) -> None:
    dataset = read(
        write(tmp_path / "yoochoose-clicks.dat", YOOCHOOSE), kind="events",
        header=["session", "time", "item", "category"], session="session", time="time",
        product="item", category="category",
    )  # fmt: skip
    assert select(dataset, "session_id, event_index, event_type, category") == [
        ("1", 1, "view", "0"),
        ("1", 2, "view", "0"),
        ("2", 1, "view", "S"),
    ]
    found = answerability(dataset, ANSWERS["purchase"], Windows())
    assert found.reason == "no event says that anyone bought anything"


def test_a_separator_and_an_encoding_are_taken_from_the_mapping(tmp_path: Path) -> None:
    file = tmp_path / "log.txt"
    file.write_bytes("à\tquand\n1\t2020-01-01 10:00\n".encode("latin-1"))
    keys = {"separator": "\t", "encoding": "latin-1"}
    dataset = read(file, kind="events", session="à", time="quand", **keys)
    assert select(dataset, "session_id") == [("1",)]
