"""Warnings of values unlike those that a model was trained on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from clickstream.manifest import AnswerManifest

__all__ = ["TrainingRanges"]


class TrainingRanges:
    """What training saw of each input.

    Parameters
    ----------
    manifest : AnswerManifest
        Where it lists no categories, none is unlike those of training.
    """

    def __init__(self, manifest: AnswerManifest) -> None:
        self._numbers = [column for column in manifest.inputs if column.type == "number"]
        self._strings = [column for column in manifest.inputs if column.type == "string"]
        lows = [-np.inf if one.minimum is None else one.minimum for one in self._numbers]
        highs = [np.inf if one.maximum is None else one.maximum for one in self._numbers]
        self._lows, self._highs = np.array(lows, np.float32), np.array(highs, np.float32)
        self._known = [
            None if column.categories is None else frozenset(("", *column.categories))
            for column in self._strings
        ]

    def warnings(
        self, numeric: npt.NDArray[np.float32], categorical: npt.NDArray[np.object_]
    ) -> list[list[str]]:
        """Sentences on values outside training's range or categories, per unit.

        Parameters
        ----------
        numeric : ndarray of float32, shape (N, numbers)
            NaN is no warning.
        categorical : ndarray of object, shape (N, strings)
            "" is no warning.
        """
        found: list[list[str]] = [[] for _ in numeric]
        outside = (numeric < self._lows) | (numeric > self._highs)
        for row, place in np.argwhere(outside):
            low, high = self._lows[place], self._highs[place]
            found[row].append(
                f"{self._numbers[place].name} is {numeric[row, place]:g}, "
                f"outside the {low:g} to {high:g} seen in training"
            )
        for column, known, texts in zip(self._strings, self._known, categorical.T, strict=True):
            for row, text in enumerate(texts):
                if known is not None and text not in known:
                    found[row].append(f"{column.name} {text!r} was not seen in training")
        return found
