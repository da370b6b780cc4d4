"""Figures of an order of rows, under many weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Ranking"]

Floats = npt.NDArray[np.float64]


class Ranking:
    """Rows in the order of a prediction, highest first; equal ones stand together.

    Scikit-learn's own figures sort and check the rows anew for every sample of a bootstrap.

    Parameters
    ----------
    predicted : ndarray of float, shape (N,)
        What ranks the rows.
    """

    def __init__(self, predicted: Floats) -> None:
        self._order = np.argsort(-predicted, kind="stable")
        ranked = predicted[self._order]
        self._ties_end = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)

    def reached(self, actual: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """What is found among the rows ranked up to each distinct prediction.

        Parameters
        ----------
        actual : ndarray of float, shape (N,)
            0 or 1, or amounts.
        weights : ndarray of float, shape (N,)
            How often each row counts.

        Returns
        -------
        found, rows : ndarray of float, shape (distinct predictions,)
            Sum of actual, and of weights.
        """
        drawn = weights[self._order]
        found = np.cumsum(drawn * actual[self._order])[self._ties_end]
        return found, np.cumsum(drawn)[self._ties_end]

    def of_chances(self, actual: Floats, weights: Floats) -> dict[str, float]:
        """ROC AUC, average precision, and the lift of the tenth of rows ranked highest.

        Parameters
        ----------
        actual : ndarray of float, shape (N,)
            0 or 1, both of which must be drawn.
        weights : ndarray of float, shape (N,)
            How often each row counts.
        """
        yes, rows = self.reached(actual, weights)
        no = rows - yes
        precision = yes / np.maximum(rows, np.finfo(np.float64).tiny)
        # Summed without BLAS, whose threads take longer to meet than so few rows take to add.
        average = np.sum(np.diff(yes, prepend=0) * precision) / yes[-1]
        return {
            "roc_auc": float(np.trapezoid(np.append(0, yes), np.append(0, no)) / yes[-1] / no[-1]),
            "average_precision": float(average),
            "lift_top_decile": float(_gained(yes, rows, np.array([0.1]))[0] / 0.1),
        }

    def gains(self, actual: Floats, shares: Floats) -> Floats:
        """Share of all that is found among the first rows; rows of equal rank count in part.

        Parameters
        ----------
        actual : ndarray of float, shape (N,)
            0 or 1, or amounts.
        shares : ndarray of float, shape (M,)
            Of all rows, 0 to 1.

        Returns
        -------
        ndarray of float, shape (M,)
            0 to 1.
        """
        return _gained(*self.reached(actual, np.ones(len(actual))), shares)

    def concentration(self, actual: Floats, weights: Floats) -> float:
        """How much of an amount the rows ranked first hold: 0 for chance, a Gini coefficient.

        Parameters
        ----------
        actual : ndarray of float, shape (N,)
            Amounts, not all 0.
        weights : ndarray of float, shape (N,)
            How often each row counts.
        """
        found, rows = self.reached(actual, weights)
        area = np.trapezoid(np.append(0, found), np.append(0, rows)) / found[-1] / rows[-1]
        return float(2 * area - 1)


def _gained(found: Floats, rows: Floats, shares: Floats) -> Floats:
    gained = np.interp(shares * rows[-1], np.append(0, rows), np.append(0, found))
    return np.asarray(gained / found[-1])
