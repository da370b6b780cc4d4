"""The winner of a search: fitted again on all of training, calibrated, and exported."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import onnx

from automl.calibration import choose_calibration
from automl.ensemble import Ensemble, fit_ensemble
from automl.ensemble_graph import ensemble_graph
from automl.export import largest_difference
from automl.search import SearchResult
from automl.table import Table
from clickstream.answers import Answer
from clickstream.manifest import Parity

__all__ = ["Unseen", "Winner", "fit_winner"]

Floats = npt.NDArray[np.float64]

_TOLERANCE = 1e-5
"""Of probabilities; of max(|prediction|, mean |target|) for amounts."""


@dataclass(frozen=True)
class Unseen:
    """Validation rows, each predicted by models that did not see it.

    Attributes
    ----------
    actual, predicted : ndarray of float, shape (N,)
        Label and prediction.
    units : ndarray of str, shape (N,)
        Whose rows they are.
    """

    actual: Floats
    predicted: Floats
    units: npt.NDArray[np.object_]


@dataclass(frozen=True)
class Winner:
    """Fitted models, the graph that stands for them, and what they said of unseen rows.

    `fit_seconds` is the wall time of fitting them on all of training.
    """

    ensemble: Ensemble
    graph: onnx.ModelProto
    parity: Parity
    unseen: Unseen
    fit_seconds: float


def fit_winner(
    answer: Answer, result: SearchResult, training: Table, holdout: Table, seed: int
) -> Winner:
    """Fit the best candidate on all of training, export it and compare on every holdout row.

    Parameters
    ----------
    answer : Answer
        Of kind conversion or revenue.
    result : SearchResult
        Which candidate, and its predictions of validation rows, on which chances are calibrated.
    training, holdout : Table
        The holdout's labels only scale the difference of amounts.
    seed : int
        Of the first member.
    """
    unseen = _unseen(result, training)
    began = time.perf_counter()
    ensemble = fit_ensemble(result, training, answer.kind, seed)
    fit_seconds = time.perf_counter() - began
    if answer.kind == "conversion":
        found = choose_calibration(unseen.actual, unseen.predicted, unseen.units, seed)
        ensemble = ensemble.calibrated(found)
        unseen = replace(unseen, predicted=found.apply(unseen.predicted))
    strings = training.frame.shape[1] - training.n_numeric
    graph = ensemble_graph(ensemble, n_numeric=training.n_numeric, n_categorical=strings)
    return Winner(ensemble, graph, _parity(ensemble, graph, holdout), unseen, fit_seconds)


def _unseen(result: SearchResult, training: Table) -> Unseen:
    rows = result.validation_rows
    return Unseen(training.label[rows], result.unseen, training.unit_ids[rows])


def _parity(ensemble: Ensemble, graph: onnx.ModelProto, holdout: Table) -> Parity:
    difference = largest_difference(
        graph,
        ensemble.outputs(holdout.frame),
        holdout.frame,
        n_numeric=holdout.n_numeric,
        kind=ensemble.kind,
        mean_target=float(np.abs(holdout.label).mean()),
    )
    return Parity(rows=len(holdout), largest_difference=difference, tolerance=_TOLERANCE)
