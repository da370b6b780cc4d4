"""Every feature is in the catalogue, lies within its range, and is on the page of features."""

from __future__ import annotations

from pathlib import Path

import pytest

from clickstream.cuts import customer_cuts, session_cuts
from clickstream.features import FeatureSet, customer_features, frequent_categories
from clickstream.features.catalogue import CUSTOMER, PLACEHOLDERS, SESSION
from clickstream.features.page import features_page
from clickstream.features.session import session_features
from clickstream.tables import Dataset, store
from tests.clickstream.features.running import CONTEXT, features_of, learn

PAGE = Path(__file__).parents[3] / "docs" / "features.md"


@pytest.fixture
def session_set(shop_data: Dataset) -> FeatureSet:
    learn(shop_data)
    store(shop_data.backend, "cuts", session_cuts(shop_data.table, "time"))
    categories = frequent_categories(shop_data.table)
    return session_features(CONTEXT, "time", categories, history_days=365, lookups=True)


@pytest.fixture
def customer_set(shop_data: Dataset) -> FeatureSet:
    moments = ["2025-03-01", "2025-06-01"]
    store(shop_data.backend, "cuts", customer_cuts(shop_data.table, moments, 365))
    return customer_features(CONTEXT, 365, frequent_categories(shop_data.table))


@pytest.mark.parametrize("scope", ["session", "customer"])
def test_values_lie_within_the_range_of_their_feature(shop_data, request, scope) -> None:
    features: FeatureSet = request.getfixturevalue(f"{scope}_set")
    found = features_of(shop_data, features)
    for feature in features.features:
        values = found[feature.name].dropna()
        assert len(values), feature.name
        if feature.lowest is not None:
            assert values.min() >= feature.lowest, feature.name
        if feature.highest is not None:
            assert values.max() <= feature.highest, feature.name


@pytest.mark.parametrize(("scope", "catalogue"), [("session", SESSION), ("customer", CUSTOMER)])
def test_the_catalogue_holds_what_there_is_and_no_more(request, scope, catalogue) -> None:
    features: FeatureSet = request.getfixturevalue(f"{scope}_set")
    marks = tuple(PLACEHOLDERS.values())
    plain = {name for name in catalogue if not any(mark in name for mark in marks)}
    names = {feature.name for feature in features.features}
    made = {
        name.replace(PLACEHOLDERS["category"], "shoes").replace(PLACEHOLDERS["column"], "device")
        for name in set(catalogue) - plain
    }
    assert plain | made <= names
    described = [feature for feature in features.features if feature.name in plain]
    assert all(feature == catalogue[feature.name] for feature in described)
    assert not any(mark in f.name + f.description for f in features.features for mark in marks)


def test_the_page_is_what_the_catalogue_gives() -> None:
    assert PAGE.read_text(encoding="utf-8") == features_page(), (
        "make it anew with: python -m clickstream.features.page docs/features.md"
    )
