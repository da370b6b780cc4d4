"""Sessions of the small log, counted by hand."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from clickstream.description.sessions import funnel, make_sessions, paths, places, visits
from clickstream.description.tables import Path, Place, Step, Visits
from clickstream.tables import Dataset
from tests.clickstream.conftest import Read
from tests.clickstream.logs import event


@pytest.fixture
def cursor(small: Dataset) -> Iterator[duckdb.DuckDBPyConnection]:
    with small.connection.cursor() as connection:
        make_sessions(connection)
        yield connection


def test_sessions_are_summed_up(cursor: duckdb.DuckDBPyConnection) -> None:
    assert visits(cursor) == Visits(
        sessions=4,
        events_mean=9 / 4,
        events_median=2.5,
        views_mean=6 / 4,
        duration_mean=(120 + 120 + 0 + 60) / 4,
        duration_median=90.0,
        bounces=1 / 4,
        buying=1 / 4,
    )


def test_bounces_and_exits_are_shares_of_entries_and_clicks(
    cursor: duckdb.DuckDBPyConnection,
) -> None:
    assert places(cursor, "category") == (
        Place("hats", clicks=6, sessions=3, entries=3, bounce_rate=1 / 3, exit_rate=3 / 6),
        Place("shoes", clicks=3, sessions=2, entries=1, bounce_rate=0.0, exit_rate=1 / 3),
    )
    by_product = {place.name: place for place in places(cursor, "product_id")}
    assert by_product["p3"].entries == 0
    assert by_product["p3"].bounce_rate is None
    assert by_product["p3"].exit_rate == 1


def test_the_funnel_counts_sessions_at_each_step(cursor: duckdb.DuckDBPyConnection) -> None:
    assert funnel(cursor) == (Step("view", 4), Step("cart", 2), Step("purchase", 1))


def test_paths_are_the_first_steps_of_sessions(cursor: duckdb.DuckDBPyConnection) -> None:
    assert paths(cursor) == (
        Path(("hats", "cart hats", "purchase hats"), 1),
        Path(("hats", "shoes", "hats"), 1),
        Path(("shoes", "cart shoes"), 1),
    )


def test_a_path_has_three_steps_and_repeats_in_a_row_are_one(read: Read) -> None:
    seen = ["hats", "hats", "shoes", "shoes", "hats", "bags"]
    dataset = read(
        event(f"s{n}", index, category=category)
        for n in range(3)
        for index, category in enumerate(seen, start=1)
    )
    with dataset.connection.cursor() as connection:
        make_sessions(connection)
        assert paths(connection) == (Path(("hats", "shoes", "hats"), 3),)


def test_a_session_of_one_step_goes_nowhere(read: Read) -> None:
    dataset = read(event("s1", index) for index in range(1, 7))
    with dataset.connection.cursor() as connection:
        make_sessions(connection)
        assert paths(connection) == ()


def test_a_return_is_no_click_of_a_session(read: Read) -> None:
    dataset = read([event("s1", 1), event("s1", 2, "return")])
    with dataset.connection.cursor() as connection:
        make_sessions(connection)
        found = visits(connection)
        assert (found.sessions, found.events_mean, found.bounces) == (1, 1, 1)


def test_a_log_without_purchases_says_nothing_of_buying(read: Read) -> None:
    dataset = read([event("s1", 1)])
    with dataset.connection.cursor() as connection:
        make_sessions(connection)
        assert visits(connection).buying is None
