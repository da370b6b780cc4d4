"""What every log must hold to, and that each row is in the table or in the quarantine."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis
import pytest

from clickstream.errors import InputError
from clickstream.loading import connect, load_rows, unit_rows
from clickstream.reading import read_raw
from clickstream.sources import read_source
from clickstream.sources.canonical import keep_events
from clickstream.tables import Dataset
from tests.clickstream.conftest import Read
from tests.clickstream.logs import canonical, event, rows_of, write_log

STRAY = "a time years away from the rest"
OTHER = "its session belongs to another customer"
COPY = "an exact copy of another row"
BACK = "its session goes back in time"


def at(session: str, moment: str, **changes: Any) -> dict[str, Any]:
    return event(session, 1, event_time=moment, **changes)


def quarantined(dataset: Dataset) -> list[tuple[int, str]]:
    """Number and reason of the rows that are not kept."""
    query = 'SELECT "row", reason FROM quarantine ORDER BY "row"'
    found: list[tuple[int, str]] = dataset.connection.execute(query).fetchall()
    assert len(found) == dataset.counts.read - dataset.counts.kept
    return found


def test_a_time_more_than_a_day_ahead_of_the_clock_is_quarantined(read: Read) -> None:
    now = datetime.now(UTC)
    moments = [now + timedelta(days=days) for days in (-1, 0, 0.9, 1.1, 400)]
    dataset = read(at(f"s{n}", moment.isoformat()) for n, moment in enumerate(moments))
    assert quarantined(dataset) == [(4, "a time in the future"), (5, "a time in the future")]


@pytest.mark.parametrize("year", [1, 1601, 1970, 2023])
def test_a_time_years_away_from_the_rest_is_quarantined(read: Read, year: int) -> None:
    rows = [at(f"s{n}", f"2026-03-{n:02d}T12:00:00Z") for n in range(1, 29)]
    dataset = read([*rows, at("old", f"{year:04d}-01-01T00:00:00Z")])
    assert quarantined(dataset) == [(29, STRAY)]


@pytest.mark.parametrize(
    "moments",
    [
        [f"{year}-06-01" for year in range(1990, 2026) for _ in range(1 + (year - 1990) ** 2)],
        ["2010-01-01", "2020-01-01"],
        ["2010-01-01"] * 5 + ["2020-01-01"] * 95,
        ["2024-04-01"] + ["2026-03-01"] * 50,
        ["2026-03-01"],
    ],
    ids=["a growing shop", "two events", "a first try", "less than two years", "one event"],
)
def test_an_ordinary_log_has_no_strays(read: Read, moments: list[str]) -> None:
    dataset = read(at(f"s{n}", f"{moment}T12:00:00Z") for n, moment in enumerate(moments))
    assert dataset.counts.quarantined == {}


@pytest.mark.parametrize("step", [1, -1])
def test_a_session_under_two_customers_is_that_of_the_one_with_more_rows(
    read: Read, step: int
) -> None:
    rows = [
        *(event("s1", n, customer_id="b") for n in (1, 2)),
        event("s1", 3, customer_id="a"),
        event("s1", 4, customer_id=""),
        *(event("s2", n, customer_id=name) for n, name in enumerate("cab", start=1)),
    ]
    dataset = read(rows[::step])
    assert dataset.counts.quarantined == {OTHER: 3}
    assert [row[:2] for row in canonical(dataset)] == [
        ("s1", "b"),
        ("s1", "b"),
        ("s1", None),
        ("s2", "a"),
    ]


def test_a_session_that_goes_back_in_time_is_quarantined_whole_as_serving_refuses_it(
    read: Read,
) -> None:
    back = [event("s1", 1), event("s1", 3), event("s1", 2, event_time="2026-03-02T12:05:00Z")]
    equal = [event("s2", n, event_time="2026-03-02T12:00:00Z") for n in (2, 1)]
    dataset = read([*back, *equal])
    assert quarantined(dataset) == [(1, BACK), (2, BACK), (3, BACK)]
    for rows, refused in ((back, True), (equal, False)):
        wanted = ("event_index", "event_time", "event_type")
        unit = {"id": "u", "events": [{name: row[name] for name in wanted} for row in rows]}
        if refused:
            with pytest.raises(InputError, match="goes back in time"):
                load_rows(connect(), unit_rows([unit], "session"), ())
        else:
            load_rows(connect(), unit_rows([unit], "session"), ())


def test_a_row_that_cannot_be_kept_spoils_no_other(read: Read) -> None:
    """Its time does not make the session go back, nor its customer make it another's."""
    spoilt = event("s1", 2, event_time="2026-03-01T00:00:00Z", customer_id="c2", price="-1")
    dataset = read([event("s1", 1), spoilt, event("s1", 3)])
    assert dataset.counts.quarantined == {"negative price": 1}


def test_of_exact_copies_one_is_kept_whatever_their_order(read: Read) -> None:
    rows = [event("s1", 1), event("s1", 2), event("s1", 1), event("s1", 1), event("s2", 1)]
    forth, back = read(rows), read(rows[::-1])
    assert canonical(forth) == canonical(back)
    assert forth.counts == back.counts
    assert quarantined(forth) == [(3, COPY), (4, COPY)]


def test_the_quarantine_says_where_a_row_stood_and_what_it_held(tmp_path: Path) -> None:
    bad = event("s1", 2, price="free", product_id='a "b", c', country="")
    log = write_log(tmp_path / "log.csv", [event("s1", 1), bad])
    (row,) = rows_of(read_source([log]), "quarantine", "ALL")
    assert row[:3] == (str(log), 2, "price is no amount")
    values = {name: str(value) for name, value in bad.items()}
    assert json.loads(row[3]) == values | {"country": None}


def test_a_row_that_became_several_events_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.csv", [event("s1", 1), event("s2", 1, price="-1")])
    raws = read_raw([log])
    raw = raws[0].table
    first = raw.select(
        "session_id",
        "customer_id",
        "category",
        "product_id",
        "event_type",
        "_file",
        "_row",
        event_time=raw.event_time.cast("timestamp"),
        event_date=raw.event_time.cast("timestamp").date(),
        price=raw.price.cast("decimal(18, 4)"),
        quantity=ibis.literal(1, "int32"),
    )
    second = first.mutate(product_id=ibis.literal("other"), price=first.price.abs())
    counts = keep_events(raws, ibis.union(first, second))
    assert (counts.read, counts.kept, counts.quarantined) == (2, 1, {"negative price": 1})
    query = "SELECT session_id, product_id, event_index FROM events ORDER BY ALL"
    assert raws[0].backend.con.execute(query).fetchall() == [("s1", "other", 1), ("s1", "p1", 2)]
