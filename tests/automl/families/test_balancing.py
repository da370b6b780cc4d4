import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

from automl.families.balancing import BALANCINGS, BalancedClassifier


@parametrize_with_checks(
    [BalancedClassifier(LogisticRegression(), balancing) for balancing in ("none", "class weights")]
)
def test_balanced_classifier_obeys_the_estimator_law(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(3)
    inputs = rng.normal(size=(6000, 3)).astype(np.float32)
    chance = 1 / (1 + np.exp(-(1.5 * inputs[:, 0] - 3)))
    return inputs, (rng.random(6000) < chance).astype(np.int8), chance


@pytest.mark.parametrize("balancing", BALANCINGS)
def test_every_balancing_leaves_probabilities_true(rows, balancing):
    inputs, label, chance = rows
    model = BalancedClassifier(LogisticRegression(), balancing, random_state=0).fit(inputs, label)
    probability = model.predict_proba(inputs)
    assert ((probability >= 0) & (probability <= 1)).all()
    np.testing.assert_allclose(probability.sum(axis=1), 1, rtol=1e-6)
    assert probability[:, 1].mean() == pytest.approx(label.mean(), abs=0.012)
    assert np.abs(probability[:, 1] - chance).mean() < 0.02


@pytest.mark.parametrize("balancing", BALANCINGS[1:])
def test_the_model_itself_is_fitted_on_even_classes(rows, balancing):
    inputs, label, _ = rows
    model = BalancedClassifier(LogisticRegression(), balancing, random_state=0).fit(inputs, label)
    share = label.mean()
    np.testing.assert_allclose(model.prior_shift_, [2 * (1 - share), 2 * share], rtol=1e-6)


def test_smote_takes_as_many_neighbours_as_there_are():
    inputs = np.random.default_rng(0).normal(size=(40, 2))
    label = np.array([1] * 3 + [0] * 37)
    model = BalancedClassifier(LogisticRegression(), "SMOTE", random_state=0).fit(inputs, label)
    assert model.predict_proba(inputs).shape == (40, 2)


def test_smote_without_a_neighbour_says_so():
    label = np.array([1] + [0] * 9)
    with pytest.raises(ValueError, match="at least 2 rows of each class"):
        BalancedClassifier(LogisticRegression(), "SMOTE").fit(np.ones((10, 1)), label)


def test_unknown_balancing_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown balancing 'often'; known: .*SMOTE"):
        BalancedClassifier(LogisticRegression(), "often").fit([[1.0], [2.0]], [0, 1])
