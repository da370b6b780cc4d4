"""Customers with planted segments, and one served model per family."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from automl.segments import (
    SegmentSearch,
    out_of_time_agreements,
    search_segments,
    segment_evaluation,
)
from automl.segments.clusterers import FAMILIES, Sample
from automl.segments.prototypes import SegmentModel, find_prototypes, map_axes
from automl.segments.space import ReferenceSpace

SIZES = (240, 160, 120, 80)
CENTRES = np.array([[0.0, 0.0, 0.0], [9.0, 0.0, 3.0], [0.0, 9.0, -3.0], [9.0, 9.0, 9.0]])
CONFIGS = {
    "k-means": {"segments": 4, "init": "k-means++", "restarts": 5},
    "hierarchical": {"segments": 4, "linkage": "ward"},
    "dbscan": {"eps": 0.5, "min_samples": 8},
}


def planted(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    generator = np.random.default_rng(seed)
    truth = np.repeat(np.arange(1, 5), SIZES)
    values = CENTRES[truth - 1] + generator.normal(0, 1, (len(truth), 3))
    frame = pd.DataFrame(values, columns=["recency", "orders", "views"], dtype="float32")
    return frame, truth


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Cluster on one thread as a search does; small fits lose time by waiting for others."""
    with threadpool_limits(limits=1):
        yield


@pytest.fixture(scope="session")
def blobs() -> tuple[pd.DataFrame, np.ndarray]:
    """Four round segments of 240, 160, 120 and 80 rows, and which row is in which."""
    return planted(1)


@pytest.fixture(scope="session")
def fresh_blobs() -> tuple[pd.DataFrame, np.ndarray]:
    """Other customers of the same four segments."""
    return planted(2)


@pytest.fixture(scope="session")
def search(blobs) -> SegmentSearch:
    """A short search for the four segments."""
    return search_segments(blobs[0], trials=9, seed=5)


@pytest.fixture(scope="session")
def evaluation(search, blobs, fresh_blobs) -> dict[str, Any]:
    """What is told of that search."""
    model = search.winner.model
    agreements = out_of_time_agreements(search.kept, model, fresh_blobs[0], size=600)
    names = {number: f"group {number}" for number in range(1, 5)}
    return segment_evaluation(search, search.winner, agreements, blobs[0], names=names, later=True)


@pytest.fixture(scope="session")
def shop() -> pd.DataFrame:
    """Customers with skewed amounts, counts, a constant column and missing values."""
    generator = np.random.default_rng(3)
    kind = generator.integers(3, size=900)
    spend = np.array([10.0, 90.0, 800.0])[kind] * generator.lognormal(0, 0.3, 900)
    frame = pd.DataFrame(
        {
            "spend": spend,
            "orders": generator.poisson(np.array([1, 4, 12])[kind]),
            "balance": generator.normal(np.array([-2, 0, 2])[kind], 0.4),
            "always": 1.0,
        }
    ).astype("float32")
    frame.loc[generator.random(900) < 0.08, "spend"] = np.nan
    return frame


@pytest.fixture(scope="session")
def serve() -> Callable[[pd.DataFrame, str], SegmentModel]:
    """Fit one family on a frame, without a search."""

    def fit(frame: pd.DataFrame, name: str) -> SegmentModel:
        family = next(family for family in FAMILIES if family.name == name)
        values = frame.to_numpy(np.float32)
        space = ReferenceSpace().fit(values)
        rows = space.transform(values)
        labels = family.cluster(Sample(rows), CONFIGS[name], 0)
        prototypes = find_prototypes(rows, labels, family, 0)
        return SegmentModel(name, tuple(frame.columns), space, prototypes, map_axes(rows))

    return fit
