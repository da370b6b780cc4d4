"""What a data scientist would try first: XGBoost with ordinary settings, nothing searched."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.preprocessing import OrdinalEncoder
from xgboost import XGBClassifier, XGBRegressor

from benchmarks.accuracy.measures import Floats
from clickstream.scoring import FeatureBatch

__all__ = ["PLAIN", "as_matrices", "plain_xgboost"]

_SETTINGS = {"n_estimators": 200, "learning_rate": 0.05, "max_depth": 4}
PLAIN = "XGBoost of " + ", ".join(f"{name} {value}" for name, value in _SETTINGS.items())
"""What a page says of it."""


def plain_xgboost(kind: str, training: Floats, label: Floats, testing: Floats) -> Floats:
    """Fit on one matrix and predict another.

    Parameters
    ----------
    kind : {'conversion', 'revenue'}
        A chance or an amount.
    training, testing : ndarray of float, shapes (N, inputs) and (M, inputs)
        NaN where missing.
    label : ndarray of float, shape (N,)
        What happened.
    """
    settings: dict[str, Any] = _SETTINGS | {"random_state": 0, "n_jobs": 2}
    if kind == "revenue":
        return np.asarray(XGBRegressor(**settings).fit(training, label).predict(testing), float)
    model = XGBClassifier(**settings).fit(training, label)
    return np.asarray(model.predict_proba(testing)[:, 1], float)


def as_matrices(
    training: FeatureBatch, testing: FeatureBatch
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """A bundle's inputs as two matrices, strings as numbers in the order of the alphabet."""
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    encoder.fit(training.categorical)
    made = [
        np.hstack([batch.numeric, encoder.transform(batch.categorical)])
        for batch in (training, testing)
    ]
    return made[0], made[1]
