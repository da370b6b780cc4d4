from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clickstream.cuts import (
    CUT_CLICKS,
    SESSION_GAP_SECONDS,
    closed_sessions,
    customer_cuts,
    customer_moments,
    first_cuts,
    last_cuts,
    last_of_first_cuts,
    session_cuts,
)
from tests.clickstream.logs import END, event, frame


def cuts_of(dataset, table, unit: str | None = "s1") -> list[int]:
    found = frame(dataset, table)
    mine = found if unit is None else found[found.unit_id == unit]
    return sorted(mine.cut_index)


def test_a_session_is_cut_at_1_2_3_5_8_13_and_21_clicks_that_it_has(read) -> None:
    assert CUT_CLICKS == (1, 2, 3, 5, 8, 13, 21)
    dataset = read(
        [*(event("s1", n) for n in range(1, 41)), *(event("s2", n) for n in (1, 2)), END]
    )
    cuts = session_cuts(dataset.table, "time")
    assert cuts_of(dataset, cuts, "s1") == [1, 2, 3, 5, 8, 13, 21]
    assert cuts_of(dataset, cuts, "s2") == [1, 2]


@pytest.mark.parametrize(
    ("bought_at", "expected"), [(1, []), (2, [1]), (3, [1, 2]), (4, [1, 2, 3]), (6, [1, 2, 3, 5])]
)
def test_cuts_at_or_after_the_first_purchase_are_dropped(read, bought_at, expected) -> None:
    events = [event("s1", n, "purchase" if n in (bought_at, 9) else "view") for n in range(1, 15)]
    dataset = read([*events, END])
    assert cuts_of(dataset, session_cuts(dataset.table, "time")) == expected
    kept = session_cuts(dataset.table, "time", before_purchase=False)
    assert cuts_of(dataset, kept) == [1, 2, 3, 5, 8, 13]


def test_a_session_can_be_cut_at_every_click_before_its_first_purchase(read) -> None:
    events = [event("s1", n, "purchase" if n == 9 else "view") for n in range(1, 15)]
    dataset = read([*events, END])
    cuts = session_cuts(dataset.table, "time", every_click=True)
    assert cuts_of(dataset, cuts) == [*range(1, 9)]


def test_gaps_in_the_places_stay_gaps(read) -> None:
    dataset = read([*(event("s1", n) for n in (1, 4, 5, 7)), END])
    assert cuts_of(dataset, session_cuts(dataset.table, "time")) == [1, 5]


@pytest.mark.parametrize(("silence", "closed"), [(SESSION_GAP_SECONDS, True), (1799, False)])
def test_a_session_is_closed_once_the_log_goes_on_for_half_an_hour(read, silence, closed) -> None:
    minutes, seconds = divmod(silence, 60)
    end = f"2026-03-02T{12 + (1 + minutes) // 60}:{(1 + minutes) % 60:02d}:{seconds:02d}Z"
    dataset = read([event("s1", 1), event("s2", 1, event_time=end)])
    assert frame(dataset, closed_sessions(dataset.table)).session_id.tolist() == ["s1"] * closed
    assert cuts_of(dataset, session_cuts(dataset.table, "time")) == [1] * closed
    assert cuts_of(dataset, session_cuts(dataset.table, "time"), "s2") == []


def test_without_times_no_session_is_taken_for_open(read) -> None:
    dataset = read([event("s1", 1), event("s2", 1)])
    assert cuts_of(dataset, session_cuts(dataset.table, "date"), None) == [1, 1]


def test_sessions_of_returns_only_are_never_cut(read) -> None:
    dataset = read(
        [event("back", 1, "return"), event("s1", 1), event("s1", 2, "return"), event("s1", 3), END]
    )
    cuts = session_cuts(dataset.table, "time")
    assert cuts_of(dataset, cuts, "back") == []
    assert cuts_of(dataset, cuts, "s1") == [1, 3], "a return among clicks is no click"
    assert cuts_of(dataset, last_cuts(dataset.table), "back") == []


def test_the_last_cut_is_the_last_click_before_the_first_purchase(read) -> None:
    kinds = ["view", "cart", "purchase", "view", "purchase", "view"]
    dataset = read(
        [
            *(event("s1", n, kind) for n, kind in enumerate(kinds, start=1)),
            *(event("s2", n) for n in (1, 2, 9)),
            event("s3", 1, "purchase"),
        ]
    )
    cuts = last_cuts(dataset.table)
    assert [cuts_of(dataset, cuts, unit) for unit in ("s1", "s2", "s3")] == [[2], [9], []]


def test_a_cut_happens_when_its_click_does(read) -> None:
    dataset = read([event("s1", 1), event("s1", 2), END])
    cuts = frame(dataset, session_cuts(dataset.table, "time").order_by("unit_id", "cut_index"))
    assert [str(moment) for moment in cuts.as_of[:2]] == [
        "2026-03-02 12:01:00",
        "2026-03-02 12:02:00",
    ]


def test_customers_are_cut_where_they_did_anything_in_the_history_before_the_moment(read) -> None:
    def at(customer: str | None, time: str):
        return event(f"{customer}-{time}", 1, customer_id=customer, event_time=f"{time}Z")

    dataset = read(
        [
            at("old", "2026-01-01T00:00:00"),
            at("first", "2026-01-02T00:00:00"),
            at("last", "2026-01-11T23:59:59"),
            at("late", "2026-01-12T00:00:00"),
            at(None, "2026-01-05T00:00:00"),
        ]
    )
    moment = "2026-01-12T00:00:00"
    cuts = frame(dataset, customer_cuts(dataset.table, [moment], history_days=10))
    assert sorted(cuts.unit_id) == ["first", "last"]
    assert set(cuts.cut_index) == {0}
    both = customer_cuts(dataset.table, [moment, "2026-01-13T00:00:00"], history_days=10)
    assert sorted(frame(dataset, both).unit_id) == ["first", "last", "last", "late"]


def test_only_who_bought_in_the_history_is_cut_where_buyers_are_asked_about(read) -> None:
    def at(customer: str | None, time: str, kind: str = "purchase"):
        return event(f"{customer}-{time}", 1, kind, customer_id=customer, event_time=f"{time}Z")

    dataset = read(
        [
            at("long ago", "2026-01-01T00:00:00"),
            at("long ago", "2026-01-11T00:00:00", "view"),
            at("buyer", "2026-01-03T00:00:00"),
            at("visitor", "2026-01-04T00:00:00", "cart"),
            at("returner", "2026-01-04T00:00:00", "return"),
            at("at the moment", "2026-01-12T00:00:00"),
            at(None, "2026-01-05T00:00:00"),
        ]
    )
    cuts = customer_cuts(dataset.table, ["2026-01-12T00:00:00"], history_days=10, ordered=True)
    assert frame(dataset, cuts).unit_id.tolist() == ["buyer"]


FIRST = datetime(2026, 1, 1)


@pytest.mark.parametrize(
    ("days", "before_the_end"),
    [
        (55.9, []),
        (56, [28]),
        (83.9, [28]),
        (84, [56, 28]),
        (112, [84, 56, 28]),
        (180, [140, 112, 84, 56, 28]),
    ],
)
def test_moments_lie_one_target_window_apart_with_one_before_each_and_one_after(
    days: float, before_the_end: list[int]
) -> None:
    end = FIRST + timedelta(days=days)
    moments = customer_moments(FIRST, end, target_days=28)
    assert moments == [end - timedelta(days=before) for before in before_the_end]
    assert all(moment - FIRST >= timedelta(days=28) for moment in moments)


def test_a_log_shorter_than_a_target_window_has_no_moment() -> None:
    assert customer_moments(FIRST, FIRST + timedelta(days=3), target_days=28) == []


def test_a_new_customer_is_cut_after_the_first_session_and_after_that_of_the_first_order(
    read,
) -> None:
    def at(day: int, hour: int) -> dict[str, str]:
        return {"event_time": f"2026-03-{day:02d}T{hour:02d}:00:00Z"}

    dataset = read(
        [
            event("looks", 1, **at(1, 8)),
            event("looks", 2, **at(1, 9)),
            event("buys", 1, **at(2, 8)),
            event("buys", 2, "purchase", **at(2, 9)),
            event("buys", 3, **at(2, 10)),
            event("again", 1, "purchase", **at(5, 9)),
            event("only looks", 1, customer_id="c2", **at(3, 8)),
            event("brings back", 1, "return", customer_id="c3", **at(3, 8)),
            event("buys at once", 1, "purchase", customer_id="c3", **at(4, 8)),
            event("guest", 1, "purchase", customer_id=""),
            END,
        ]
    )
    found = frame(dataset, first_cuts(dataset.table)).sort_values(["unit_id", "cut_index"])
    found = found[found.unit_id != "nobody"]
    assert list(found.itertuples(index=False, name=None)) == [
        ("c1", 0, datetime(2026, 3, 1, 9, 0, 1)),
        ("c1", 1, datetime(2026, 3, 2, 10, 0, 1)),
        ("c2", 0, datetime(2026, 3, 3, 8, 0, 1)),
        ("c3", 0, datetime(2026, 3, 4, 8, 0, 1)),
    ]
    last = frame(dataset, last_of_first_cuts(dataset.table)).set_index("unit_id")
    assert last.cut_index[["c1", "c2", "c3"]].tolist() == [1, 0, 0]
    assert last.as_of["c1"] == datetime(2026, 3, 2, 10, 0, 1)
