"""Batches without waiting: what queued up while the last batch ran is answered together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Batcher"]

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    size: int
    result: asyncio.Future[Result]


class Batcher(Generic[Item, Result]):
    """Runs one batch at a time, of whatever waits when the one before has ended.

    A caller who is alone waits for nobody; many callers share the cost of a pass.

    Parameters
    ----------
    run : callable
        Of a sequence of items, gives their results or errors in the same order; called in the
        executor.
    executor : Executor
        Where it runs, so that the event loop stays free.
    most : int
        Size of a batch at most; a larger item makes a batch of its own.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Sequence[Result | Exception]],
        executor: Executor,
        most: int,
    ) -> None:
        self._run, self._executor, self._most = run, executor, most
        self._waiting: deque[_Waiting[Item, Result]] = deque()
        self._working: asyncio.Task[None] | None = None

    async def result(self, item: Item, size: int) -> Result:
        """Get an item's result, together with those of others who wait.

        Parameters
        ----------
        item : Item
            What `run` takes.
        size : int
            How much of a batch it takes up.

        Raises
        ------
        Exception
            What `run` gave for the item, or raised.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(item, size, future))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._answer(self._next())
        finally:
            self._working = None

    def _next(self) -> list[_Waiting[Item, Result]]:
        """The longest waiting, as many as fit."""
        batch = [self._waiting.popleft()]
        size = batch[0].size
        while self._waiting and size + self._waiting[0].size <= self._most:
            batch.append(self._waiting.popleft())
            size += batch[-1].size
        return batch

    async def _answer(self, batch: Sequence[_Waiting[Item, Result]]) -> None:
        # Who has hung up needs no answer.
        batch = [one for one in batch if not one.result.done()]
        if not batch:
            return
        items = [one.item for one in batch]
        try:
            results = await asyncio.get_running_loop().run_in_executor(
                self._executor, self._run, items
            )
        # Whatever went wrong belongs to those who asked; the next batch is to be answered still.
        except Exception as error:  # noqa: BLE001 - raised again, for each of them
            results = [error] * len(batch)
        for one, result in zip(batch, results, strict=True):
            _give(one.result, result)


def _give(future: asyncio.Future[Result], result: Result | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
