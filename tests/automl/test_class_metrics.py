"""Figures of several classes are those of scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from automl.class_metrics import class_metrics, confusion
from automl.resampling import Resamples


@pytest.fixture(scope="module")
def said() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    actual = random.integers(4, size=500)
    chances = random.dirichlet(np.ones(4), size=500)
    chances[np.arange(500), actual] += 0.4
    return actual.astype(float), chances / chances.sum(axis=1, keepdims=True)


def test_figures_are_those_of_scikit_learn(said) -> None:
    actual, chances = said
    names = np.arange(500).astype(str)
    found = class_metrics(actual, chances, Resamples(names, 0))
    likely = chances.argmax(axis=1)
    expected = {
        "accuracy": metrics.accuracy_score(actual, likely),
        "accuracy_2": metrics.top_k_accuracy_score(actual, chances, k=2),
        "macro_f1": metrics.f1_score(actual, likely, average="macro"),
        "log_loss": metrics.log_loss(actual, chances),
    }
    for name, value in expected.items():
        assert found[name].value == pytest.approx(value)
        assert found[name].low < value < found[name].high


def test_the_confusion_counts_every_row_once(said) -> None:
    actual, chances = said
    expected = metrics.confusion_matrix(actual, chances.argmax(axis=1))
    np.testing.assert_array_equal(confusion(actual, chances), expected)


def test_a_class_that_is_never_said_counts_nothing() -> None:
    actual = np.array([0.0, 0.0, 1.0, 1.0])
    chances = np.tile([0.6, 0.3, 0.1], (4, 1))
    found = class_metrics(actual, chances, Resamples(np.array(list("abcd")), 0))
    assert found["macro_f1"].value == pytest.approx((2 * 2 / 6 + 0 + 0) / 3)
