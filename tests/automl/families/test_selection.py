import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from automl.families.selection import UsefulInputs


@parametrize_with_checks([UsefulInputs(), UsefulInputs(keep=50)])
def test_selection_obeys_the_estimator_law(estimator, check):
    check(estimator)


def test_inputs_that_never_vary_are_dropped():
    nan = np.nan
    inputs = np.array([[1, 7, nan, 7, 0.1], [2, 7, nan, nan, 0.1], [3, 7, nan, 7, 0.1]], "f4")
    kept = UsefulInputs().fit(inputs, [0, 1, 1]).get_support()
    np.testing.assert_array_equal(kept, [True, False, False, True, False])


def test_the_inputs_most_related_to_the_label_stay():
    rng = np.random.default_rng(0)
    label = rng.normal(size=500)
    noise = rng.normal(size=(500, 4))
    inputs = noise + label[:, None] * [0, 2, 0.1, -1]
    assert UsefulInputs(keep=50).fit(inputs, label).get_support(indices=True).tolist() == [1, 3]
    assert UsefulInputs(at_most=1).fit(inputs, label).get_support(indices=True).tolist() == [1]


def test_nothing_to_keep_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="no input varies: 2 constant ones in 3 sample"):
        UsefulInputs().fit(np.ones((3, 2)), [0, 1, 0])
