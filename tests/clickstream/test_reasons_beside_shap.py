"""Reasons are the Shapley values of the `shap` library, on the same model and background."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shap
from shap.utils._legacy import DenseData

from clickstream.bundle import open_bundle
from clickstream.reasons import Explainer, _columns
from clickstream.scoring import FeatureBatch, Graph, Scorer

UNITS = 2
SEEDS = 12


class Coded:
    """A graph as `shap` sees it: one matrix of numbers, in which strings are codes."""

    def __init__(self, graph: Graph, explainer: Explainer, unit: FeatureBatch) -> None:
        self._graph, background = graph, explainer._background
        strings = np.concatenate([background.categorical, unit.categorical])
        self._known = [sorted(set(column)) for column in strings.T]
        self.background = self._coded(background)
        self.unit = self._coded(unit)

    def _coded(self, batch: FeatureBatch) -> np.ndarray:
        codes = [
            [known.index(text) for text in column]
            for known, column in zip(self._known, batch.categorical.T, strict=True)
        ]
        return np.column_stack([batch.numeric.astype(np.float64), *codes])

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        numbers = rows.shape[1] - len(self._known)
        texts = [
            [known[int(code)] for code in column]
            for known, column in zip(self._known, rows[:, numbers:].T, strict=True)
        ]
        strings = np.array(texts, object).T.reshape(len(rows), len(self._known))
        batch = FeatureBatch([""] * len(rows), rows[:, :numbers].astype(np.float32), strings)
        return np.ravel(self._graph.outputs(batch)["value"]).astype(np.float64)


def exact(coded: Coded, explainer: Explainer) -> np.ndarray:
    """Every subset of topics, by `shap`."""
    columns = _columns(explainer.topics, explainer._inputs)
    topics = len(explainer.topics)
    groups = [np.flatnonzero(columns == topic) for topic in range(topics)]
    names = [topic.name for topic in explainer.topics]
    data = DenseData(coded.background, names, groups)
    found = shap.KernelExplainer(coded, data)
    return np.ravel(found.shap_values(coded.unit, nsamples=2**topics, l1_reg=False, silent=True))


def estimated(explainer: Explainer, batch: FeatureBatch, place: int) -> np.ndarray:
    effects = {one.topic.name: one.effect for one in explainer.reasons(batch, place).reasons}
    return np.array([effects[topic.name] for topic in explainer.topics])


@pytest.mark.parametrize(
    ("task", "answer"), [("conversion", "purchase"), ("revenue", "session_spend")]
)
def test_reasons_are_those_of_shap_within_their_monte_carlo_error(
    trained: Path, task: str, answer: str
) -> None:
    bundle = open_bundle(trained / task)
    scorer = Scorer(bundle)
    graph = scorer.graphs[answer]
    units: list[Any] = bundle.example(answer, UNITS)["units"]
    batch = scorer.unit_features(answer, units)
    ours = Explainer(bundle, answer, graph)
    others = [Explainer(bundle, answer, graph, seed) for seed in range(100, 100 + SEEDS)]
    for place in range(len(units)):
        one = FeatureBatch(["u"], batch.numeric[[place]], batch.categorical[[place]])
        right = exact(Coded(graph, ours, one), ours)
        found = estimated(ours, batch, place)
        drawn = np.array([estimated(other, batch, place) for other in others])
        error = drawn.std(axis=0, ddof=1)
        scale = np.abs(right).max()
        assert found.sum() == pytest.approx(right.sum(), abs=1e-4 * max(scale, 1e-3))
        assert (np.abs(found - right) <= 4.5 * error + 1e-4 * scale).all()
        first, second = np.argsort(-np.abs(right))[:2]
        if np.abs(right[first]) - np.abs(right[second]) > 2 * error[[first, second]].max():
            assert np.argmax(np.abs(found)) == first
