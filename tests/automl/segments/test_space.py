import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from automl.segments.space import ReferenceSpace, canonical_order, numeric_rows
from clickstream.errors import InputError


@parametrize_with_checks([ReferenceSpace()])
def test_the_space_keeps_the_law_of_estimators(estimator, check):
    check(estimator)


@pytest.mark.parametrize("column", ["spend", "orders", "balance"])
def test_the_unit_of_a_column_does_not_matter(shop, column):
    other = shop.assign(**{column: shop[column] * np.float32(128)})
    there = ReferenceSpace().fit_transform(shop.to_numpy())
    assert ReferenceSpace().fit_transform(other.to_numpy()) == pytest.approx(there, abs=1e-12)


def test_training_rows_are_standardised(shop):
    rows = ReferenceSpace().fit_transform(shop.to_numpy())
    assert rows.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert rows.std(axis=0) == pytest.approx(1)


def test_only_skewed_columns_that_are_never_negative_are_logged(shop):
    shifted = shop.assign(debt=shop["spend"] - 100)
    space = ReferenceSpace().fit(shifted.to_numpy())
    named = dict(zip(shifted.columns[space.kept_], space.logged_, strict=True))
    assert named["spend"]
    assert not named["debt"]
    assert not named["balance"]


def test_the_bound_decides_what_counts_as_skewed(shop):
    assert not ReferenceSpace(skewness_bound=1e9).fit(shop.to_numpy()).logged_.any()


def test_columns_that_do_not_vary_are_dropped(shop):
    empty = shop.assign(unknown=np.float32(np.nan))
    space = ReferenceSpace().fit(empty.to_numpy())
    assert list(empty.columns[space.kept_]) == ["spend", "orders", "balance"]


def test_an_unknown_value_stands_where_the_median_stands(shop):
    space = ReferenceSpace().fit(shop.to_numpy())
    row = shop.iloc[[0]]
    unknown = space.transform(row.assign(spend=np.nan).to_numpy())
    median = space.transform(row.assign(spend=shop["spend"].median()).to_numpy())
    assert unknown == pytest.approx(median)


def test_an_amount_below_zero_that_training_never_saw_counts_as_zero(shop):
    space = ReferenceSpace().fit(shop.to_numpy())
    row = shop.iloc[[0]]
    below = space.transform(row.assign(spend=-5.0).to_numpy())
    assert below == pytest.approx(space.transform(row.assign(spend=0.0).to_numpy()))


def test_an_infinite_value_is_refused_with_its_column(shop):
    with pytest.raises(InputError, match="orders"):
        numeric_rows(shop.assign(orders=np.inf), tuple(shop.columns))


def test_a_missing_column_is_refused_with_those_that_are_there(shop):
    with pytest.raises(InputError, match=r"spend.*orders"):
        numeric_rows(shop.drop(columns="spend"), tuple(shop.columns))


def test_the_canonical_order_forgets_the_order_of_rows(shop):
    values = shop.to_numpy()
    shuffled = np.random.default_rng(0).permutation(values)
    np.testing.assert_array_equal(canonical_order(values), canonical_order(shuffled))


def test_a_frame_and_its_columns_in_another_order_are_the_same_rows(shop):
    wanted = tuple(shop.columns)
    turned: pd.DataFrame = shop[list(reversed(wanted))]
    np.testing.assert_array_equal(numeric_rows(turned, wanted), numeric_rows(shop, wanted))
