"""Dropping of useless inputs."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class UsefulInputs(SelectorMixin, BaseEstimator):
    """Drop inputs that never vary, then those least correlated with the label.

    Unlike scikit-learn's selectors it takes missing numbers: a missing value counts as one more
    value when asked whether an input varies, and as the mean when correlated.

    Parameters
    ----------
    keep : float, default 100
        Percentage of the varying inputs to keep, rounded up.
    at_most : int or None, default None
        An upper limit on the number of kept inputs.

    Attributes
    ----------
    scores_ : numpy.ndarray, shape (n_inputs,)
        Absolute correlation of each input with the label, 0 to 1; for a label of two classes
        and for an amount alike its order is that of the F test.
    kept_ : numpy.ndarray of bool, shape (n_inputs,)
        Which inputs stay.
    """

    def __init__(self, keep: float = 100, at_most: int | None = None) -> None:
        self.keep = keep
        self.at_most = at_most

    def fit(self, X: Any, y: Any) -> Self:
        """Learn which inputs to keep.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs; may hold NaN.
        y : array-like, shape (n_rows,)
            The label.

        Returns
        -------
        UsefulInputs
            Itself.

        Raises
        ------
        ValueError
            If no input varies.
        """
        X, y = validate_data(self, X, y, dtype="numeric", ensure_all_finite="allow-nan")
        varies = _varies(X)
        if not varies.any():
            raise ValueError(f"no input varies: {X.shape[1]} constant ones in {len(X)} sample(s)")
        _, codes = np.unique(y, return_inverse=True)
        self.scores_ = _correlations(X, y if y.dtype.kind in "fiub" else codes)
        order = np.argsort(np.where(varies, -self.scores_, np.inf), kind="stable")
        self.kept_ = np.zeros(X.shape[1], dtype=bool)
        self.kept_[order[: self._count(int(varies.sum()))]] = True
        return self

    def _count(self, n_varying: int) -> int:
        count = int(np.ceil(n_varying * self.keep / 100))
        return max(1, count if self.at_most is None else min(count, self.at_most))

    def _get_support_mask(self) -> np.ndarray:
        check_is_fitted(self)
        return self.kept_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags


def _varies(X: np.ndarray) -> np.ndarray:
    # In a column of NaN all comparisons are false: it never varies, unless a number stands there.
    missing = np.isnan(X)
    low = np.where(missing, np.inf, X).min(axis=0)
    high = np.where(missing, -np.inf, X).max(axis=0)
    return (low < high) | (missing.any(axis=0) & ~missing.all(axis=0))


def _correlations(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    known = ~np.isnan(X)
    values = np.where(known, X, 0).astype(np.float64)
    means = values.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, values - means, 0)
    label = y.astype(np.float64) - y.mean()
    size = np.sqrt((centred**2).sum(axis=0) * (label**2).sum())
    return np.abs(label @ centred) / np.where(size > 0, size, 1)
