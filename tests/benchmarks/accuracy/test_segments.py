"""Segments are compared with k-means in one space, on all customers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from automl.segments import search_segments
from benchmarks.accuracy.segments import compared, standardised_logs
from clickstream.sources import read_source


@pytest.fixture(scope="module")
def places(orders: Path):
    return standardised_logs(read_source([orders]))


def test_the_space_is_that_of_standardised_logarithms(places) -> None:
    np.testing.assert_allclose(places.mean(), 0, atol=1e-5)
    np.testing.assert_allclose(places.std(ddof=0), 1, atol=1e-5)
    assert list(places) == ["recency", "frequency", "monetary"]


def test_both_are_measured_by_the_silhouette_of_all_customers(places) -> None:
    found = search_segments(places, trials=12, seed=0)
    rows = list(compared(found, places.to_numpy(np.float64)))
    assert [row[0] for row in rows] == ["4", "5", "6", "7", "8"]
    for number, ours, family, _, difference, _ in rows:
        if not family:
            continue
        mine = [
            silhouette_score(places, one.prototypes.nearest(places.to_numpy(np.float64))[0])
            for one in found.kept
            if (one.candidate.family, str(one.figures.segments)) == (family, number)
        ]
        assert f"{mine[0]:.3f}" == ours
        assert float(difference) > -0.05
