"""A batch is what waited while the one before ran; nobody waits for company."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.common.batching import Batcher


class Doubling:
    """Doubles numbers, batch by batch, when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self, numbers: Sequence[int]) -> list[Any]:
        self.may_go_on.wait(10)
        self.batches.append(list(numbers))
        if 13 in numbers:
            raise OSError("the disk is gone")
        return [ValueError(str(number)) if number < 0 else 2 * number for number in numbers]


def ask(work: Doubling, numbers: Sequence[int], most: int = 100) -> list[Any]:
    """The first number alone, and all others while it is being worked on."""

    async def asked() -> list[Any]:
        with ThreadPoolExecutor(1) as executor:
            batcher = Batcher[int, int](work, executor, most)
            work.may_go_on.clear()
            calls = [asyncio.ensure_future(batcher.result(number, 1)) for number in numbers[:1]]
            await asyncio.sleep(0.05)
            calls += [asyncio.ensure_future(batcher.result(number, 1)) for number in numbers[1:]]
            await asyncio.sleep(0.05)
            work.may_go_on.set()
            return list(await asyncio.gather(*calls, return_exceptions=True))

    return asyncio.run(asked())


def test_who_is_alone_is_answered_alone_and_who_waits_together() -> None:
    work = Doubling()
    assert ask(work, [1, 2, 3, 4]) == [2, 4, 6, 8]
    assert work.batches == [[1], [2, 3, 4]]


def test_a_batch_holds_no_more_than_it_may() -> None:
    work = Doubling()
    assert ask(work, [1, 2, 3, 4, 5], most=2) == [2, 4, 6, 8, 10]
    assert work.batches == [[1], [2, 3], [4, 5]]


def test_an_error_of_one_is_not_that_of_the_others() -> None:
    found = ask(Doubling(), [1, 2, -3, 4])
    assert [found[0], found[1], found[3]] == [2, 4, 8]
    assert isinstance(found[2], ValueError)


def test_a_failed_batch_fails_for_its_callers_and_the_next_one_is_answered() -> None:
    work = Doubling()
    found = ask(work, [1, 12, 13, 14], most=2)
    assert found[0] == 2
    assert isinstance(found[1], OSError)
    assert isinstance(found[2], OSError)
    assert found[3] == 28


def test_who_has_hung_up_is_left_out() -> None:
    work = Doubling()

    async def asked() -> int:
        with ThreadPoolExecutor(1) as executor:
            batcher = Batcher[int, int](work, executor, 100)
            work.may_go_on.clear()
            first = asyncio.ensure_future(batcher.result(1, 1))
            await asyncio.sleep(0.05)
            gone, last = (asyncio.ensure_future(batcher.result(number, 1)) for number in (2, 3))
            await asyncio.sleep(0)
            gone.cancel()
            await asyncio.sleep(0)
            work.may_go_on.set()
            await first
            with pytest.raises(asyncio.CancelledError):
                await gone
            return await last

    assert asyncio.run(asked()) == 6
    assert [number for batch in work.batches for number in batch] == [1, 3]
