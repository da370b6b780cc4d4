"""A service that failed several times in a row is left alone for a while."""

from __future__ import annotations

from ui.breaker import Breaker

LOST = ConnectionError("cut off")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_after_three_failures_in_a_row_it_rests_and_then_is_asked_again() -> None:
    clock = Clock()
    breaker = Breaker(failures=3, rest=10.0, clock=clock)
    for _ in range(2):
        breaker.failed(LOST)
    assert breaker.wait == 0
    breaker.failed(LOST)
    assert breaker.wait == 10
    clock.now += 4
    assert breaker.wait == 6
    clock.now += 6
    assert breaker.wait == 0


def test_one_more_failure_begins_another_rest_and_an_answer_ends_all() -> None:
    clock = Clock()
    breaker = Breaker(failures=3, rest=10.0, clock=clock)
    for _ in range(3):
        breaker.failed(LOST)
    clock.now += 10
    breaker.failed(LOST)
    assert breaker.wait == 10
    clock.now += 10
    breaker.reset()
    breaker.failed(LOST)
    assert breaker.wait == 0


def test_an_answer_in_between_counts_from_the_beginning() -> None:
    breaker = Breaker(failures=2, clock=Clock())
    breaker.failed(LOST)
    breaker.reset()
    breaker.failed(LOST)
    assert breaker.wait == 0


def test_it_says_what_happened_last() -> None:
    breaker = Breaker(failures=1, clock=Clock())
    breaker.failed(LOST)
    assert breaker.reason is LOST
    breaker.reset()
    assert breaker.reason is None
