"""What a search has tried, what that was worth, and what it must try next."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline

from automl.families.candidates import families_of
from automl.families.learner import FAILED, Task
from automl.families.space import Config
from automl.splits import Fold
from clickstream.errors import TrainingError

# Work ends this much before its budget, since a fit cannot be cut short at any instant.
_SHARE_OF_BUDGET = 0.96
_SHARE_FOR_CANDIDATES = 0.78
_SHARE_FOR_SAMPLES = 0.4
_CATCHES_UP = 1.02
"""Times the lowest loss on a part of the rows, from which a family may yet win on all of them."""
"""Of the budget, where the best family gains by averaging: the rest is for that."""
_FAILURES_BEFORE_GIVING_UP = 3

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """One candidate that was tried.

    Parameters
    ----------
    number : int
        From 1.
    family : str
        Its family.
    seconds : float
        When it was done, since the start of the search.
    loss : float or None
        Its validation loss; None if it failed.
    best : float or None
        The lowest loss up to and including this trial; None if all failed so far.
    given_up : bool
        Whether some folds were left out as hopeless; the loss is then a guess.
    """

    number: int
    family: str
    seconds: float
    loss: float | None
    best: float | None
    given_up: bool = False


@dataclass(frozen=True)
class FamilyResult:
    """What came of one family.

    Parameters
    ----------
    family : str
        Its name.
    loss : float or None
        The lowest validation loss; None if no candidate worked.
    trials : int
        How many candidates were tried.
    seconds : float
        Wall time spent on them.
    config : dict or None
        The settings of the best candidate.
    reason : str or None
        Why no candidate worked.
    models : tuple of sklearn.pipeline.Pipeline
        The best candidate as the search fitted it, one model for each fold.
    """

    family: str
    loss: float | None
    trials: int
    seconds: float
    config: Config | None
    reason: str | None
    models: tuple[Pipeline, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Progress:
    """How far a search is, after each trial.

    Parameters
    ----------
    trial : Trial
        The latest trial.
    done : float
        Share of the budget or of the trials that is used, 0 to 1.
    """

    trial: Trial
    done: float


@dataclass(frozen=True)
class SearchResult:
    """The outcome of a search.

    Parameters
    ----------
    family : str
        The family of the best candidate.
    config : dict
        Its settings, for `fit_candidate`.
    loss : float
        Its validation loss: log loss in nats a row, or RMSE in currency units.
    families : tuple of FamilyResult
        The leaderboard, lowest loss first, failed families last.
    path : tuple of Trial
        Every trial in the order of time.
    seconds : float
        Wall time of the whole search.
    unseen : numpy.ndarray, shape (n_validation_rows,)
        Predictions of the validation rows of all folds, in the order of `validation_rows`, each
        by models that did not see the row.
    validation_rows : numpy.ndarray of int, shape (n_validation_rows,)
        Their row numbers.
    members : int, default 1
        How many models, alike but for their seeds, are averaged.
    interrupted : bool, default False
        Whether somebody ended the search before its time.
    """

    family: str
    config: Config
    loss: float
    families: tuple[FamilyResult, ...]
    path: tuple[Trial, ...]
    seconds: float
    unseen: Floats
    validation_rows: npt.NDArray[np.intp]
    members: int = 1
    interrupted: bool = False


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


class Ledger:
    """What has been tried, and what must be tried next.

    Parameters
    ----------
    task : Task
        Holds the outcome of the candidate being tried.
    names : list of str
        The families.
    clock : Clock
        Of this search.
    progress : callable or None
        Called with a `Progress` after each trial.
    sampled : bool, default False
        Whether candidates are tried on a part of the rows first, until `begin_again`.
    """

    def __init__(
        self,
        task: Task,
        names: list[str],
        clock: Clock,
        progress: Callable[[Progress], None] | None,
        *,
        sampled: bool = False,
    ) -> None:
        self.task, self.names, self.clock, self.progress = task, names, clock, progress
        self.path: list[Trial] = []
        self.configs: dict[str, tuple[float, Config]] = {}
        self.unseen: dict[str, list[Floats]] = {}
        self.models: dict[str, tuple[Pipeline, ...]] = {}
        self.seconds: dict[str, float] = {}
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.sampled, self.begun = sampled, 0
        self.round = names
        self._prepare_next()

    @property
    def untried(self) -> list[str]:
        """Families without a trial in this round, in their order."""
        tried = {trial.family for trial in self.path[self.begun :]}
        return [name for name in self.round if name not in tried]

    @property
    def best_family(self) -> str | None:
        """The family of the lowest loss so far; None where nothing worked."""
        return min(self.configs, key=lambda name: self.configs[name][0], default=None)

    @property
    def stop_at(self) -> float | None:
        """When to try no more candidates, by ``time.monotonic``; None without a budget."""
        if self.sampled and not self.untried:
            return self.clock.stop_at(_SHARE_FOR_SAMPLES)
        best = self.best_family
        if best is not None and families_of(self.task.kind)[best].averaged:
            return self.clock.stop_at(_SHARE_FOR_CANDIDATES)
        return self.clock.stop_at()

    @property
    def is_over(self) -> bool:
        """Whether all trials, or all the time for candidates, are used up."""
        end = self.stop_at
        return self.clock.done >= 1 if end is None else time.monotonic() >= end

    def begin_again(self) -> dict[str, list[Config]]:
        """Begin the round on all rows, with families close to the best, the quickest first.

        Returns
        -------
        dict of str to list of dict
            Where each begins: at the best settings that it had on a part of the rows.
        """
        tried = Counter(trial.family for trial in self.path)
        lowest = min((loss for loss, _ in self.configs.values()), default=0.0)
        close = [name for name, (loss, _) in self.configs.items() if loss <= _CATCHES_UP * lowest]
        self.round = sorted(close, key=lambda name: self.seconds[name] / tried[name])
        self.sampled, self.begun = False, len(self.path)
        self._prepare_next()
        return {name: [self.configs[name][1]] for name in self.round}

    def record(self, family: str, loss: float, config: Config) -> None:
        """Write down a trial.

        Parameters
        ----------
        family : str
            The candidate's family.
        loss : float
            Its mean validation loss, `FAILED` or worse in some fold if it failed.
        config : dict
            Its settings.
        """
        worked = self.task.reason is None and loss < FAILED
        given_up = worked and self.task.race.lost
        if worked and not given_up:
            self._keep_best(family, loss, config)
        elif not worked:
            self.reasons[family, self.task.reason or "no finite loss"] += 1
        self._append(family, loss if worked else None, given_up)
        self._report(self.path[-1])
        self._prepare_next()

    def _keep_best(self, family: str, loss: float, config: Config) -> None:
        if family in self.configs and loss >= self.configs[family][0]:
            return
        self.configs[family] = (loss, {name: _plain(one) for name, one in config.items()})
        self.unseen[family] = self.task.unseen
        self.models[family] = tuple(self.task.models)
        self.task.best_losses[family] = self.task.race.own

    def _append(self, family: str, loss: float | None, given_up: bool) -> None:
        best = min((lowest for lowest, _ in self.configs.values()), default=None)
        now, before = self.clock.seconds, self.path[-1].seconds if self.path else 0.0
        self.path.append(Trial(len(self.path) + 1, family, now, loss, best, given_up))
        self.seconds[family] = self.seconds.get(family, 0.0) + now - before

    def hopeful(self, names: list[str]) -> list[str]:
        """Leave out families that failed a few times and never worked."""
        failed = Counter(trial.family for trial in self.path)
        return [
            name
            for name in names
            if name in self.configs or failed[name] < _FAILURES_BEFORE_GIVING_UP
        ]

    def result(self, folds: Sequence[Fold]) -> SearchResult:
        """Sum up.

        Parameters
        ----------
        folds : sequence of (numpy.ndarray, numpy.ndarray)
            Those of the search.

        Returns
        -------
        SearchResult

        Raises
        ------
        TrainingError
            If no candidate worked.
        """
        board = sorted(map(self._family, self.names), key=_by_loss)
        winner = board[0]
        if winner.loss is None or winner.config is None:
            reasons = "; ".join(f"{one.family}: {one.reason}" for one in board)
            raise TrainingError(
                f"None of the {len(self.path)} candidates tried worked, and one must. {reasons}. "
                "Mend what these reasons name, or give the search more time."
            )
        return SearchResult(
            winner.family,
            winner.config,
            winner.loss,
            tuple(board),
            tuple(self.path),
            self.clock.seconds,
            np.concatenate(self.unseen[winner.family]),
            self.task.validation_rows(folds),
        )

    def _family(self, name: str) -> FamilyResult:
        trials = sum(trial.family == name for trial in self.path)
        loss, config = self.configs.get(name, (None, None))
        reason = None
        if loss is None:
            reasons = [one for (family, one), _ in self.reasons.most_common() if family == name]
            reason = reasons[0] if reasons else "the budget ended before its first trial"
        seconds, models = self.seconds.get(name, 0.0), self.models.get(name, ())
        return FamilyResult(name, loss, trials, seconds, config, reason, models)

    def _report(self, trial: Trial) -> None:
        self.clock.tried += 1
        if self.progress is not None:
            self.progress(Progress(trial, self.clock.done))

    def _prepare_next(self) -> None:
        # While families are untried, each leaves a fair share of the time to those after it; not
        # on all rows, where what a family was worth on some stands in any case.
        self.task.next_candidate()
        end = self.stop_at
        if end is not None:
            waiting = 0 if self.begun else len(self.untried)
            now, shares = time.monotonic(), waiting + 1
            self.task.stop_at = now + (end - now) / shares


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _by_loss(result: FamilyResult) -> tuple[bool, float]:
    return result.loss is None, result.loss or 0.0
