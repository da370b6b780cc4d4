from __future__ import annotations

from typing import Any

import pytest

from tests.ui import standins
from ui import fitting
from ui.fitting import fitted


@pytest.fixture(autouse=True)
def small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "MAX_EVENTS", 5)


def _visit(day: int, size: int, name: str | None) -> list[dict[str, Any]]:
    named = {} if name is None else {"session_id": name}
    time = f"2026-03-{day:02}T12:00:00Z"
    return [standins.event(second=place, event_time=time, **named) for place in range(size)]


def test_a_unit_that_fits_is_sent_as_it_is() -> None:
    unit = {"id": "visit-2", "events": _visit(1, 3, "visit-1") + _visit(2, 2, None)}
    assert fitted([unit], "session") == ([unit], [])


def test_of_a_longer_history_the_newest_whole_visits_are_sent() -> None:
    oldest, old, newer, own = (
        _visit(1, 1, "a"),
        _visit(2, 2, "z"),
        _visit(3, 2, "b"),
        _visit(4, 2, None),
    )
    unit = {"id": "own", "events": [*oldest, *old, *newer, *own]}
    kept, notes = fitted([unit], "session")
    assert kept == [unit | {"events": [*newer, *own]}]
    assert list(map(str, notes)) == [
        "1 session: only the newest visits are sent, since a request holds at most 5 events and "
        "7 MiB."
    ]


def test_a_customer_is_shortened_to_the_newest_visits_too() -> None:
    unit = {"id": "guest", "as_of": "x", "events": _visit(1, 3, "visit-9") + _visit(2, 3, "a")}
    kept, _ = fitted([unit], "customer")
    assert kept == [unit | {"events": _visit(2, 3, "a")}]


def test_a_visit_that_is_too_long_by_itself_leaves_the_others_alone() -> None:
    units = [
        {"id": "bot", "events": _visit(1, 1, "a") + _visit(2, 6, None)},
        {"id": "visit-1", "events": _visit(1, 2, None)},
    ]
    kept, notes = fitted(units, "session")
    assert kept == units[1:]
    assert list(map(str, notes)) == [
        "1 session left out, since one visit alone is more than 5 events or 7 MiB, which is all "
        "that a request holds."
    ]


def test_bytes_count_as_events_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "MAX_BYTES", 450)
    unit = {"id": "own", "events": _visit(1, 2, "a") + _visit(2, 2, None)}
    kept, _ = fitted([unit], "session")
    assert kept == [unit | {"events": _visit(2, 2, None)}]
