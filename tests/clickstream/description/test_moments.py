from __future__ import annotations

from datetime import date

from clickstream.description.moments import calendar, days
from clickstream.description.tables import Day
from tests.clickstream.conftest import Read
from tests.clickstream.logs import event


def test_events_are_counted_by_weekday_and_hour_of_utc(read: Read) -> None:
    dataset = read(
        [
            event("s1", 1, event_time="2026-03-02T00:00:00Z"),
            event("s2", 1, event_time="2026-03-08T23:59:59Z"),
            event("s3", 1, event_time="2026-03-09T01:30:00+01:00"),
        ]
    )
    counts = calendar(dataset.connection).counts
    assert (len(counts), {len(row) for row in counts}) == (7, {24})
    assert counts[0][0] == 2, "two Mondays"
    assert counts[6][23] == 1, "a Sunday"
    assert sum(map(sum, counts)) == 3


def test_a_day_without_events_is_a_day(read: Read) -> None:
    dataset = read(
        [
            event("s1", 1, event_time="2026-03-02T00:00:00Z"),
            event("s2", 1, event_time="2026-03-04T00:00:00Z"),
            event("s2", 2, event_time="2026-03-04T00:01:00Z"),
        ]
    )
    assert days(dataset.connection) == (
        Day(date(2026, 3, 2), 1),
        Day(date(2026, 3, 3), 0),
        Day(date(2026, 3, 4), 2),
    )
