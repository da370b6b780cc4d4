"""Warnings of values unlike those that a model was trained on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clickstream.manifest import AnswerManifest

__all__ = ["unlike_training"]


def unlike_training(
    numeric: npt.NDArray[np.float32],
    categorical: npt.NDArray[np.object_],
    manifest: AnswerManifest,
) -> list[list[str]]:
    """Sentences on values outside training's range or categories, per unit.

    Parameters
    ----------
    numeric : ndarray of float32, shape (N, numbers)
        NaN is no warning.
    categorical : ndarray of object, shape (N, strings)
        "" is no warning.
    manifest : AnswerManifest
        Knows what training saw; where it lists no categories, no category is a warning.
    """
    warnings: list[list[str]] = [[] for _ in numeric]
    numbers = [column for column in manifest.inputs if column.type == "number"]
    strings = [column for column in manifest.inputs if column.type == "string"]
    for column, values in zip(numbers, numeric.T, strict=True):
        low = np.float32(-np.inf if column.minimum is None else column.minimum)
        high = np.float32(np.inf if column.maximum is None else column.maximum)
        for row in np.flatnonzero((values < low) | (values > high)):
            warnings[row].append(
                f"{column.name} is {values[row]:g}, "
                f"outside the {low:g} to {high:g} seen in training"
            )
    for column, texts in zip(strings, categorical.T, strict=True):
        if column.categories is None:
            continue
        known = {"", *column.categories}
        for place, text in enumerate(texts):
            if text not in known:
                warnings[place].append(f"{column.name} {text!r} was not seen in training")
    return warnings
