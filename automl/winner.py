"""The winner of a search: fitted again on all of training, and exported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import onnx
from sklearn.pipeline import Pipeline

from automl.export import largest_difference, to_onnx
from automl.families import fit_candidate
from automl.leaderboard import predict
from automl.search import SearchResult
from automl.splits import Fold
from automl.table import Table
from clickstream.answers import Answer
from clickstream.manifest import Parity

__all__ = ["Winner", "fit_winner", "unseen_predictions"]

_TOLERANCE = 1e-5
"""Of probabilities; of max(|prediction|, mean |target|) for amounts."""


@dataclass(frozen=True)
class Winner:
    """A fitted pipeline and the graph that stands for it."""

    pipeline: Pipeline
    graph: onnx.ModelProto
    parity: Parity


def fit_winner(
    answer: Answer, result: SearchResult, training: Table, holdout: Table, seed: int
) -> Winner:
    """Fit the best candidate on all of training, export it and compare on every holdout row.

    Parameters
    ----------
    answer : Answer
        Of kind conversion or revenue.
    result : SearchResult
        Which candidate.
    training, holdout : Table
        The holdout's labels only scale the difference of amounts.
    seed : int
        Of the fit.
    """
    pipeline = _fit(answer, result, training, seed)
    strings = training.frame.shape[1] - training.n_numeric
    graph = to_onnx(pipeline, n_numeric=training.n_numeric, n_categorical=strings, kind=answer.kind)
    difference = largest_difference(
        graph,
        pipeline,
        holdout.frame,
        n_numeric=holdout.n_numeric,
        kind=answer.kind,
        mean_target=float(np.abs(holdout.label).mean()),
    )
    parity = Parity(rows=len(holdout), largest_difference=difference, tolerance=_TOLERANCE)
    return Winner(pipeline, graph, parity)


def unseen_predictions(
    answer: Answer, result: SearchResult, training: Table, folds: list[Fold], seed: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Actual and predicted of all validation rows, each by a model that did not see them."""
    actual, predicted = [], []
    for rows, validation in folds:
        pipeline = _fit(answer, result, training.rows(rows), seed)
        actual.append(training.label[validation])
        predicted.append(predict(pipeline, training.frame.iloc[validation], answer.kind))
    return np.concatenate(actual), np.concatenate(predicted)


def _fit(answer: Answer, result: SearchResult, table: Table, seed: int) -> Pipeline:
    return fit_candidate(
        table.frame,
        table.label,
        n_numeric=table.n_numeric,
        kind=answer.kind,
        family=result.family,
        config=result.config,
        seed=seed,
    )
