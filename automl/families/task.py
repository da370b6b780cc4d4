"""What all candidates of one search share, and the outcome of the one being tried."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline
from xgboost.core import XGBoostError

from automl.families.candidates import canonical_order, fit_in_order
from automl.families.family import Family, LabelledKind
from automl.families.interrupts import Interrupts, called_from_c
from automl.families.losses import row_losses
from automl.families.prediction import predict
from automl.families.race import Race
from automl.families.space import Table
from automl.splits import Fold

_AGAIN_SECONDS = 0.005
"""Until the clock asks again whether a candidate can be cut short."""
# Finite, since the engine's arithmetic ends in NaN where a loss is infinite.
FAILED = 1e30

Floats = npt.NDArray[np.float64]

CANDIDATE_ERRORS = (ValueError, ArithmeticError, MemoryError, TimeoutError, XGBoostError)


class Task:
    """The training table of one search, and the outcome of the candidate being tried.

    The engine is given row numbers instead of rows, so that it can neither copy, convert nor
    reorder what the candidates are fitted on.

    Parameters
    ----------
    frame : pandas.DataFrame, shape (n_rows, n_columns)
        Its first `n_numeric` columns are float32, the rest strings.
    label : numpy.ndarray, shape (n_rows,)
        The label of each row.
    n_numeric : int
        How many columns are numbers.
    kind : {"conversion", "revenue", "multiclass"}
        A probability or several, judged by log loss, or an amount, judged by its RMSE.
    seed : int
        Draws whatever candidates draw.

    Attributes
    ----------
    classes : int or None
        How many classes the label has; None where it is no class.
    reason : str or None
        Why the candidate being tried failed.
    race : Race
        The candidate being tried beside the best one of its family.
    unseen : list of numpy.ndarray
        Its predictions of the validation rows, by fold.
    models : list of sklearn.pipeline.Pipeline
        As it was fitted, by fold.
    interrupts : Interrupts
        What becomes of a Ctrl-C.
    best_losses : dict of str to list of numpy.ndarray
        By family: the best candidate's loss of each validation row, by fold.
    rows : int
        How many rows it was fitted on, in the last fold that it was fitted in.
    stop_at : float or None
        When it has to end, on the clock of ``time.monotonic``.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        label: np.ndarray,
        n_numeric: int,
        kind: LabelledKind,
        seed: int,
    ) -> None:
        self.frame, self.label, self.n_numeric = frame, label, n_numeric
        self.kind, self.seed = kind, seed
        self.classes = int(label.max()) + 1 if kind == "multiclass" else None
        self.place = np.empty(len(frame), dtype=np.int64)
        self.place[canonical_order(frame, label)] = np.arange(len(frame))
        self.table = Table.of(frame, label, n_numeric)
        self.interrupts = Interrupts()
        self.best_losses: dict[str, list[Floats]] = {}
        self.stop_at: float | None = None
        self.rows = 0
        self.next_candidate()

    def next_candidate(self) -> None:
        """Forget the candidate that was tried."""
        self.reason: str | None = None
        self.race = Race(self.kind)
        self.unseen: list[Floats] = []
        self.models: list[Pipeline] = []

    def in_order(self, rows: np.ndarray) -> np.ndarray:
        """Put row numbers in canonical order.

        Parameters
        ----------
        rows : numpy.ndarray of int
            Row numbers in any order and shape.

        Returns
        -------
        numpy.ndarray of int, shape (n_rows,)
        """
        rows = rows.ravel()
        return rows[np.argsort(self.place[rows])]

    def validation_rows(self, folds: Sequence[Fold]) -> npt.NDArray[np.intp]:
        """Put the validation rows of all folds one after the other, in canonical order each.

        Parameters
        ----------
        folds : sequence of (numpy.ndarray, numpy.ndarray)
            Training and validation row numbers of each fold.

        Returns
        -------
        numpy.ndarray of int, shape (n_validation_rows,)
        """
        return np.concatenate([self.in_order(np.asarray(rows)) for _, rows in folds])

    def fit(self, rows: np.ndarray, family: Family, config: Mapping[str, Any]) -> Pipeline | None:
        """Fit a candidate on some rows; where that fails, keep the reason.

        Parameters
        ----------
        rows : numpy.ndarray of int
            Row numbers.
        family : Family
            The candidate's family.
        config : mapping
            Its settings.

        Returns
        -------
        sklearn.pipeline.Pipeline or None
            None if the candidate failed or was given up, on these rows or on an earlier fold.
        """
        if not self.race.own:
            self.race = Race(self.kind, self.best_losses.get(family.name, ()))
        if self.reason is not None or self.race.lost:
            return None
        try:
            return self.fit_or_raise(rows, family, config, self.seed)
        except CANDIDATE_ERRORS as error:
            self.reason = _one_line(error)
            return None

    def fit_or_raise(
        self, rows: np.ndarray, family: Family, config: Mapping[str, Any], seed: int
    ) -> Pipeline:
        """Fit a candidate on some rows.

        Parameters
        ----------
        rows, family, config
            As for `fit`.
        seed : int
            Draws whatever the candidate draws.

        Returns
        -------
        sklearn.pipeline.Pipeline

        Raises
        ------
        ValueError, ArithmeticError, MemoryError, TimeoutError, XGBoostError
            `CANDIDATE_ERRORS`: whatever makes a candidate fail.
        """
        rows = self.in_order(rows)
        self.rows = len(rows)
        with self.interrupts.at_once(), _alarm(self.stop_at):
            return fit_in_order(
                self.frame.iloc[rows],
                self.label[rows],
                n_numeric=self.n_numeric,
                family=family,
                config=dict(config),
                seed=seed,
            )

    def loss(self, pipeline: Pipeline | None, rows: np.ndarray) -> float:
        """Judge a candidate on validation rows.

        Parameters
        ----------
        pipeline : sklearn.pipeline.Pipeline or None
            The fitted candidate.
        rows : numpy.ndarray of int
            Row numbers.

        Returns
        -------
        float
            Log loss in nats, or root mean squared error in currency units: of these rows, or
            guessed where the candidate was given up; `FAILED` where there is no candidate or no
            finite answer.
        """
        if self.race.lost:
            return self.race.estimate()
        if pipeline is None:
            return FAILED
        rows = self.in_order(rows)
        try:
            predicted = predict(pipeline, self.frame.iloc[rows], self.kind, self.classes)
            losses = row_losses(self.label[rows], predicted, self.kind)
        except ValueError as error:
            self.reason = _one_line(error)
            return FAILED
        self.unseen.append(predicted)
        self.models.append(pipeline)
        return self.race.run(losses)


def _one_line(error: BaseException) -> str:
    # Without a full stop, since sentences are made around it.
    text = " ".join(str(error).split())[:300].rstrip(".")
    return text or type(error).__name__


@contextmanager
def _alarm(stop_at: float | None) -> Iterator[None]:
    # Signals reach the main thread alone; elsewhere a candidate cannot be cut short.
    if stop_at is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGALRM, _raise_timeout)
    left, interval = signal.setitimer(signal.ITIMER_REAL, max(stop_at - time.monotonic(), 0.01))
    started = time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            still_left = max(left - (time.monotonic() - started), 0.01)
            signal.setitimer(signal.ITIMER_REAL, still_left, interval)


def _raise_timeout(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
    if called_from_c(frame):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        return
    raise TimeoutError("not finished when its time was up")
