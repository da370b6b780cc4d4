"""Do the same segments come out of other samples, of the same rows or of later ones?"""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from automl.segments.clusterers import NOISE, Config, Family, Sample
from automl.segments.prototypes import Prototypes, find_prototypes

__all__ = ["Resamples"]

Matrix = NDArray[np.float64]

BOOTSTRAPS = 10


class Resamples:
    """Bootstrap samples of rows, the same ones for all candidates.

    Parameters
    ----------
    rows : numpy.ndarray of float64, shape (n, d)
        The rows to draw from, in the reference space.
    size : int
        How many rows each sample holds. Densities, which DBSCAN goes by, grow with it, so
        candidates are held against samples as large as the one that they come from.
    seed : int
        Of the draws.
    samples : int, default=10
        How many.
    """

    def __init__(self, rows: Matrix, size: int, seed: int, samples: int = BOOTSTRAPS) -> None:
        self._rows, self._size, self._seed, self._samples = rows, size, seed, samples

    @cached_property
    def _drawn(self) -> list[tuple[NDArray[np.int64], Sample]]:
        generators = np.random.default_rng(self._seed).spawn(self._samples)
        positions = [np.sort(one.integers(len(self._rows), size=self._size)) for one in generators]
        return [(drawn, Sample(self._rows[drawn])) for drawn in positions]

    def agreement(
        self,
        prototypes: Prototypes,
        family: Family,
        config: Config,
        out_of_time: Callable[[], bool] = lambda: False,
    ) -> float | None:
        """Cluster each sample anew and compare with the candidate.

        After Hennig (2007), "Cluster-wise assessment of cluster stability": a sample is
        clustered with the candidate's configuration and served by its own prototypes; compared
        are the rows that it holds. On the rows of training this is the candidate's stability, on
        later rows its out-of-time agreement.

        Parameters
        ----------
        prototypes : Prototypes
            The candidate.
        family : Family
            Of the candidate.
        config : mapping
            Of the candidate.
        out_of_time : callable, optional
            Asked before each sample; if it says yes, measuring is given up.

        Returns
        -------
        float or None
            Mean adjusted Rand index (Hubert and Arabie, 1985), 1 for the same segments and about
            0 for unrelated ones; a sample in which nothing was found counts 0. None if given up.
        """
        scores = []
        for drawn, sample in self._drawn:
            if out_of_time():
                return None
            labels = family.cluster(sample, config, self._seed)
            scores.append(self._compare(prototypes, family, labels, drawn, sample))
        return float(np.mean(scores))

    def _compare(
        self,
        prototypes: Prototypes,
        family: Family,
        labels: NDArray[np.int64],
        drawn: NDArray[np.int64],
        sample: Sample,
    ) -> float:
        if (labels == NOISE).all():
            return 0.0
        common = self._rows[np.unique(drawn)]
        again = find_prototypes(sample.rows, labels, family, self._seed)
        return float(adjusted_rand_score(prototypes.nearest(common)[0], again.nearest(common)[0]))
