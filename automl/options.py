"""What a training run is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from automl.segments.strategies import Strategies, read_strategies
from automl.thresholds import ThresholdRule
from clickstream.answers import ANSWERS, Windows
from clickstream.errors import ClickwiseError
from clickstream.tables import Dataset

__all__ = ["Options", "Report"]

Report = Callable[[str, str, float], None]
"""Told of (answer, what is going on, share of the budget spent)."""


def _silent(_answer: str, _text: str, _share: float) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Options:
    """Options of `clickwise train`.

    Attributes
    ----------
    answers : tuple of str
        Which answers to train.
    budget : float or None
        Seconds of wall time of the search, per answer.
    trials : int or None
        Candidates per answer instead, which makes a run repeatable.
    seed : int
        Of everything random.
    windows : Windows
        For customers.
    holdout : Dataset or None
        Ready-made rows to test on, in place of a share of the file's own.
    threshold : ThresholdRule
        From which chance the answer is yes.
    strategies : Strategies
        What to do about each kind of segment.
    report : callable
        Progress.
    """

    answers: tuple[str, ...] = tuple(ANSWERS)
    budget: float | None = 60.0
    trials: int | None = None
    seed: int = 0
    windows: Windows = field(default_factory=Windows)
    holdout: Dataset | None = None
    threshold: ThresholdRule = field(default_factory=ThresholdRule)
    strategies: Strategies = field(default_factory=read_strategies)
    report: Report = _silent

    def __post_init__(self) -> None:
        """Refuse what cannot be done before hours are spent on it."""
        if unknown := [name for name in self.answers if name not in ANSWERS]:
            raise ClickwiseError(
                f"There is no answer {unknown[0]!r}; the answers are {', '.join(ANSWERS)}."
            )
        if (self.budget is None) == (self.trials is None):
            raise ClickwiseError("Give either a budget in seconds or a number of trials.")
        limit = self.trials if self.budget is None else self.budget
        if not (limit is not None and 0 < limit < math.inf):
            raise ClickwiseError(
                f"The budget and the number of trials must be above zero, but {limit} was given."
            )
        if self.seed < 0:
            raise ClickwiseError(f"The seed is {self.seed}, but it must be zero or more.")
