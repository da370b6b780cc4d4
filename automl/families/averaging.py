"""Models of several seeds, averaged where that is better on validation rows."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from automl.families.candidates import family_named
from automl.families.clock import Clock
from automl.families.ledger import MOST_MEMBERS, Ledger
from automl.families.losses import fold_loss, row_losses
from automl.families.outcome import SearchResult
from automl.families.prediction import predict
from automl.families.task import CANDIDATE_ERRORS, Task
from automl.splits import Fold

Floats = npt.NDArray[np.float64]

_logger = logging.getLogger(__name__)


def choose_winner(ledger: Ledger, folds: Sequence[Fold]) -> SearchResult:
    """Take the candidate of the lowest loss, or the mean of several seeds of one close to it.

    A family that draws much at random may be behind by less than what averaging gains it.

    Parameters
    ----------
    ledger : Ledger
        With all that was tried.
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
    single, family = ledger.result(folds), ledger.to_average
    if family is None:
        return single
    mean = average(ledger.task, folds, ledger.result(folds, family), ledger.clock)
    if family == single.family or mean.loss < single.loss:
        return mean
    return replace(single, seconds=mean.seconds)


def average(task: Task, folds: Sequence[Fold], result: SearchResult, clock: Clock) -> SearchResult:
    """Take the mean of models of several seeds for the best candidate, where that is better.

    What chance adds to a model that draws rows, inputs or weights at random is averaged away
    (Breiman 1996, "Bagging predictors", though every member here sees all rows). On the
    validation rows the mean is compared with its members' average, not with the one that the
    search came upon: a lucky seed there is not a lucky one on other rows.

    Parameters
    ----------
    task : Task
        The search's training table.
    folds : sequence of (numpy.ndarray, numpy.ndarray)
        Those of the search.
    result : SearchResult
        With the predictions of one model.
    clock : Clock
        Averaging ends so early that all members can still be fitted on all of training.

    Returns
    -------
    SearchResult
        With `members`, their mean predictions and its loss; as it came where a mean is no better.
    """
    task.stop_at = clock.stop_at()
    members = [result.unseen]
    for unseen in _further(task, folds, result, clock):
        if np.array_equal(unseen, members[0]):
            break
        members.append(unseen)
    alone = np.mean([_loss(task, folds, result, member) for member in members])
    mean = np.mean(members, axis=0)
    together = _loss(task, folds, result, mean)
    if together < alone:
        result = replace(result, members=len(members), unseen=mean, loss=together)
    return replace(result, seconds=clock.seconds)


def _further(
    task: Task, folds: Sequence[Fold], result: SearchResult, clock: Clock
) -> Iterator[Floats]:
    """Predictions of the validation rows by models of one more seed after the other."""
    for member in range(1, MOST_MEMBERS):
        started = time.monotonic()
        try:
            yield _unseen(task, folds, result, task.seed + member)
        except CANDIDATE_ERRORS as error:
            _logger.info("%s, averaged over %d seeds: %s", result.family, member, error)
            return
        one_fit = (time.monotonic() - started) / len(folds)
        # The next seed's folds, and then all members on all rows.
        if clock.left is not None and clock.left < one_fit * (len(folds) + member + 2):
            return


def _unseen(task: Task, folds: Sequence[Fold], result: SearchResult, seed: int) -> Floats:
    family = family_named(result.family, task.kind)
    predicted = []
    for training, validation in folds:
        pipeline = task.fit_or_raise(np.asarray(training), family, result.config, seed)
        rows = task.in_order(np.asarray(validation))
        predicted.append(predict(pipeline, task.frame.iloc[rows], task.kind, task.classes))
    return np.concatenate(predicted)


def _loss(task: Task, folds: Sequence[Fold], result: SearchResult, predicted: Floats) -> float:
    losses = row_losses(task.label[result.validation_rows], predicted, task.kind)
    ends = np.cumsum([len(validation) for _, validation in folds])[:-1]
    return float(np.mean([fold_loss(part, task.kind) for part in np.split(losses, ends)]))
