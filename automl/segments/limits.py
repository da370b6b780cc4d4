"""The time or the trials of a search, dealt out among its families."""

import time

__all__ = ["Limit"]

SHORTEST_SHARE = 0.01
"""Seconds for a family whose share others used up: enough to start its one trial."""


class Limit:
    """How much of a search is left, and for whom.

    Parameters
    ----------
    budget : float or None
        Wall time of the whole search in seconds, from now.
    trials : int or None
        Number of trials of the whole search; exactly one of the two is given.
    families : int
        How many families share it.

    Raises
    ------
    ValueError
        If not exactly one is given, the budget is not positive, or a family would get no trial.
    """

    def __init__(self, budget: float | None, trials: int | None, families: int) -> None:
        if (budget is None) == (trials is None):
            raise ValueError(f"give budget or trials, one of them; got {budget=} and {trials=}")
        if budget is not None and not budget > 0:
            raise ValueError(f"{budget=} is no time to search in; give seconds above 0")
        if trials is not None and trials < families:
            raise ValueError(f"{trials=} leaves families untried; give at least {families}")
        self._budget = budget
        self._trials = trials or 0
        self._families_left = families
        self._start = time.monotonic()
        self._used = 0
        self._deadline = float("inf")

    def deal(self, at_least: int = 1) -> tuple[float | None, int]:
        """Give the next family its share of what is left.

        Of trials that is an even share. Of time it is half, and all of it for the last family:
        the first ones have few configurations and are done sooner. What a family does not use,
        because nothing is left to try, goes to the next ones.

        Parameters
        ----------
        at_least : int, default=1
            Trials that this family makes in any case. Those beyond its share are added to the
            search, so that no other family loses them.

        Returns
        -------
        seconds : float or None
            None where trials are counted.
        trials : int
            -1 where time is counted.
        """
        families, self._families_left = self._families_left, self._families_left - 1
        if self._budget is None:
            share = -((self._used - self._trials) // families)
            self._trials += max(at_least - share, 0)
            return None, max(share, at_least)
        left = self._budget - (time.monotonic() - self._start)
        seconds = max(left if families == 1 else left / 2, SHORTEST_SHARE)
        self._deadline = time.monotonic() + seconds
        return seconds, -1

    def out_of_time(self) -> bool:
        """Whether the family being searched has had its time."""
        return time.monotonic() > self._deadline

    def count_trial(self) -> None:
        """Note that a trial was made."""
        self._used += 1

    def done(self) -> float:
        """How much of the search is done, 0 to 1."""
        if self._budget is None:
            return self._used / self._trials
        return min((time.monotonic() - self._start) / self._budget, 1.0)
