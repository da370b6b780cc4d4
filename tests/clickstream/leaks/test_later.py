"""A feature that looks past the cut is named; one that does not is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from clickstream.leaks import cut_off_features, later_leaks
from clickstream.manifest import Input, Leak
from clickstream.scoring import feature_batch
from clickstream.tables import Dataset
from tests.clickstream.conftest import Read
from tests.clickstream.logs import event

INPUTS = [
    Input(name=name, type=kind, unit="", description="")
    for name, kind in (("clicks", "number"), ("before", "number"), ("last", "string"))
]
SESSIONS = """
SELECT unit_id, cut_index, as_of,
       count(*) FILTER (event_index <= cut_index)::DOUBLE AS clicks,
       (SELECT count(DISTINCT e.session_id) FROM events e WHERE e.customer_id = min(s.customer_id)
        AND e.event_time < min(s.event_time))::DOUBLE AS before,
       arg_max(event_type, event_index) FILTER (event_index <= cut_index) AS last
FROM cuts JOIN events s ON session_id = unit_id GROUP BY ALL
"""
CUSTOMERS = """
SELECT unit_id, cut_index, as_of, count(*) FILTER (event_time < as_of)::DOUBLE AS clicks,
       0::DOUBLE AS before, '' AS last
FROM cuts JOIN events ON customer_id = unit_id GROUP BY ALL
"""


@pytest.fixture
def log(read: Read) -> Dataset:
    """Ten sessions of three clicks, two per customer and a day apart; each is cut twice."""
    dataset = read(
        event(
            f"s{n}",
            index,
            "purchase" if index == 3 else "view",
            customer_id=f"c{n // 2}",
            event_time=f"2026-03-{1 + n:02d}T12:{index:02d}:00Z",
        )
        for n in range(10)
        for index in (1, 2, 3)
    )
    dataset.connection.execute(
        "CREATE TABLE cuts AS SELECT session_id AS unit_id, event_index AS cut_index, "
        "event_time AS as_of FROM events WHERE event_index < 3"
    )
    return dataset


def leaks(dataset: Dataset, sql: str, scope="session") -> list[Leak]:
    columns = dataset.connection.execute(sql).fetchnumpy()
    units = [str(unit) for unit in columns["unit_id"]]
    cuts = list(zip(units, map(int, columns["cut_index"]), strict=True))
    made = feature_batch(units, columns, INPUTS)
    again = cut_off_features(dataset.connection, sql, INPUTS, scope)
    return later_leaks(INPUTS, made, cuts, again[1], again[0])


def test_features_up_to_the_cut_are_no_leak(log: Dataset) -> None:
    assert leaks(log, SESSIONS) == []


@pytest.mark.parametrize(
    ("honest", "planted", "column"),
    [
        ("count(*) FILTER (event_index <= cut_index)", "count(*)", "clicks"),
        ("AND e.event_time < min(s.event_time)", "", "before"),
        ("event_index) FILTER (event_index <= cut_index) AS last", "event_index) AS last", "last"),
    ],
)
def test_a_feature_that_looks_past_the_cut_is_named(
    log: Dataset, honest: str, planted: str, column: str
) -> None:
    assert honest in SESSIONS
    (leak,) = leaks(log, SESSIONS.replace(honest, planted))
    assert (leak.kind, leak.columns, leak.action) == ("after the cut", [column], "blocks release")
    assert leak.reason.startswith(f"{column} has another value in ")
    assert "of 5 units" in leak.reason


def test_customers_are_cut_off_at_their_moment(log: Dataset) -> None:
    log.connection.execute(
        "CREATE OR REPLACE TABLE cuts AS SELECT DISTINCT customer_id AS unit_id, 0 AS cut_index, "
        "TIMESTAMP '2026-03-05' AS as_of FROM events WHERE event_time < '2026-03-05'"
    )
    assert leaks(log, CUSTOMERS, "customer") == []
    log.connection.execute("UPDATE cuts SET as_of = '2026-03-03 12:02:30'")
    (leak,) = leaks(log, CUSTOMERS.replace(" FILTER (event_time < as_of)", ""), "customer")
    assert leak.columns == ["clicks"]


def test_the_log_itself_is_left_as_it_was(log: Dataset) -> None:
    leaks(log, SESSIONS)
    assert log.connection.execute("SELECT count(*) FROM events").fetchall() == [(30,)]
    assert log.connection.execute("SELECT count(*) FROM cuts").fetchall() == [(20,)]


def test_missing_values_are_alike(log: Dataset) -> None:
    sql = SESSIONS.replace("count(*) FILTER (event_index <= cut_index)::DOUBLE", "NULL::DOUBLE")
    assert np.isnan(feature_batch(["a"], {"clicks": np.array([np.nan])}, INPUTS[:1]).numeric).all()
    assert leaks(log, sql) == []


def test_earlier_sessions_are_there_in_full_though_their_customer_was_known_late(
    read: Read,
) -> None:
    log = read(
        event(
            session,
            index,
            customer_id="c1" if index > 1 or session == "s2" else "",
            event_time=f"2026-03-{day:02d}T12:{index:02d}:00Z",
        )
        for session, day in (("s1", 1), ("s2", 2))
        for index in (1, 2, 3)
    )
    log.connection.execute(
        "CREATE TABLE cuts AS SELECT 's2' AS unit_id, 2 AS cut_index, max(event_time) AS as_of "
        "FROM events"
    )
    whole = SESSIONS.replace("e.customer_id = min(s.customer_id)\n        AND ", "")
    whole = whole.replace("count(DISTINCT e.session_id)", "count(*)")
    assert leaks(log, whole) == []
