"""What a search has tried, what that was worth, and what it must try next."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline

from automl.families.candidates import families_of
from automl.families.clock import Clock
from automl.families.outcome import FamilyResult, Progress, SearchResult, Trial
from automl.families.space import Config
from automl.families.task import FAILED, Task
from automl.splits import Fold
from clickstream.errors import TrainingError

_SHARE_FOR_CANDIDATES = 0.78
"""Of the budget at least, where a family gains by averaging, which gets the rest if need be."""
MOST_MEMBERS = 5
"""Variance falls with one over their number: a sixth would take away no more than a thirtieth."""
_SHARE_FOR_SAMPLES = 0.3
_CATCHES_UP = 1.01
"""Times the lowest loss, from which a family may yet win: on all rows, or by averaging."""
_FAILURES_BEFORE_GIVING_UP = 3

Floats = npt.NDArray[np.float64]


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
        self.seconds_a_row: dict[str, float] = {}
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
    def close_families(self) -> list[str]:
        """Families whose loss is close to the lowest, which comes first; none if all failed."""
        ranked = sorted(self.configs, key=lambda name: self.configs[name][0])
        return [
            name
            for name in ranked
            if self.configs[name][0] <= _CATCHES_UP * self.configs[ranked[0]][0]
        ]

    @property
    def to_average(self) -> str | None:
        """The best of the close families that gain by averaging; None where there is none."""
        families = families_of(self.task.kind)
        return next((name for name in self.close_families if families[name].averaged), None)

    @property
    def _seconds_since_last(self) -> float:
        return self.clock.seconds - (self.path[-1].seconds if self.path else 0.0)

    @property
    def stop_at(self) -> float | None:
        """When to try no more candidates, by ``time.monotonic``; None without a budget."""
        if self.sampled and not self.untried:
            return self.clock.stop_at(_SHARE_FOR_SAMPLES)
        end, family = self.clock.stop_at(), self.to_average
        least = self.clock.stop_at(_SHARE_FOR_CANDIDATES)
        if end is None or least is None or family is None:
            return end
        return end - self._averaging_seconds(family, end - least)

    def _averaging_seconds(self, family: str, most: float) -> float:
        """What as many members take as can be done in time; all of it where two cannot."""
        in_folds = self.seconds_a_row[family] * len(self.task.label)
        on_all_rows = in_folds / max(len(self.models[family]), 1)
        # The first is done in the folds; one fit more makes up for what is slower than expected.
        taken = (
            (members - 1) * in_folds + (members + 1) * on_all_rows
            for members in range(MOST_MEMBERS, 1, -1)
        )
        return next((seconds for seconds in taken if seconds <= most), most)

    @property
    def is_over(self) -> bool:
        """Whether all trials, or all the time for candidates, are used up."""
        end = self.stop_at
        return self.clock.done >= 1 if end is None else time.monotonic() >= end

    def begin_again(self) -> list[str]:
        """Begin the round on all rows.

        First come families that gain most by more rows, which are those of further starts, in
        any case. Those that are close to the best follow, the quickest first, as far as they can
        be expected to end their first fit in time.

        Returns
        -------
        list of str
            The families of the round, at least one.
        """
        self.sampled, self.begun = False, len(self.path)
        families = families_of(self.task.kind)
        gaining = [name for name in self.configs if families[name].further_starts is not None]
        others = [name for name in self.close_families if name not in gaining]
        others.sort(key=self.seconds_a_row.__getitem__)
        names, end = [*gaining, *others], self.stop_at
        left = np.inf if end is None else end - time.monotonic()
        expected = np.cumsum([self.seconds_a_row[name] for name in names]) * len(self.task.label)
        self.round = names[: max(int(np.sum(expected <= left)), len(gaining), 1)]
        self._prepare_next()
        return self.round

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
        self.seconds_a_row[family] = self._seconds_since_last / self.task.rows
        self.configs[family] = (loss, {name: _plain(one) for name, one in config.items()})
        self.unseen[family] = self.task.unseen
        self.models[family] = tuple(self.task.models)
        self.task.best_losses[family] = self.task.race.own

    def _append(self, family: str, loss: float | None, given_up: bool) -> None:
        best = min((lowest for lowest, _ in self.configs.values()), default=None)
        self.seconds[family] = self.seconds.get(family, 0.0) + self._seconds_since_last
        now = self.clock.seconds
        self.path.append(Trial(len(self.path) + 1, family, now, loss, best, given_up))

    def hopeful(self, names: list[str]) -> list[str]:
        """Leave out families that failed a few times and never worked."""
        failed = Counter(trial.family for trial in self.path)
        return [
            name
            for name in names
            if name in self.configs or failed[name] < _FAILURES_BEFORE_GIVING_UP
        ]

    def result(self, folds: Sequence[Fold], family: str | None = None) -> SearchResult:
        """Sum up.

        Parameters
        ----------
        folds : sequence of (numpy.ndarray, numpy.ndarray)
            Those of the search.
        family : str or None
            The winner, one that worked; where None, the family of the lowest loss.

        Returns
        -------
        SearchResult

        Raises
        ------
        TrainingError
            If no candidate worked.
        """
        board = sorted(map(self._family, self.names), key=_by_loss)
        if not self.configs:
            reasons = "; ".join(f"{one.family}: {one.reason}" for one in board)
            raise TrainingError(
                f"None of the {len(self.path)} candidates tried worked, and one must. {reasons}. "
                "Mend what these reasons name, or give the search more time."
            )
        name = family or board[0].family
        board.sort(key=lambda one: one.family != name)
        loss, config = self.configs[name]
        return SearchResult(
            name,
            config,
            loss,
            tuple(board),
            tuple(self.path),
            self.clock.seconds,
            np.concatenate(self.unseen[name]),
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
        # While families are untried, each leaves a fair share of the time to those after it. On
        # all rows nothing is set aside for them: each already has a result from the sample.
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
