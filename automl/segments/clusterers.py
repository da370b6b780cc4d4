"""The three families of clusterers, each as a function from rows to labels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans

__all__ = ["FAMILIES", "LINKAGES", "NOISE", "EpsRange", "Family", "density_range"]

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]
Config = Mapping[str, Any]

NOISE = -1
"""The label that a clusterer gives to a row outside every cluster, as in scikit-learn."""

LINKAGES = ("ward", "complete", "average")
"""Single linkage is left out: it chains, and DBSCAN covers chains and knows noise besides."""

RESTARTS = 5


@dataclass(frozen=True)
class Family:
    """One way to cluster.

    Attributes
    ----------
    name : str
        As it stands in leaderboards.
    scales : bool
        Whether it can see all rows; the others see a sample.
    prototypes : int
        How many prototypes stand for one segment when new rows are served, at most.
    cluster : callable
        From rows of shape (n, d), a configuration and a seed to labels of shape (n,): 0, 1, ...
        or `NOISE`.
    """

    name: str
    scales: bool
    prototypes: int
    cluster: Callable[[Matrix, Config, int], Labels]


def _k_means(rows: Matrix, config: Config, seed: int) -> Labels:
    """Cluster by k-means; too few different rows give fewer clusters, never a warning."""
    segments = config["segments"]
    if len(np.unique(rows, axis=0)) < segments:
        return np.unique(rows, axis=0, return_inverse=True)[1].astype(np.int64)
    return KMeans(segments, n_init=RESTARTS, random_state=seed).fit_predict(rows).astype(np.int64)


def _hierarchical(rows: Matrix, config: Config, seed: int) -> Labels:  # noqa: ARG001
    tree = AgglomerativeClustering(config["segments"], linkage=config["linkage"])
    return tree.fit_predict(rows).astype(np.int64)


def _dbscan(rows: Matrix, config: Config, seed: int) -> Labels:  # noqa: ARG001
    # Brute force keeps its pace where the trees that DBSCAN would choose degrade: many columns.
    density = DBSCAN(eps=config["eps"], min_samples=config["min_samples"], algorithm="brute")
    return density.fit_predict(rows).astype(np.int64)


FAMILIES = (
    Family("k-means", scales=True, prototypes=1, cluster=_k_means),
    Family("hierarchical", scales=False, prototypes=8, cluster=_hierarchical),
    Family("dbscan", scales=False, prototypes=8, cluster=_dbscan),
)


@dataclass(frozen=True)
class EpsRange:
    """Where DBSCAN's neighbourhood radius is worth searching, in standard deviations."""

    low: float
    start: float
    high: float


def density_range(distances: Matrix, neighbours: int = 10) -> EpsRange:
    """Find the radii at which these rows go from all noise to one cluster.

    Parameters
    ----------
    distances : numpy.ndarray of float64, shape (n, n)
        Between at least two rows, not all equal.
    neighbours : int, default=10
        How many neighbours make a place dense.

    Returns
    -------
    EpsRange
        From the 5 % quantile of the distance to that neighbour up to twice its 99 % quantile,
        starting at its 90 % quantile, near the knee that Ester et al. (1996) look for.
    """
    rank = min(neighbours, len(distances) - 1)
    nearest = np.partition(distances, rank, axis=1)[:, rank]
    low, start, knee = np.quantile(nearest, [0.05, 0.9, 0.99])
    # Rows that repeat have neighbours at distance zero, and a log scale has no zero.
    high = 2 * knee if knee > 0 else float(distances.max())
    floor = high / 1000
    return EpsRange(max(low, floor), max(start, floor * 2), high)
