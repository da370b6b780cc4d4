import numpy as np
import pytest
from sklearn.base import clone

from automl.families.strings import FrequentCategories

COLUMN = np.array([["red"]] * 4 + [["blue"]] * 3 + [[""]] * 2 + [["green"]], dtype=object)


def test_fitting_twice_forgets_the_first_time_and_leaves_the_settings():
    # scikit-learn's own checks know no transformer that takes nothing but strings.
    grouped = FrequentCategories(max_categories=1).fit(COLUMN).fit(COLUMN[4:])
    assert grouped.categories_ == [["blue"]]
    assert clone(grouped).get_params() == {"missing": "own category", "max_categories": 1}


def test_rare_and_unseen_categories_get_one_name():
    grouped = FrequentCategories(max_categories=2).fit(COLUMN)
    seen = grouped.transform(np.array([["red"], ["green"], ["purple"], [""]], dtype=object))
    assert seen.ravel().tolist() == ["red", "(other)", "(other)", "(other)"]


@pytest.mark.parametrize(("missing", "name"), [("own category", ""), ("most frequent", "red")])
def test_missing_is_a_category_or_the_most_frequent(missing, name):
    grouped = FrequentCategories(missing=missing).fit(COLUMN)
    assert grouped.transform(np.array([[""]], dtype=object)).item() == name


def test_a_column_without_any_string_stays_missing():
    grouped = FrequentCategories(missing="most frequent").fit(np.array([[""], [""]], dtype=object))
    assert grouped.categories_ == [[""]]
