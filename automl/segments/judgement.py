"""The release gate of segments: do the constraints hold on rows that the search never saw?"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from automl.segments.prototypes import SegmentModel
from automl.segments.quality import (
    JudgedRows,
    broken_constraints,
    draw_judged_rows,
    measure,
    row_silhouettes,
)
from automl.segments.space import canonical_order, numeric_rows
from clickstream.errors import NotAnswerable

__all__ = ["Estimate", "Judgement", "judge"]

RESAMPLES = 1_000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean over rows with its 95 % bootstrap interval, from `low` to `high`."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Judgement:
    """What the release gate sees.

    Attributes
    ----------
    rows : int
        How many holdout rows there are.
    segments : int
        How many segments are present among them.
    smallest_share : float
        Of the model's smallest segment, counting rows that fit it; 0 if it is absent.
    noise_share : float
        Share of rows that fit no segment; 0 to 1.
    silhouette : Estimate
        Mean over at most 2,000 of the rows.
    baseline : float
        The same for a random assignment of the same sizes.
    lead : Estimate
        The silhouette minus the baseline, paired by row.
    davies_bouldin, within_ss : float
        As in `Figures`.
    stability : float
        As measured in training.
    broken : tuple of str
        What stands against a release, a sentence each; empty if nothing does.
    """

    rows: int
    segments: int
    smallest_share: float
    noise_share: float
    silhouette: Estimate
    baseline: float
    lead: Estimate
    davies_bouldin: float
    within_ss: float
    stability: float
    broken: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether nothing stands against a release."""
        return not self.broken


def judge(
    model: SegmentModel, stability: float, holdout: pd.DataFrame, *, seed: int = 0
) -> Judgement:
    """Judge a model on rows that the search never saw.

    Parameters
    ----------
    model : SegmentModel
        The winner.
    stability : float
        Of the winner, from the search: mean adjusted Rand index.
    holdout : pandas.DataFrame of shape (n, any)
        Holds the model's columns; the order of rows changes nothing.
    seed : int, default=0
        Of the sample, the random assignment and the bootstrap.

    Returns
    -------
    Judgement

    Raises
    ------
    clickstream.errors.InputError
        If a column is missing or holds an infinite value.
    clickstream.errors.NotAnswerable
        If the holdout has fewer than two rows.
    """
    if len(holdout) < 2:
        raise NotAnswerable(
            f"Judging segments needs at least 2 holdout rows, but there are {len(holdout)}. "
            "Bring a longer log or a larger table."
        )
    rows = model.space.transform(canonical_order(numeric_rows(holdout, model.columns)))
    judged = draw_judged_rows(rows, seed)
    labels = model.prototypes.nearest(rows)[0]
    present = len(np.unique(labels))
    measured = measure(model.prototypes, rows, judged)
    figures = replace(measured, segments=present, stability=stability)
    own, by_chance = _silhouettes(judged, labels[judged.positions], seed)
    lead = _estimate(own - by_chance, seed)
    return Judgement(
        rows=len(rows),
        segments=present,
        smallest_share=figures.smallest_share,
        noise_share=figures.noise_share,
        silhouette=_estimate(own, seed),
        baseline=float(by_chance.mean()),
        lead=lead,
        davies_bouldin=figures.davies_bouldin,
        within_ss=figures.within_ss,
        stability=stability,
        broken=(*broken_constraints(figures), *_no_better(lead)),
    )


def _silhouettes(
    judged: JudgedRows, labels: NDArray[np.int64], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Score each row in its segment, and in a random assignment of the same sizes."""
    by_chance = np.random.default_rng(seed).permutation(labels)
    return row_silhouettes(judged.distances, labels), row_silhouettes(judged.distances, by_chance)


def _estimate(values: NDArray[np.float64], seed: int) -> Estimate:
    """Average over rows; the interval is that of rows drawn anew."""
    generator = np.random.default_rng(seed)
    means = [generator.choice(values, len(values)).mean() for _ in range(RESAMPLES)]
    outside = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [outside, 1 - outside])
    return Estimate(float(values.mean()), float(low), float(high))


def _no_better(lead: Estimate) -> tuple[str, ...]:
    """Refuse what chance could do as well; NaN, where nothing was compared, is refused too."""
    if lead.low > 0:
        return ()
    return (
        f"the silhouette does not beat a random assignment of the same sizes: "
        f"ahead by {lead.low:.3f} to {lead.high:.3f}",
    )
