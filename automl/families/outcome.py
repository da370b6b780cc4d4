"""What a search tells: each trial while it runs, and its outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline

from automl.families.space import Config

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
        The winner's family.
    config : dict
        Its settings, for `fit_candidate`.
    loss : float
        Its validation loss: log loss in nats a row, or RMSE in currency units.
    families : tuple of FamilyResult
        The leaderboard: the winner, then the others, lowest loss first, failed families last.
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
