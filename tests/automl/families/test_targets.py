import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks

from automl.families.targets import LogTargetRegressor, PlainTargetRegressor, TwoPartRegressor

FORMS = [
    PlainTargetRegressor(LinearRegression()),
    LogTargetRegressor(LinearRegression()),
    TwoPartRegressor(LogisticRegression(), LogTargetRegressor(LinearRegression())),
]


@parametrize_with_checks(FORMS)
def test_spend_regressors_obey_the_estimator_law(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def shoppers():
    rng = np.random.default_rng(5)
    inputs = rng.normal(size=(5000, 3)).astype(np.float32)
    buys = rng.random(5000) < 1 / (1 + np.exp(-(inputs[:, 0] - 1)))
    amount = np.exp(3 + 0.5 * inputs[:, 1] + 0.8 * rng.normal(size=5000))
    return inputs, np.where(buys, amount, 0.0)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
def test_expected_spend_is_never_negative_and_right_on_average(form, shoppers):
    inputs, spend = shoppers
    expected = form.fit(inputs, spend).predict(inputs)
    assert (expected >= 0).all()
    assert expected.mean() == pytest.approx(spend.mean(), rel=0.05)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
def test_a_negative_spend_is_refused(form):
    with pytest.raises(ValueError, match="Negative values in data: a spend of -3"):
        form.fit(np.ones((4, 1)), np.array([1.0, -3.0, 2.0, 0.0]))


def test_log_target_never_exceeds_by_orders_what_was_seen(shoppers):
    inputs, spend = shoppers
    model = LogTargetRegressor(LinearRegression()).fit(inputs, spend)
    ceiling = model.slope_ * spend.max() + model.offset_
    assert model.predict(inputs * 1000).max() <= ceiling * (1 + 1e-12)


def test_two_parts_multiply(shoppers):
    inputs, spend = shoppers
    model = TwoPartRegressor(
        DecisionTreeClassifier(max_leaf_nodes=8),
        PlainTargetRegressor(DecisionTreeRegressor(max_leaf_nodes=8)),
    ).fit(inputs, spend)
    product = model.buy_probability(inputs) * model.spend_if_buys(inputs)
    np.testing.assert_array_equal(model.predict(inputs), product)
    assert model.buy_probability(inputs).mean() == pytest.approx((spend > 0).mean())
    assert model.spend_if_buys(inputs).min() > 0


def test_where_everybody_buys_the_chance_is_one(shoppers):
    inputs, spend = shoppers
    model = FORMS[2].fit(inputs, spend + 1)
    assert (model.buy_probability(inputs) == 1).all()


def test_where_nobody_buys_there_is_no_spend_to_learn():
    with pytest.raises(ValueError, match="nobody buys in 3 rows"):
        FORMS[2].fit(np.ones((3, 1)), np.zeros(3))
