"""Balancing of classes for the rows being fitted, undone in the probabilities."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import RandomUnderSampler
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils import get_tags
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

__all__ = ["BALANCINGS", "BalancedClassifier", "SeveralClasses"]

BALANCINGS = ("none", "class weights", "SMOTE", "undersampling")
_NEIGHBOURS = 5


class BalancedClassifier(ClassifierMixin, BaseEstimator):
    """A classifier fitted on balanced classes that still answers with true probabilities.

    Balancing shifts the share of each class, and with it every probability. The shift is undone
    by the ratio of the true odds to the fitted odds (Elkan 2001, "The foundations of
    cost-sensitive learning", theorem 2; Saerens, Latinne and Decaestecker 2002, "Adjusting the
    outputs of a classifier to new a priori probabilities", equation 2.4), so that candidates can
    be compared by log loss whatever their balancing.

    Parameters
    ----------
    model : classifier
        What is fitted; it must have ``predict_proba`` and take ``sample_weight``.
    balancing : {"none", "class weights", "SMOTE", "undersampling"}, default "none"
        How the rows being fitted are balanced.
    random_state : int or None, default None
        The seed of the resampling.

    Attributes
    ----------
    classes_ : numpy.ndarray, shape (n_classes,)
        The labels, sorted.
    model_ : classifier
        The fitted model; its classes are positions in `classes_`.
    prior_shift_ : numpy.ndarray, shape (n_classes,)
        True share over fitted share of each class.
    """

    def __init__(
        self, model: Any, balancing: str = "none", random_state: int | None = None
    ) -> None:
        self.model = model
        self.balancing = balancing
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Balance the rows and fit the model on them.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.
        y : array-like, shape (n_rows,)
            The label, of at least two classes.

        Returns
        -------
        BalancedClassifier
            Itself.

        Raises
        ------
        ValueError
            If there is only one class, or too few rows of one for SMOTE, or if `balancing` is
            unknown.
        """
        X, y = validate_data(self, X, y, ensure_all_finite="allow-nan")
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"only one class in {len(y)} rows: {self.classes_[0]!r}")
        rows, labels, weight = self._balance(X, codes)
        fitted = np.bincount(labels, weights=weight)
        self.prior_shift_ = np.bincount(codes) / len(codes) / (fitted / fitted.sum())
        self.model_ = self._clone_for(len(rows)).fit(rows, labels, sample_weight=weight)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Give the probability of each class among rows that nobody balanced.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.

        Returns
        -------
        numpy.ndarray, shape (n_rows, n_classes)
            Probabilities, 0 to 1, each row summing to 1.
        """
        check_is_fitted(self)
        X = validate_data(self, X, ensure_all_finite="allow-nan", reset=False)
        shifted = self.model_.predict_proba(X) * self.prior_shift_
        return shifted / shifted.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> np.ndarray:
        """Give the most probable class.

        Parameters
        ----------
        X : array-like of float, shape (n_rows, n_inputs)
            The inputs.

        Returns
        -------
        numpy.ndarray, shape (n_rows,)
            Labels.
        """
        most_probable = self.predict_proba(X).argmax(axis=1)
        return self.classes_[most_probable]

    def _clone_for(self, n_rows: int) -> Any:
        model = clone(self.model)
        if getattr(model, "batch_size", 0) > n_rows:
            # It is clipped anyway, but with a warning that helps nobody.
            model.set_params(batch_size=n_rows)
        return model

    def _balance(
        self, X: np.ndarray, codes: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        if self.balancing == "none":
            return X, codes, None
        if self.balancing == "class weights":
            return X, codes, compute_sample_weight("balanced", codes)
        return *self._sampler(np.bincount(codes)).fit_resample(X, codes), None

    def _sampler(self, counts: np.ndarray) -> SMOTE | RandomUnderSampler:
        if self.balancing == "undersampling":
            return RandomUnderSampler(random_state=self.random_state)
        if self.balancing != "SMOTE":
            raise ValueError(f"unknown balancing {self.balancing!r}; known: {BALANCINGS}")
        if counts.min() < 2:
            raise ValueError("SMOTE needs at least 2 rows of each class, got 1 of the rarest")
        neighbours = min(_NEIGHBOURS, int(counts.min()) - 1)
        return SMOTE(k_neighbors=neighbours, random_state=self.random_state)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = get_tags(self.model).input_tags.allow_nan
        return tags


class SeveralClasses(BalancedClassifier):
    """The same for more classes than yes and no: its graph gives the chance of each."""
