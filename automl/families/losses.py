"""The loss that candidates are compared by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from automl.families.family import LabelledKind
from automl.metrics import class_log_losses, log_losses

Floats = npt.NDArray[np.float64]


def row_losses(actual: Floats, predicted: Floats, kind: LabelledKind) -> Floats:
    """Give the loss of each row.

    Parameters
    ----------
    actual, predicted : numpy.ndarray, shape (n_rows,)
        0 or 1 and its probability, or two amounts in currency units; or the number of a class
        and the probabilities of all, (n_rows, classes).
    kind : {"conversion", "revenue", "multiclass"}
        A probability, an amount, or the probabilities of several classes.

    Returns
    -------
    numpy.ndarray, shape (n_rows,)
        Log loss in nats, or the squared error in squared currency units.

    Raises
    ------
    ValueError
        If a prediction is not finite.
    """
    if not np.isfinite(predicted).all():
        raise ValueError("a prediction is not finite")
    if kind == "conversion":
        return log_losses(actual, predicted)
    if kind == "multiclass":
        return class_log_losses(actual, predicted)
    return np.asarray((actual - predicted) ** 2)


def fold_loss(losses: Floats, kind: LabelledKind) -> float:
    """Sum up the losses of rows.

    Parameters
    ----------
    losses : numpy.ndarray, shape (n_rows,)
        Of `row_losses`.
    kind : {"conversion", "revenue", "multiclass"}
        A probability, an amount, or the probabilities of several classes.

    Returns
    -------
    float
        Mean log loss in nats, or root mean squared error in currency units.
    """
    mean = float(losses.mean())
    return mean**0.5 if kind == "revenue" else mean
