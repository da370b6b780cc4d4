"""A circuit breaker: whoever failed several times in a row is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["Breaker"]


class Breaker:
    """Counts failures of one service.

    Without it, every page would wait for a service that hangs.

    Parameters
    ----------
    failures : int, default 3
        After how many in a row it is left alone.
    rest : float, default 10
        For how many seconds after the last of them. Then it may be asked again, and one more
        failure begins another rest.
    clock : callable, default time.monotonic
        Tells the seconds.
    """

    def __init__(
        self, failures: int = 3, rest: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._rest, self._clock = failures, rest, clock
        self.reset()

    def reset(self) -> None:
        """Forget all failures, as after any answer."""
        self._failures, self._last = 0, 0.0
        self.reason: Exception | None = None

    def failed(self, reason: Exception) -> None:
        """Take down a request that the service did not answer.

        Parameters
        ----------
        reason : Exception
            What happened, for whoever asks while the service is left alone.
        """
        self._failures, self._last, self.reason = self._failures + 1, self._clock(), reason

    @property
    def wait(self) -> float:
        """Seconds until the service may be asked; 0 where it may be now."""
        if self._failures < self._limit:
            return 0.0
        return max(0.0, self._last + self._rest - self._clock())
