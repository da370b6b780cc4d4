"""The search for the best candidate of all families."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from flaml import AutoML

from automl.families.averaging import choose_winner
from automl.families.candidates import families_of, fit_candidate
from automl.families.clock import Clock
from automl.families.family import LabelledKind
from automl.families.learner import GivenFolds, learner_of
from automl.families.ledger import Ledger
from automl.families.outcome import FamilyResult, Progress, SearchResult, Trial
from automl.families.space import Config, start_of
from automl.families.task import Task
from automl.splits import Fold
from clickstream.errors import ClickwiseError

__all__ = [
    "FamilyResult",
    "Progress",
    "SearchResult",
    "Trial",
    "fit_candidate",
    "search",
]


def search(
    frame: pd.DataFrame,
    label: np.ndarray,
    folds: Sequence[Fold],
    *,
    n_numeric: int,
    kind: LabelledKind,
    budget: float | None,
    trials: int | None,
    seed: int,
    progress: Callable[[Progress], None] | None = None,
) -> SearchResult:
    """Search all families for the candidate with the lowest validation loss.

    Every candidate is a whole pipeline, fitted on the training rows of each fold alone. With one
    fold and a budget, candidates are tried on few rows first; boosting, and families close to the
    best, then begin again on all of them. With several folds, a candidate far behind is given up
    early. The best family that gains by it is then tried as the mean of several seeds.
    Nothing is fitted on all rows at the end: that is for `fit_candidate`. Ctrl-C ends the search
    and keeps the best found so far.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (n_rows, n_columns)
        Its first `n_numeric` columns are float32 and may hold NaN; the rest are strings, ""
        where missing. The order of rows changes nothing.
    label : numpy.ndarray, shape (n_rows,)
        0 or 1 for conversion, an amount of at least 0 in currency units for revenue, the number of
        a class, from 0, for interest.
    folds : sequence of (numpy.ndarray, numpy.ndarray)
        Training and validation row numbers of each fold.
    n_numeric : int
        How many columns are numbers.
    kind : {"conversion", "revenue", "multiclass"}
        A probability or several, judged by log loss, or an amount, judged by its root mean
        squared error.
    budget : float or None
        Seconds of wall time. Give this or `trials`. Off the main thread a candidate cannot be
        cut short, and the last one may overrun.
    trials : int or None
        How many candidates to try without a limit of time: same data, seed and trials give the
        same result.
    seed : int
        Draws candidates, and whatever these draw.
    progress : callable or None, default None
        Called with a `Progress` after each trial.

    Returns
    -------
    SearchResult

    Raises
    ------
    ClickwiseError
        If not exactly one of `budget` and `trials` is given, if there is no fold, or if there
        are fewer trials than families.
    TrainingError
        If no candidate worked.
    KeyboardInterrupt
        If Ctrl-C came before any candidate worked.
    """
    names = list(families_of(kind))
    _check(names, folds, budget, trials)
    clock = Clock(budget, trials)
    task = Task(frame, np.asarray(label), n_numeric, kind, seed)
    # Growing samples are steered by measured seconds, which no two runs share.
    sampled = len(folds) == 1 and budget is not None
    ledger = Ledger(task, names, clock, progress, sampled=sampled)
    engine, data = _engine(ledger, kind), _data(task, folds)
    with _own_words_only(), task.interrupts.heeded():
        try:
            starts = _starts(task)
            engine.fit(**data, **_limits(clock, sample=sampled), **_settings(task, starts))
            if sampled and ledger.configs:
                again = _starts_again(ledger, starts)
                engine = _engine(ledger, kind)
                engine.fit(**data, **_limits(clock, sample=False), **_settings(task, again))
            return choose_winner(ledger, folds)
        except KeyboardInterrupt:
            if not ledger.configs:
                raise
            return replace(ledger.result(folds), interrupted=True)


def _check(
    names: list[str], folds: Sequence[Fold], budget: float | None, trials: int | None
) -> None:
    if (budget is None) == (trials is None):
        raise ClickwiseError(
            f"A search takes either a budget or trials, but got {budget=} and {trials=}. "
            "Give one of them."
        )
    if budget is not None and budget <= 0:
        raise ClickwiseError(
            f"The budget of the search is {budget} seconds, but it must be above zero. "
            "Give at least a few seconds."
        )
    if trials is not None and trials < len(names):
        raise ClickwiseError(
            f"{trials} trials do not try each of {len(names)} families once. "
            f"Ask for at least {len(names)} trials."
        )
    if not folds:
        raise ClickwiseError(
            "The search got no folds, but it needs at least one to validate candidates on. "
            "Bring a longer log or a larger table, so that some rows can be kept for validation."
        )


@contextmanager
def _own_words_only() -> Iterator[None]:
    # The engine raises the level of its loggers as it likes; its records go no further than it.
    logger = logging.getLogger("flaml")
    before = logger.propagate
    logger.propagate = False
    try:
        yield
    finally:
        logger.propagate = before


class _Engine(AutoML):
    """FLAML, telling of every trial, and trying every family before it prefers any."""

    ledger: Ledger

    def _log_trial(self, search_state: Any, estimator: str) -> None:
        self.ledger.record(estimator, search_state.val_loss, _own_settings(search_state.config))

    def _select_estimator(self, estimator_list: list[str]) -> str | None:
        ledger = self.ledger
        if ledger.is_over:
            return None
        if ledger.untried:
            return ledger.untried[0]
        hopeful = ledger.hopeful(estimator_list)
        return super()._select_estimator(hopeful) if hopeful else None


def _engine(ledger: Ledger, kind: LabelledKind) -> _Engine:
    engine = _Engine()
    engine.ledger = ledger
    for name, family in families_of(kind).items():
        engine.add_learner(name, learner_of(family, ledger.task))
    return engine


def _data(task: Task, folds: Sequence[Fold]) -> dict[str, Any]:
    if len(folds) == 1:
        training, validation = (task.in_order(np.asarray(rows)) for rows in folds[0])
        return {
            "X_train": training[:, None],
            "y_train": task.label[training],
            "X_val": validation[:, None],
            "y_val": task.label[validation],
            "eval_method": "holdout",
        }
    rows = task.in_order(np.unique(np.concatenate([np.concatenate(fold) for fold in folds])))
    return {
        "X_train": rows[:, None],
        "y_train": task.label[rows],
        "eval_method": "cv",
        "split_type": GivenFolds(list(folds)),
    }


def _limits(clock: Clock, *, sample: bool) -> dict[str, Any]:
    if clock.trials is not None:
        return {"time_budget": -1, "max_iter": clock.trials, "sample": sample}
    return {"time_budget": max(clock.left or 0.0, 0.1), "sample": sample}


def _settings(task: Task, starts: dict[str, list[Config]]) -> dict[str, Any]:
    def judge(X_val: np.ndarray, y_val: Any, learner: Any, *_: Any) -> tuple[float, dict[str, Any]]:  # noqa: ARG001
        return task.loss(learner.model, X_val), {}

    return {
        "task": "regression" if task.kind == "revenue" else "classification",
        "metric": judge,
        "estimator_list": list(starts),
        "starting_points": starts,
        "seed": task.seed,
        "skip_transform": True,
        "auto_augment": False,
        "retrain_full": False,
        "model_history": False,
        "mlflow_logging": False,
        "log_file_name": "",
        "log_type": "all",
        "verbose": 0,
    }


def _starts(task: Task) -> dict[str, list[Config]]:
    """Where families begin: at their space's own start, and some then at further ones."""
    starts = {}
    for name, family in families_of(task.kind).items():
        first = start_of(family.space(task.table))
        starts[name] = [first]
        for further in family.further_starts(len(task.label)) if family.further_starts else ():
            starts[name].append(first | {key: one for key, one in further.items() if key in first})
    return starts


def _starts_again(ledger: Ledger, starts: dict[str, list[Config]]) -> dict[str, list[Config]]:
    """Where families begin on all rows: at their further starts, then at the best so far."""
    return {name: [*starts[name][1:], ledger.configs[name][1]] for name in ledger.begin_again()}


def _own_settings(config: dict[str, Any] | None) -> Config:
    return {name: one for name, one in (config or {}).items() if name != "FLAML_sample_size"}
