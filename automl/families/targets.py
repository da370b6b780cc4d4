"""Forms of the spend being fitted: as it is, its logarithm, or in two parts."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted, validate_data

TARGETS = ("as it is", "log1p", "two parts", "two parts, log1p")


class _Spend(RegressorMixin, BaseEstimator):
    """What all forms share: a spend is never negative, and its inputs may be missing."""

    def _check(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        X, y = validate_data(self, X, y, y_numeric=True, ensure_all_finite="allow-nan")
        if y.min() < 0:
            raise ValueError(f"Negative values in data: a spend of {y.min():g}")
        return X, y.astype(np.float64)

    def _check_inputs(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return validate_data(self, X, ensure_all_finite="allow-nan", reset=False)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.positive_only = True
        return tags


def _amounts(model: Any, X: np.ndarray) -> np.ndarray:
    # In float64, as in the graph: large terms that cancel lose too many digits in float32.
    return model.predict(X.astype(np.float64)).astype(np.float64).ravel()


class PlainTargetRegressor(_Spend):
    """Fit the spend as it is, in units of its standard deviation; never answer below 0.

    The unit makes settings such as a lasso's penalty mean the same in every currency.

    Parameters
    ----------
    model : regressor
        What is fitted.

    Attributes
    ----------
    model_ : regressor
        The fitted model.
    unit_ : float
        Currency units in one unit of the model.
    """

    def __init__(self, model: Any) -> None:
        self.model = model

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the model on the spend.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.
        y : array-like of float, shape (n_rows,)
            Spend in currency units, at least 0.

        Returns
        -------
        PlainTargetRegressor
            Itself.

        Raises
        ------
        ValueError
            If a spend is negative.
        """
        X, y = self._check(X, y)
        self.unit_ = float(y.std()) or 1.0
        self.model_ = clone(self.model).fit(X, y / self.unit_)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Expect a spend.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.

        Returns
        -------
        numpy.ndarray, shape (n_rows,)
            Currency units, at least 0.
        """
        X = self._check_inputs(X)
        return np.maximum(_amounts(self.model_, X), 0) * self.unit_


class LogTargetRegressor(_Spend):
    """Fit log(1 + spend) and turn it back without the bias of doing so.

    The mean of logarithms turned back is a median-like amount, too small for skewed spend. It is
    corrected by the least-squares line of the spend over the amounts turned back (Mincer and
    Zarnowitz 1969, "The evaluation of economic forecasts"). Two known corrections are such lines
    too: Duan's smearing (1983) with offset = slope - 1, a ratio estimator (Snowdon 1991) with
    offset 0; the line holds both, and lets the spend itself choose. An amount turned back
    is at most the largest spend seen, since a straight line in logarithms grows exponentially.

    Parameters
    ----------
    model : regressor
        What is fitted.

    Attributes
    ----------
    model_ : regressor
        The fitted model.
    slope_, offset_ : float
        The line: a factor of at least 0, and currency units.
    largest_ : float
        Logarithm of 1 + the largest spend seen.
    """

    def __init__(self, model: Any) -> None:
        self.model = model

    def fit(self, X: Any, y: Any) -> Self:
        """Fit the model on the logarithm.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.
        y : array-like of float, shape (n_rows,)
            Spend in currency units, at least 0.

        Returns
        -------
        LogTargetRegressor
            Itself.

        Raises
        ------
        ValueError
            If a spend is negative.
        """
        X, y = self._check(X, y)
        logarithm = np.log1p(y)
        self.largest_ = float(logarithm.max())
        self.model_ = clone(self.model).fit(X, logarithm)
        self.slope_, self.offset_ = _line(self._turned_back(X), y)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Expect a spend.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.

        Returns
        -------
        numpy.ndarray, shape (n_rows,)
            Currency units, at least 0.
        """
        amounts = self._turned_back(self._check_inputs(X))
        return np.maximum(self.slope_ * amounts + self.offset_, 0)

    def _turned_back(self, X: np.ndarray) -> np.ndarray:
        return np.expm1(np.clip(_amounts(self.model_, X), 0, self.largest_))


def _line(amounts: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    spread = float(amounts.var())
    covariance = float(np.mean((amounts - amounts.mean()) * (y - y.mean())))
    slope = max(covariance / spread, 0.0) if spread > 0 else 0.0
    return slope, float(y.mean() - slope * amounts.mean())


class TwoPartRegressor(_Spend):
    """The chance of a buy times the spend expected of a buyer.

    The two-part model of Duan, Manning, Morris and Newhouse (1983), "A comparison of alternative
    models for the demand for medical care": many zeros do not pull the amounts down.

    Parameters
    ----------
    chance : classifier
        Fitted on whether anything is spent.
    amount : regressor
        Fitted on the spend of buyers alone, such as `PlainTargetRegressor`.

    Attributes
    ----------
    chance_ : classifier or None
        None where every row seen is a buyer, and the chance 1.
    amount_ : regressor
        The fitted model of a buyer's spend.
    """

    def __init__(self, chance: Any, amount: Any) -> None:
        self.chance = chance
        self.amount = amount

    def fit(self, X: Any, y: Any) -> Self:
        """Fit both parts.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.
        y : array-like of float, shape (n_rows,)
            Spend in currency units, at least 0.

        Returns
        -------
        TwoPartRegressor
            Itself.

        Raises
        ------
        ValueError
            If a spend is negative, or if nobody buys.
        """
        X, y = self._check(X, y)
        buys = y > 0
        if not buys.any():
            raise ValueError(f"nobody buys in {len(y)} rows")
        self.chance_ = None if buys.all() else clone(self.chance).fit(X, buys.astype(np.int64))
        self.amount_ = clone(self.amount).fit(X[buys], y[buys])
        return self

    def buy_probability(self, X: Any) -> np.ndarray:
        """Give the chance that anything is spent.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.

        Returns
        -------
        numpy.ndarray, shape (n_rows,)
            Probabilities, 0 to 1.
        """
        X = self._check_inputs(X)
        return np.ones(len(X)) if self.chance_ is None else self.chance_.predict_proba(X)[:, 1]

    def spend_if_buys(self, X: Any) -> np.ndarray:
        """Expect a spend, given that there is one.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.

        Returns
        -------
        numpy.ndarray, shape (n_rows,)
            Currency units, at least 0.
        """
        return self.amount_.predict(self._check_inputs(X))

    def predict(self, X: Any) -> np.ndarray:
        """Expect a spend, buyers or not.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.

        Returns
        -------
        numpy.ndarray, shape (n_rows,)
            Currency units, at least 0.
        """
        return self.buy_probability(X) * self.spend_if_buys(X)
