"""A small log and a small table whose aggregates can be counted by hand."""

from __future__ import annotations

import pytest

from clickstream.tables import Dataset
from tests.clickstream.logs import Event, event, read_log

SESSIONS = {
    "s1": [("view", "hats", "p1"), ("cart", "hats", "p1"), ("purchase", "hats", "p1")],
    "s2": [("view", "hats", "p1"), ("view", "shoes", "p2"), ("view", "hats", "p3")],
    "s3": [("view", "hats", "p1")],
    "s4": [("view", "shoes", "p2"), ("cart", "shoes", "p2")],
}


def log() -> list[Event]:
    """Four sessions at noon of a Monday, a minute between clicks; one buys two hats for 20."""
    return [
        event(
            session,
            index,
            kind,
            customer_id=f"c{session}",
            category=category,
            product_id=product,
            quantity=2 if kind == "purchase" else 1,
        )
        for session, clicks in SESSIONS.items()
        for index, (kind, category, product) in enumerate(clicks, start=1)
    ]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The small log, read."""
    return read_log(tmp_path_factory.mktemp("small") / "log.csv", log())


@pytest.fixture(scope="session")
def reversed_log(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The small log from its end to its beginning."""
    return read_log(tmp_path_factory.mktemp("reversed") / "log.csv", log()[::-1])
