"""String columns before they are encoded: missing ones filled, rare and unseen ones grouped."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

MISSING = ""
OTHER = "(other)"


class FrequentCategories(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Keep the frequent categories of each column and call all others one name.

    scikit-learn's encoders group rare categories too, but the ONNX converters of their grouping
    are missing (one-hot) or wrong (ordinal), so that the grouping stands here, by itself.

    Parameters
    ----------
    missing : {"own category", "most frequent"}, default "own category"
        Whether "" stays a category or is taken for the most frequent one of its column.
    max_categories : int, default 20
        How many categories a column keeps; ties go to the first in alphabetical order.

    Attributes
    ----------
    categories_ : list of list of str
        The kept categories of each column, sorted.
    fill_ : list of str
        What stands for "" in each column.
    """

    def __init__(self, missing: str = "own category", max_categories: int = 20) -> None:
        self.missing = missing
        self.max_categories = max_categories

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Learn the frequent categories.

        Parameters
        ----------
        X : array-like of str, shape (n_rows, n_columns)
            Strings, "" where a value is missing.
        y : None
            Ignored.

        Returns
        -------
        FrequentCategories
            Itself.
        """
        strings = self._strings(X, reset=True)
        self.fill_, self.categories_ = [], []
        for column in strings.T:
            fill, categories = self._learn(column)
            self.fill_.append(fill)
            self.categories_.append(categories)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Replace what is missing, rare or unseen.

        Parameters
        ----------
        X : array-like of str, shape (n_rows, n_columns)
            Strings, "" where a value is missing.

        Returns
        -------
        numpy.ndarray of object, shape (n_rows, n_columns)
            Only kept categories and "(other)".
        """
        check_is_fitted(self)
        strings = self._strings(X, reset=False)
        replaced = np.empty(strings.shape, dtype=object)
        for index, names in enumerate(self.names()):
            column = pd.Series(strings[:, index])
            replaced[:, index] = column.map(names).fillna(OTHER).to_numpy(dtype=object)
        return replaced

    def names(self) -> list[dict[str, str]]:
        """Give each column's mapping of strings to names; all other strings are "(other)".

        Returns
        -------
        list of dict
            One mapping a column.
        """
        mappings = []
        for fill, categories in zip(self.fill_, self.categories_, strict=True):
            mapping = {category: category for category in categories}
            mappings.append(mapping if fill == MISSING else {**mapping, MISSING: fill})
        return mappings

    def _learn(self, column: np.ndarray) -> tuple[str, list[str]]:
        found, counts = np.unique(column.astype(str), return_counts=True)
        if self.missing == "most frequent" and (found != MISSING).any():
            counts, found = counts[found != MISSING], found[found != MISSING]
            fill = str(found[counts.argmax()])
        else:
            fill = MISSING
        frequent = np.argsort(-counts, kind="stable")[: self.max_categories]
        return fill, sorted(str(category) for category in found[frequent])

    def _strings(self, X: Any, *, reset: bool) -> np.ndarray:
        return validate_data(self, X, dtype=object, ensure_all_finite=False, reset=reset)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.two_d_array = False
        tags.input_tags.allow_nan = True
        return tags
