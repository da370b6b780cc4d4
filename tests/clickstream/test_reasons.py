"""Reasons are Shapley values: they add up, and say nothing of what the model does not use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clickstream.bundle import Bundle, open_bundle
from clickstream.reasons import BACKGROUND_ROWS, MAX_TOPICS, OTHERS, Explainer
from clickstream.scoring import FeatureBatch, Scorer
from tests.services import hand_made


class Sum:
    """A graph whose value is a weighted sum of its numbers; strings do nothing."""

    def __init__(self, weights: np.ndarray) -> None:
        self.weights = weights

    def outputs(self, batch: FeatureBatch) -> dict[str, Any]:
        return {"value": batch.numeric @ self.weights}


def unit(clicks: float, basket: float, category: str) -> FeatureBatch:
    numeric = np.array([[clicks, basket]], np.float32)
    return FeatureBatch(["u"], numeric, np.array([[category]], object))


def effects(explainer: Explainer, batch: FeatureBatch, place: int = 0) -> dict[str, float]:
    found = explainer.reasons(batch, place)
    return {one.topic.name: one.effect for one in found.reasons}


@pytest.fixture(scope="module")
def purchase(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return hand_made.purchase_bundle(tmp_path_factory.mktemp("bundles") / "purchase")


def test_of_a_sum_each_input_has_its_weight_times_its_distance_from_the_mean(purchase) -> None:
    weights = np.array([0.5, 0.01])
    explainer = Explainer(purchase, "purchase", Sum(weights))
    found = effects(explainer, unit(10, 400, "shoes"))
    background = explainer._background.numeric.mean(axis=0)
    assert found["clicks"] == pytest.approx(0.5 * (10 - background[0]), rel=1e-5)
    assert found["basket"] == pytest.approx(0.01 * (400 - background[1]), rel=1e-5)
    assert found["last_category"] == 0


def test_base_and_effects_add_up_and_the_largest_comes_first(purchase) -> None:
    graph = Scorer(purchase).graphs["purchase"]
    batch = unit(5, 100, "shoes")
    found = Explainer(purchase, "purchase", graph).reasons(batch, 0)
    sizes = [abs(one.effect) for one in found.reasons]
    assert sizes == sorted(sizes, reverse=True)
    value = float(graph.outputs(batch)["value"][0].item())
    assert found.base + sum(one.effect for one in found.reasons) == pytest.approx(value, abs=1e-6)


def test_values_are_the_units_and_what_is_missing_is_left_out(purchase) -> None:
    explainer = Explainer(purchase, "purchase", Sum(np.array([1.0, 0.0])))
    found = explainer.reasons(unit(3, np.nan, ""), 0).reasons
    assert {one.topic.name: dict(one.values) for one in found} == {
        "clicks": {"clicks": 3.0},
        "basket": {},
        "last_category": {},
    }


def test_equal_units_have_equal_reasons_whatever_their_company(purchase) -> None:
    graph = Scorer(purchase).graphs["purchase"]
    explainer = Explainer(purchase, "purchase", graph)
    one, other = unit(5, 100, "shoes"), unit(2, 10, "hats")
    both = FeatureBatch(
        ["a", "b"],
        np.concatenate([other.numeric, one.numeric]),
        np.concatenate([other.categorical, one.categorical]),
    )
    alone, together = effects(explainer, one), effects(explainer, both, 1)
    assert together == pytest.approx(alone, abs=1e-6)


def test_inputs_of_a_topic_are_told_together(tmp_path) -> None:
    bundle = hand_made.topic_bundle(tmp_path / "bundle")
    graph = Scorer(bundle).graphs["purchase"]
    found = Explainer(bundle, "purchase", graph).reasons(unit(5, 100, "hats"), 0).reasons
    assert {one.topic.name for one in found} == {"the visit", "last_category"}


@pytest.mark.parametrize("task", ["conversion", "revenue", "segmentation"])
def test_reasons_of_trained_bundles_add_up_to_what_is_explained(trained: Path, task: str) -> None:
    bundle = open_bundle(trained / task)
    scorer = Scorer(bundle)
    for name in bundle.manifest.answers:
        units = bundle.example(name, 5)["units"]
        batch = scorer.unit_features(name, units)
        explainer = Explainer(bundle, name, scorer.graphs[name])
        assert len(explainer.topics) <= MAX_TOPICS
        said = scorer.predict(name, batch).outputs
        for place in range(len(units)):
            found = explainer.reasons(batch, place)
            total = found.base + sum(one.effect for one in found.reasons)
            assert total == pytest.approx(explained(said, place), abs=1e-4, rel=1e-4), name


def explained(outputs: dict[str, Any], place: int) -> float:
    if "segment" in outputs:
        return 1.0
    return float(np.max(outputs["value"][place]))


def test_of_many_columns_those_that_move_least_become_one_topic(tmp_path: Path) -> None:
    bundle = hand_made.wide_bundle(tmp_path / "bundle", columns=15)
    topics = Explainer(bundle, "purchase", Scorer(bundle).graphs["purchase"]).topics
    assert len(topics) == MAX_TOPICS
    assert topics[-1].name == OTHERS
    told = [one.name for one in topics[-1].inputs]
    assert told == ["column_00", "column_01", "column_02", "column_03"]


def test_the_background_is_as_large_as_said(purchase) -> None:
    explainer = Explainer(purchase, "purchase", Sum(np.array([1.0, 1.0])))
    assert len(explainer._background) == BACKGROUND_ROWS
