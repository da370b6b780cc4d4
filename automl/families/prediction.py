"""Predictions of a fitted candidate, on one thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from automl.families.family import LabelledKind

Floats = npt.NDArray[np.float64]


def on_one_thread(predictor: Callable[[Any], Any], rows: Any) -> Floats:
    """Call a fitted model's method without threads.

    Linear algebra adds up in an order that the number of threads decides, so that figures of
    one machine would not be those of another.

    Parameters
    ----------
    predictor : callable
        Such as the bound ``predict`` of a pipeline or of its last step.
    rows : array-like, shape (n_rows, n_columns)
        What it takes.

    Returns
    -------
    numpy.ndarray of float64
        What it gives.
    """
    with threadpool_limits(1):
        return np.asarray(predictor(rows), dtype=np.float64)


def predict(
    pipeline: Pipeline, frame: pd.DataFrame, kind: LabelledKind, classes: int | None = None
) -> Floats:
    """Give the chance or the amount of each row, or the chance of each class.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        As `fit_candidate` returns it.
    frame : pandas.DataFrame, shape (n_rows, n_columns)
        The inputs, as in training.
    kind : {"conversion", "revenue", "multiclass"}
        A probability, an amount, or the probabilities of several classes.
    classes : int, optional
        How many classes there are, where the pipeline may not have seen them all.

    Returns
    -------
    numpy.ndarray of float64, shape (n_rows,)
        Probability of yes, 0 to 1, or currency units; of several classes (n_rows, classes), each
        row summing to 1.
    """
    if kind == "multiclass":
        return _of_classes(pipeline, frame, classes)
    if kind == "conversion":
        return on_one_thread(pipeline.predict_proba, frame)[:, 1]
    return on_one_thread(pipeline.predict, frame)


def _of_classes(pipeline: Pipeline, frame: pd.DataFrame, classes: int | None) -> Floats:
    """Chances in the order of the classes; those that the pipeline never saw have none."""
    known = np.asarray(pipeline.classes_, dtype=np.int64)
    chances = on_one_thread(pipeline.predict_proba, frame)
    made = np.zeros((len(frame), classes or len(known)))
    made[:, known] = chances
    return made
