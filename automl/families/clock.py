"""How much of a search's time or trials is used up."""

from __future__ import annotations

import time

# Work ends this much before its budget, since a fit cannot be cut short at any instant.
_SHARE_OF_BUDGET = 0.96


class Clock:
    """Time and trials used up, and what is left.

    Parameters
    ----------
    budget : float or None
        Seconds of wall time.
    trials : int or None
        How many candidates, where there is no budget.
    """

    def __init__(self, budget: float | None, trials: int | None) -> None:
        self.started = time.monotonic()
        self.budget, self.trials = budget, trials
        self.tried = 0

    @property
    def seconds(self) -> float:
        """Seconds since the start of the search."""
        return time.monotonic() - self.started

    def stop_at(self, share: float = _SHARE_OF_BUDGET) -> float | None:
        """When a share of the budget ends, by ``time.monotonic``; None without a budget."""
        return None if self.budget is None else self.started + share * self.budget

    @property
    def done(self) -> float:
        """Share of the budget or of the trials that is used, 0 to 1."""
        if self.budget is None:
            return self.tried / self.trials if self.trials else 1.0
        return min(self.seconds / (_SHARE_OF_BUDGET * self.budget), 1.0)

    @property
    def left(self) -> float | None:
        """Seconds until the end; None without a budget."""
        end = self.stop_at()
        return None if end is None else max(end - time.monotonic(), 0.0)
