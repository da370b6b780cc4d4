"""Least squares that stay calm where inputs repeat each other."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.utils.validation import validate_data

_SMALLEST_DIRECTION = 1e-3


class LeastSquares(LinearRegression):
    """Linear regression by the pseudo-inverse, without directions in which inputs hardly vary.

    One-hot columns always sum to one, and a click log is full of sums and counts of each other.
    Plain least squares then balances huge coefficients against each other, which float32 cannot
    add up: pipeline and ONNX graph would differ. Directions whose singular value is below a
    thousandth of the largest are left out, as in principal component regression.

    Attributes
    ----------
    coef_ : numpy.ndarray, shape (n_inputs,)
        One coefficient an input.
    intercept_ : float
        The answer at 0.
    """

    def fit(self, X: Any, y: Any, sample_weight: None = None) -> Self:  # noqa: ARG002
        """Fit the coefficients.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs, of like size.
        y : array-like of float, shape (n_rows,)
            The amount.
        sample_weight : None
            Not supported.

        Returns
        -------
        LeastSquares
            Itself.
        """
        X, y = validate_data(self, X, y, y_numeric=True, dtype=[np.float64, np.float32])
        middle, mean = X.mean(axis=0, dtype=np.float64), float(np.mean(y))
        centred = X - middle
        inverse = np.linalg.pinv(centred.T @ centred, rcond=_SMALLEST_DIRECTION**2, hermitian=True)
        self.coef_ = inverse @ (centred.T @ (y - mean))
        self.intercept_ = mean - float(middle @ self.coef_)
        return self
