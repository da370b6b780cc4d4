"""How much one owner may ask of one worker."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable

__all__ = ["Quotas"]


class Quotas:
    """Rate by token bucket, and requests at a time, for each owner.

    Parameters
    ----------
    per_minute : int or None
        Requests; as many may come at once after a quiet minute. No limit where None.
    at_a_time : int
        Requests being answered.
    clock : callable, default time.monotonic
        Seconds.
    """

    def __init__(
        self,
        per_minute: int | None,
        at_a_time: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_minute, self._at_a_time, self._clock = per_minute, at_a_time, clock
        self._tokens: dict[str, tuple[float, float]] = {}
        self._running: Counter[str] = Counter()

    def wait_for_rate(self, owner: str) -> int:
        """Take one request off an owner's rate.

        Parameters
        ----------
        owner : str
            Who asks.

        Returns
        -------
        int
            0 where it may be answered, else the whole seconds after which to ask again.
        """
        if self._per_minute is None:
            return 0
        now, full = self._clock(), float(self._per_minute)
        tokens, then = self._tokens.get(owner, (full, now))
        tokens = min(full, tokens + (now - then) * full / 60)
        if tokens < 1:
            self._tokens[owner] = (tokens, now)
            return math.ceil((1 - tokens) * 60 / full)
        self._tokens[owner] = (tokens - 1, now)
        return 0

    def begin(self, owner: str) -> bool:
        """Begin to answer a request, if the owner has not too many; `end` has to follow.

        Parameters
        ----------
        owner : str
            Who asks.
        """
        if self._running[owner] >= self._at_a_time:
            return False
        self._running[owner] += 1
        return True

    def end(self, owner: str) -> None:
        """End one.

        Parameters
        ----------
        owner : str
            Who asked.
        """
        self._running[owner] -= 1
