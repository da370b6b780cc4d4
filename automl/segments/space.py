"""The one space in which all segmentations are found, compared and served."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from clickstream.errors import InputError

__all__ = ["ReferenceSpace", "canonical_order", "numeric_rows"]

Matrix = NDArray[np.float64]


def numeric_rows(frame: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.float32]:
    """Take the named columns of a frame as the float32 matrix that the graph would get.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n, any)
        Numeric columns; NaN is allowed, infinity is not. Other columns are ignored.
    columns : sequence of str
        The columns wanted, in this order.

    Returns
    -------
    numpy.ndarray of float32, shape (n, len(columns))

    Raises
    ------
    clickstream.errors.InputError
        If a column is missing, or holds an infinite value.
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InputError(f"columns {missing} not found; the frame has {list(frame.columns)}")
    values = frame[list(columns)].to_numpy(dtype=np.float32)
    infinite = np.isinf(values).any(axis=0)
    if infinite.any():
        named = [name for name, bad in zip(columns, infinite, strict=True) if bad]
        raise InputError(f"columns {named} hold infinite values; a segment needs finite numbers")
    return values


def canonical_order(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sort rows by their values, so that no result can depend on the order in which they came.

    Parameters
    ----------
    values : numpy.ndarray of float32, shape (n, d)

    Returns
    -------
    numpy.ndarray of float32, shape (n, d)
        The same rows, by the first column, then the second, ...; NaN last.
    """
    return values[np.lexsort(values.T[::-1])]


class ReferenceSpace(TransformerMixin, BaseEstimator):
    """Impute, take the log of skewed amounts, standardise, drop constants.

    Silhouettes of different spaces do not compare, so this space is fitted once, before any
    candidate is looked at. The log is ``log(1 + x / u)`` with the column's own unit ``u``, the
    median of its positive values: prices in cents and in euros then give the same segments.
    Values below zero in a logged column, which training never saw, count as zero.

    Parameters
    ----------
    skewness_bound : float, default=1.0
        Columns that are never negative and whose skewness (third standardised moment of the
        training rows) lies above this are logged.

    Attributes
    ----------
    kept_ : numpy.ndarray of int64, shape (d,)
        Positions of the columns that vary; the others are dropped.
    medians_, units_, means_, scales_ : numpy.ndarray of float64, shape (d,)
        What replaces NaN, the unit of the log (1 where there is none), and mean and standard
        deviation after the log.
    logged_ : numpy.ndarray of bool, shape (d,)
        Which kept columns are logged.
    """

    def __init__(self, skewness_bound: float = 1.0) -> None:
        self.skewness_bound = skewness_bound

    def fit(self, X: Any, y: None = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Learn medians, logs, means and standard deviations.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Training rows; NaN is allowed.
        y : None
            Ignored.

        Returns
        -------
        ReferenceSpace
            Itself.

        Raises
        ------
        ValueError
            If there are fewer than two rows, or infinite values.
        """
        values = self._checked(X, reset=True)
        medians = _medians(values)
        imputed = np.where(np.isnan(values), medians, values)
        self.kept_ = np.flatnonzero(imputed.max(axis=0) > imputed.min(axis=0))
        self.medians_ = medians[self.kept_]
        self._fit_scales(imputed[:, self.kept_])
        return self

    def _fit_scales(self, imputed: Matrix) -> None:
        never_negative = imputed.min(axis=0, initial=0.0) >= 0
        self.logged_ = never_negative & (_skewness(imputed) > self.skewness_bound)
        self.units_ = np.where(self.logged_, _typical_positive(imputed), 1.0)
        spread = self._spread(imputed)
        self.means_ = spread.mean(axis=0)
        self.scales_ = spread.std(axis=0)

    def transform(self, X: Any) -> Matrix:
        """Bring rows into the space.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Rows with the columns of training; NaN is allowed.

        Returns
        -------
        numpy.ndarray of float64, shape (n, d)
            Standard deviations from the training mean, column by column.

        Raises
        ------
        ValueError
            If the columns differ from those of training, or a value is infinite.
        """
        check_is_fitted(self)
        values = self._checked(X, reset=False)[:, self.kept_]
        imputed = np.where(np.isnan(values), self.medians_, values)
        return (self._spread(imputed) - self.means_) / self.scales_

    def _spread(self, imputed: Matrix) -> Matrix:
        """Log the columns that are logged, and leave the others."""
        logs = np.log1p(np.maximum(imputed, 0.0) / self.units_)
        return np.where(self.logged_, logs, imputed)

    def _checked(self, X: Any, *, reset: bool) -> Matrix:
        checked: Matrix = validate_data(
            self,
            X,
            reset=reset,
            dtype=np.float64,
            ensure_all_finite="allow-nan",
            ensure_min_samples=2 if reset else 1,
        )
        return checked

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _medians(values: Matrix) -> Matrix:
    """Median of each column without NaN; 0 for a column that is NaN throughout."""
    medians = np.zeros(values.shape[1])
    known = ~np.isnan(values).all(axis=0)
    medians[known] = np.nanmedian(values[:, known], axis=0)
    return medians


def _skewness(values: Matrix) -> Matrix:
    """Third standardised moment of each column, none of them constant."""
    centred = values - values.mean(axis=0)
    return (centred**3).mean(axis=0) / values.std(axis=0) ** 3


def _typical_positive(values: Matrix) -> Matrix:
    """Median of the positive values of each column; 1 where there are none."""
    return np.array([np.median(c[c > 0]) if (c > 0).any() else 1.0 for c in values.T])
