"""Backtest: the same settings, fitted anew at several moments, each judged on what came next.

Rolling origins (Tashman, Out-of-sample tests of forecasting accuracy, International Journal of
Forecasting 16, 2000, 437-450): one holdout tells how good a model was once, several origins tell
whether it stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from automl.evidence import require_evidence
from automl.splits import Fold
from clickstream.answers import Answer
from clickstream.errors import NotAnswerable
from clickstream.manifest import Evidence, Metric

__all__ = ["ORIGINS", "Backtest", "Groups", "Measure", "Origin", "Rows", "backtest"]

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.datetime64]
Groups = npt.NDArray[Any]
Rows = npt.NDArray[np.intp]
Period = tuple[np.datetime64, np.datetime64]
FitAndScore = Callable[[Rows, Rows], Floats]
"""Places of training rows and of test rows to predictions of the latter."""
Measure = Callable[[Floats, Floats, Groups], Mapping[str, Metric]]
"""Figures of (actual, predicted, groups), (N,) each."""

ORIGINS = 3
_SHORTEST = np.timedelta64(1, "D")
"""Of the time between two origins, since hours of one day differ from each other anyway."""
_INSTANT = np.timedelta64(1, "s")


@dataclass(frozen=True)
class Origin:
    """What a model was worth that knew only what was before a moment.

    Attributes
    ----------
    at : str
        The moment, UTC, in ISO 8601: labels of training end before it, units of the test begin at
        or after it.
    until : str
        The next origin, before which labels of the test end; at the last origin, the second after
        the last label.
    training_rows, test_rows : int
        How many.
    metrics : mapping of str to Metric
        On the test rows.
    """

    at: str
    until: str
    training_rows: int
    test_rows: int
    metrics: Mapping[str, Metric]


@dataclass(frozen=True)
class Backtest:
    """What models were worth that were fitted at several moments.

    Attributes
    ----------
    origins : tuple of Origin
        The earliest first; none where there is a reason.
    reason : str or None
        Why there was no backtest.
    """

    origins: tuple[Origin, ...]
    reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        origins = [
            vars(origin)
            | {"metrics": {name: one.model_dump() for name, one in origin.metrics.items()}}
            for origin in self.origins
        ]
        return {"origins": origins, "reason": self.reason}


def backtest(
    answer: Answer,
    fit_and_score: FitAndScore,
    measure: Measure,
    *,
    actual: Floats,
    start: Times,
    end: Times,
    groups: Groups,
) -> Backtest:
    """Fit at each of three origins and judge on what follows until the next one.

    The origins part the moments at which units begin into four equal shares: customers as of four
    moments have three origins, and of sessions each origin knows about a quarter more.

    Parameters
    ----------
    answer : Answer
        Of kind conversion or revenue.
    fit_and_score : callable
        Called once per origin, and only if there is evidence at all of them.
    measure : callable
        Figures of one origin's predictions.
    actual : ndarray of float, shape (N,)
        What happened; above 0 is yes.
    start, end : ndarray of datetime64, shape (N,)
        First and last moment of a row's unit, its label included; NaT where there is no time.
    groups : ndarray of str, shape (N,)
        Rows that never stand on both sides: of one session, say. Where a group was trained on, it
        is not tested, since what an origin knows may choose its rows and what comes later may not.
        Customers, of whom later moments are asked as well, are no groups: give each row its own.

    Returns
    -------
    Backtest
        With `ORIGINS` origins, or with the reason why not.
    """
    try:
        folds = _folds(answer, actual, start, end, groups)
    except NotAnswerable as refusal:
        return Backtest((), f"No backtest. {refusal}")
    origins = []
    for (first, last), (training, test) in folds:
        predicted = fit_and_score(training, test)
        metrics = dict(measure(actual[test], predicted, groups[test]))
        origins.append(Origin(_iso(first), _iso(last), len(training), len(test), metrics))
    return Backtest(tuple(origins))


def _folds(
    answer: Answer, actual: Floats, start: Times, end: Times, groups: Groups
) -> list[tuple[Period, Fold]]:
    """The rows before each origin, and those between it and the next one."""
    found = []
    # Numbers, since NumPy compares strings that are objects each with each.
    codes = np.unique(groups.astype(str), return_inverse=True)[1]
    for first, last in pairwise([*_origins(start), end.max() + _INSTANT]):
        training = np.flatnonzero(end < first)
        known = np.isin(codes, codes[training])
        test = np.flatnonzero((start >= first) & (end < last) & ~known)
        _require_evidence(answer, actual, codes, first, (training, test))
        found.append(((first, last), (training, test)))
    return found


def _origins(start: Times) -> list[np.datetime64]:
    if np.isnat(start).any():
        raise NotAnswerable("The data has no times, so nothing in it is earlier or later.")
    moments = np.unique(start)
    shares = np.arange(1, ORIGINS + 1) / (ORIGINS + 1)
    places = np.ceil(shares * len(moments)).astype(np.intp)
    if len(moments) <= ORIGINS or (np.diff(moments[[0, *places]]) < _SHORTEST).any():
        raise NotAnswerable(
            f"The data's units begin at {len(moments):,} different moments from {_iso(moments[0])} "
            f"to {_iso(moments[-1])}; {ORIGINS} origins at least a day apart need a longer log."
        )
    return list(moments[places])


def _require_evidence(
    answer: Answer, actual: Floats, codes: Rows, origin: np.datetime64, fold: Fold
) -> None:
    """Ask of every origin what is asked of the one split between training and holdout."""
    training, holdout = (_counts(actual[rows], codes[rows]) for rows in fold)
    counts = {"training_rows": len(fold[0]), "holdout_rows": len(fold[1])}
    if (actual <= 0).any():
        counts |= {f"training_{kind}": count for kind, count in training.items()}
        counts |= {f"holdout_{kind}": count for kind, count in holdout.items()}
    try:
        require_evidence(Evidence(split=f"at {origin}", **counts), answer)
    except NotAnswerable as refusal:
        raise NotAnswerable(
            f"At {_iso(origin)} (what is before it trains, what follows is held out): {refusal}"
        ) from refusal


def _counts(actual: Floats, codes: Rows) -> dict[str, int]:
    """Groups that say yes and no; one that says both counts on either side."""
    yes = actual > 0
    return {
        "positives": len(np.unique(codes[yes])),
        "negatives": len(np.unique(codes[~yes])),
    }


def _iso(moment: np.datetime64) -> str:
    found: datetime = moment.astype("datetime64[us]").item()
    return found.isoformat()
