"""Families as learners of the search engine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from flaml import tune
from flaml.automl.model import SKLearnEstimator
from sklearn.model_selection import KFold

from automl.families.family import Family
from automl.families.space import Choice, Range, Space, start_of
from automl.families.task import Task
from automl.splits import Fold


class GivenFolds(KFold):
    """Folds that were made elsewhere, handed out to the engine.

    Parameters
    ----------
    folds : sequence of (numpy.ndarray, numpy.ndarray)
        Training and validation row numbers of each fold.
    """

    def __init__(self, folds: list[Fold]) -> None:
        super().__init__(n_splits=len(folds))
        self.folds = folds

    def split(self, X: np.ndarray, y: object = None, groups: object = None) -> Iterator[Fold]:  # noqa: ARG002
        """Say where the rows of each fold stand.

        Parameters
        ----------
        X : numpy.ndarray of int, shape (n_rows, 1)
            Row numbers, in the order that the engine chose.
        y, groups : None
            Ignored.

        Yields
        ------
        (numpy.ndarray, numpy.ndarray)
            Positions in `X`.
        """
        numbers = X.ravel()
        position = np.full(numbers.max() + 1, -1)
        position[numbers] = np.arange(len(numbers))
        for training, validation in self.folds:
            yield position[training], position[validation]


class Learner(SKLearnEstimator):
    """What the engine knows of a family; `learner_of` binds one to a search."""

    family: Family
    bound: Task

    def __init__(self, task: Any = "binary", n_jobs: int | None = None, **config: Any) -> None:  # noqa: ARG002
        super().__init__(task, **config)

    @classmethod
    def search_space(cls, data_size: Any, task: Any) -> dict[str, dict[str, Any]]:  # noqa: ARG003
        """Say what the engine may vary, in its own words."""
        return engine_space(cls.family.space(cls.bound.table))

    def fit(self, X_train: np.ndarray, y_train: Any, budget: Any = None, **settings: Any) -> float:  # noqa: ARG002
        """Fit the candidate; the engine's own limits do not know which families are untried."""
        started = time.monotonic()
        # After cross-validation the engine would fit its winner once more, outside the budget.
        if not settings.get("is_retrain"):
            self._model = self.bound.fit(X_train, self.family, self.params)
        return time.monotonic() - started


def learner_of(family: Family, task: Task) -> type[Learner]:
    """Bind a family to a search.

    Parameters
    ----------
    family : Family
        The family.
    task : Task
        The search's training table.

    Returns
    -------
    type
        A learner for ``flaml.AutoML.add_learner``.
    """
    return type("BoundLearner", (Learner,), {"family": family, "bound": task})


def engine_space(space: Space) -> dict[str, dict[str, Any]]:
    """Translate a search space into the engine's words.

    Parameters
    ----------
    space : mapping of str to Choice or Range
        The space.

    Returns
    -------
    dict
        ``domain``, ``init_value`` and, where larger values cost time, ``low_cost_init_value``.
    """
    starts = start_of(space)
    dear = [name for name in starts if getattr(space[name], "dear", False)]
    # Once a family's search has converged, the engine begins anew at its low-cost values. Where
    # there are none, it would try a candidate without any settings.
    low_cost = dear or list(starts)[:1]
    return {
        name: {"domain": _domain(space[name]), "init_value": start}
        | ({"low_cost_init_value": start} if name in low_cost else {})
        for name, start in starts.items()
    }


def _domain(one: Choice | Range) -> Any:
    if isinstance(one, Choice):
        return tune.choice(list(one.options))
    if one.whole:
        # The engine's whole numbers end before their upper bound.
        sampler = tune.lograndint if one.log else tune.randint
        return sampler(int(one.low), int(one.high) + 1)
    return (tune.loguniform if one.log else tune.uniform)(one.low, one.high)
