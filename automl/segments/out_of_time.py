"""Would the same segments be found among later rows?"""

from collections.abc import Sequence

import pandas as pd
from threadpoolctl import threadpool_limits

from automl.segments.clusterers import FAMILIES
from automl.segments.prototypes import SegmentModel
from automl.segments.results import Kept
from automl.segments.space import canonical_order, numeric_rows
from automl.segments.stability import Resamples

__all__ = ["out_of_time_agreements"]

SAMPLES = 5
"""Fewer than for stability: this is told, but nothing hangs on it."""


def out_of_time_agreements(
    kept: Sequence[Kept], model: SegmentModel, holdout: pd.DataFrame, *, size: int, seed: int = 0
) -> tuple[float, ...]:
    """Cluster later rows anew and compare with what was found in training.

    This is measured as stability is, by `Resamples.agreement`, with the samples drawn from later
    rows: where it falls short of the stability, time has moved the segments. It chooses nothing.

    Parameters
    ----------
    kept : sequence of Kept
        The candidates.
    model : SegmentModel
        Any of the search: its columns and its reference space are those of all candidates.
    holdout : pandas.DataFrame of shape (n, any)
        Rows that the search never saw, at least one; their order changes nothing.
    size : int
        How many rows stability was measured on.
    seed : int, default=0
        Of the samples and the clusterers.

    Returns
    -------
    tuple of float
        Mean adjusted Rand index of each candidate, 1 for the same segments and about 0 for
        unrelated ones.

    Raises
    ------
    clickstream.errors.InputError
        If a column is missing or holds an infinite value.
    """
    families = {family.name: family for family in FAMILIES}
    rows = model.space.transform(canonical_order(numeric_rows(holdout, model.columns)))
    resamples = Resamples(rows, size, seed, SAMPLES)
    # One thread, as in the search, for the order in which partial sums are added.
    with threadpool_limits(limits=1):
        found = [
            resamples.agreement(
                one.prototypes, families[one.candidate.family], one.candidate.config
            )
            for one in kept
        ]
    return tuple(index for index in found if index is not None)
