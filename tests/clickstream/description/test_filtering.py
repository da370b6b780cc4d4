"""A filter shows a part of the data as if it were all, and changes nothing for others."""

from __future__ import annotations

from datetime import date

import pytest

from clickstream.description import Filter, count_filtered, describe
from clickstream.tables import Dataset
from tests.clickstream.conftest import Read
from tests.clickstream.logs import event

DAYS = [
    event("a", 1, country="SE"),
    event("a", 2, "cart", country="SE"),
    event("b", 1, country="it's far", event_time="2026-03-05T12:00:00Z"),
    event("c", 1, country="NO", category="shoes", event_time="2026-03-09T12:00:00Z"),
]


@pytest.mark.parametrize(
    ("only", "kept"),
    [
        (Filter(), [0, 1, 2, 3]),
        (Filter(first=date(2026, 3, 5)), [2, 3]),
        (Filter(last=date(2026, 3, 5)), [0, 1, 2]),
        (Filter(values={"country": ["it's far", "NO"]}), [2, 3]),
        (Filter(values={"country": []}), [0, 1, 2, 3]),
        (Filter(date(2026, 3, 1), date(2026, 3, 6), {"category": ["hats"]}), [0, 1, 2]),
        (Filter(values={"country": ["'; DROP TABLE events; --"]}), []),
    ],
)
def test_what_passes_is_described_as_if_it_were_all(read: Read, only: Filter, kept) -> None:
    whole = read(DAYS)
    assert count_filtered(whole, only) == len(kept)
    if kept:
        assert describe(whole, only) == describe(read([DAYS[place] for place in kept]))


def test_others_go_on_seeing_everything(small: Dataset) -> None:
    before = describe(small)
    describe(small, Filter(values={"event_type": ["cart"]}))
    assert describe(small) == before
