"""The three families of clusterers, each as a function from rows to labels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import DBSCAN, KMeans

__all__ = [
    "FAMILIES",
    "INITS",
    "LINKAGES",
    "NOISE",
    "RESTARTS",
    "EpsRange",
    "Family",
    "Sample",
    "density_range",
]

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]
Config = Mapping[str, Any]

NOISE = -1
"""The label that a clusterer gives to a row outside every cluster, as in scikit-learn."""

LINKAGES = ("ward", "complete", "average")
"""Single linkage is left out: it chains, and DBSCAN covers chains and knows noise besides."""

INITS = ("k-means++", "random")
"""Where k-means starts from: other starts end in other segments, some of them better parted."""

RESTARTS = (5, 1)
"""How many starts, of which the tightest counts; the best silhouette may be another's."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows to cluster, and what is worth finding out about them only once.

    Attributes
    ----------
    rows : numpy.ndarray of float64, shape (n, d)
        In the reference space.
    """

    rows: Matrix

    @cached_property
    def different(self) -> int:
        """How many rows differ from one another."""
        return len(np.unique(self.rows, axis=0))

    @cached_property
    def _trees(self) -> dict[str, NDArray[np.int64]]:
        return {}

    def tree(self, method: str) -> NDArray[np.int64]:
        """Grow the tree of merges of one linkage, which holds the clusters of every number.

        Parameters
        ----------
        method : str
            One of `LINKAGES`.

        Returns
        -------
        numpy.ndarray of int64, shape (n - 1, 2)
            Which two are merged, the nearest first: a row below n, from n on the merge before it.
        """
        if method not in self._trees:
            self._trees[method] = linkage(self.rows, method)[:, :2].astype(np.int64)
        return self._trees[method]


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
        From a `Sample` of n rows, a configuration and a seed to labels of shape (n,): 0, 1, ...
        or `NOISE`.
    """

    name: str
    scales: bool
    prototypes: int
    cluster: Callable[[Sample, Config, int], Labels]


def _k_means(sample: Sample, config: Config, seed: int) -> Labels:
    """Cluster by k-means; too few different rows give fewer clusters, never a warning."""
    if sample.different < config["segments"]:
        return np.unique(sample.rows, axis=0, return_inverse=True)[1].astype(np.int64)
    k_means = KMeans(
        config["segments"], init=config["init"], n_init=config["restarts"], random_state=seed
    )
    return k_means.fit_predict(sample.rows).astype(np.int64)


def _hierarchical(sample: Sample, config: Config, seed: int) -> Labels:  # noqa: ARG001
    """Undo the last merges of the tree: what still hangs together is a cluster."""
    rows = len(sample.rows)
    merges = sample.tree(config["linkage"])[: max(rows - config["segments"], 0)]
    parents = np.repeat(np.arange(rows, rows + len(merges)), 2)
    edges = (np.ones(merges.size, dtype=np.int8), (parents, merges.ravel()))
    graph = coo_array(edges, shape=(2 * rows, 2 * rows))
    return connected_components(graph, directed=False)[1][:rows].astype(np.int64)


def _dbscan(sample: Sample, config: Config, seed: int) -> Labels:  # noqa: ARG001
    # Brute force keeps its pace where the trees that DBSCAN would choose degrade: many columns.
    density = DBSCAN(eps=config["eps"], min_samples=config["min_samples"], algorithm="brute")
    return density.fit_predict(sample.rows).astype(np.int64)


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
