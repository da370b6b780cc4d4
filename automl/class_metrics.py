"""Metrics of a choice among several classes, each with a 95 % interval from a bootstrap."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from automl.metrics import class_log_losses
from automl.resampling import Resamples, ratio
from clickstream.manifest import Metric

__all__ = ["class_metrics", "confusion", "label_metrics"]

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


def class_metrics(actual: Floats, predicted: Floats, resamples: Resamples) -> dict[str, Metric]:
    """Figures of the chances of several classes.

    `macro_f1` is the mean over classes of F1, so that a rare class counts as much as a frequent
    one; a class that neither occurs nor is said counts 0. `accuracy_2` says how often the class is
    one of the two most likely.

    Parameters
    ----------
    actual : ndarray of float, shape (N,)
        Number of the class.
    predicted : ndarray of float, shape (N, classes)
        Chance of each.
    resamples : Resamples
        Over the same rows.
    """
    order = np.argsort(-predicted, axis=1, kind="stable")
    first_two = order[:, :2] == actual.astype(np.int64)[:, None]
    return label_metrics(actual, order[:, 0], predicted.shape[1], resamples) | {
        "accuracy_2": resamples.mean(first_two.any(axis=1).astype(np.float64)),
        "log_loss": resamples.mean(class_log_losses(actual, predicted)),
    }


def label_metrics(
    actual: Floats, said: Numbers, classes: int, resamples: Resamples
) -> dict[str, Metric]:
    """Figures of one class that is said, without its chance: `accuracy` and `macro_f1`.

    Parameters
    ----------
    actual : ndarray of float, shape (N,)
        Number of the class.
    said : ndarray of int, shape (N,)
        Number of the class that is said; below 0 for one that is none of them.
    classes : int
        How many there are.
    resamples : Resamples
        Over the same rows.
    """
    right = actual.astype(np.int64)
    each = range(classes)
    hits = [((right == one) & (said == one)).astype(np.float64) for one in each]
    both = [(right == one).astype(np.float64) + (said == one) for one in each]
    return {
        "accuracy": resamples.mean((said == right).astype(np.float64)),
        "macro_f1": resamples.of_sums(_macro_f1, *hits, *both),
    }


def _macro_f1(*sums: Floats) -> Floats:
    """From the hits of all classes, and after them how often each was right or said."""
    half = len(sums) // 2
    each = [ratio(2 * hits, both) for hits, both in zip(sums[:half], sums[half:], strict=True)]
    return np.asarray(np.mean(each, axis=0))


def confusion(actual: Floats, predicted: Floats) -> Numbers:
    """Count rows by their class, down, and by the most likely one, across.

    Parameters
    ----------
    actual, predicted
        As for `class_metrics`.

    Returns
    -------
    ndarray of int, shape (classes, classes)
    """
    classes = predicted.shape[1]
    pairs = actual.astype(np.int64) * classes + predicted.argmax(axis=1)
    counted = np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
    return np.asarray(counted, dtype=np.int64)
