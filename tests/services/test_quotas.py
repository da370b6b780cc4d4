"""Rates and requests at a time, for each owner."""

from __future__ import annotations

from services.common.quotas import Quotas


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_requests_may_come_at_once_and_then_as_fast_as_they_are_granted() -> None:
    clock = Clock()
    quotas = Quotas(60, 10, clock)
    assert [quotas.wait_for_rate("shop") for _ in range(60)] == [0] * 60
    assert quotas.wait_for_rate("shop") == 1
    clock.now += 1
    assert quotas.wait_for_rate("shop") == 0
    assert quotas.wait_for_rate("shop") == 1


def test_the_wait_is_as_long_as_the_next_grant_takes() -> None:
    quotas = Quotas(2, 10, Clock())
    assert [quotas.wait_for_rate("shop") for _ in range(3)] == [0, 0, 30]


def test_one_owner_does_not_use_up_what_another_may() -> None:
    quotas = Quotas(1, 1, Clock())
    assert quotas.wait_for_rate("shop") == 0
    assert quotas.wait_for_rate("shop") > 0
    assert quotas.wait_for_rate("partner") == 0
    assert quotas.begin("shop")
    assert not quotas.begin("shop")
    assert quotas.begin("partner")
    quotas.end("shop")
    assert quotas.begin("shop")


def test_without_a_rate_nobody_waits() -> None:
    quotas = Quotas(None, 1)
    assert [quotas.wait_for_rate("shop") for _ in range(1_000)] == [0] * 1_000
