"""How good a segmentation is as it is served, and what it must satisfy to be released."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform
from sklearn.metrics import davies_bouldin_score, silhouette_samples

from automl.segments.prototypes import Prototypes

__all__ = [
    "JUDGED_ROWS",
    "MAX_NOISE",
    "MAX_SEARCHED_NOISE",
    "MAX_SEGMENTS",
    "MIN_SEGMENTS",
    "MIN_SHARE",
    "MIN_STABILITY",
    "Figures",
    "JudgedRows",
    "broken_constraints",
    "draw_judged_rows",
    "measure",
    "row_silhouettes",
    "sample_positions",
    "wrong_count",
]

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

MIN_SEGMENTS, MAX_SEGMENTS = 3, 10
MIN_SHARE = 0.02
MIN_STABILITY = 0.75
MAX_NOISE = 0.10
MAX_SEARCHED_NOISE = 0.075
"""The more rows DBSCAN calls noise, the better it parts the others, so its best candidate would lie
at the bound; among rows that it has not seen, and later ones, more fit nothing."""
JUDGED_ROWS = 2_000
"""Silhouettes, trees and neighbourhoods cost the square of the rows, in time and in memory."""


@dataclass(frozen=True)
class Figures:
    """What a segmentation scores, all of it as served by its prototypes.

    Attributes
    ----------
    segments : int
        How many there are.
    smallest_share : float
        Share of all rows that the smallest segment holds, counting rows that fit it; 0 to 1.
    noise_share : float
        Share of rows that fit no segment; 0 to 1.
    silhouette : float
        Mean over the judged rows, those that fit nothing counted with their nearest segment;
        -1 to 1, NaN if only one segment has rows.
    davies_bouldin : float
        Over the judged rows; the lower the better, NaN as above.
    within_ss : float
        Squared distance to the mean of its segment, averaged over all rows, in squared standard
        deviations; the elbow figure.
    stability : float or None
        Mean adjusted Rand index over bootstrap samples; None where it was not measured.
    """

    segments: int
    smallest_share: float
    noise_share: float
    silhouette: float
    davies_bouldin: float
    within_ss: float
    stability: float | None = None

    def with_stability(self, stability: float) -> "Figures":
        """Return the same figures with this stability."""
        return replace(self, stability=stability)


def sample_positions(rows: int, most: int, seed: int) -> NDArray[np.int64]:
    """Draw a fixed sample of row positions, in ascending order.

    Parameters
    ----------
    rows : int
        How many there are.
    most : int
        How many may be drawn; all are taken where there are no more.
    seed : int
        Same rows, most and seed give the same sample.

    Returns
    -------
    numpy.ndarray of int64, shape (min(rows, most),)
    """
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def row_silhouettes(distances: Matrix, labels: Labels) -> Matrix:
    """Score how much nearer each row is to its own segment than to the next one.

    Parameters
    ----------
    distances : numpy.ndarray of float64, shape (n, n)
        Between the rows, Euclidean.
    labels : numpy.ndarray of int64, shape (n,)

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        Rousseeuw's silhouette (1987), -1 to 1; NaN where it is undefined, with one label only or
        a label for every row.
    """
    if not 2 <= len(np.unique(labels)) < len(labels):
        return np.full(len(labels), np.nan)
    return silhouette_samples(distances, labels, metric="precomputed")


@dataclass(frozen=True, eq=False)
class JudgedRows:
    """The fixed sample on which silhouettes compare.

    Attributes
    ----------
    positions : numpy.ndarray of int64, shape (m,)
        Where the rows stand among all rows.
    rows : numpy.ndarray of float64, shape (m, d)
        The rows, in the reference space.
    distances : numpy.ndarray of float64, shape (m, m)
        Between them, Euclidean.
    """

    positions: NDArray[np.int64]
    rows: Matrix
    distances: Matrix


def draw_judged_rows(rows: Matrix, seed: int) -> JudgedRows:
    """Draw the sample on which all candidates are judged.

    Parameters
    ----------
    rows : numpy.ndarray of float64, shape (n, d)
        All rows, in the reference space.
    seed : int

    Returns
    -------
    JudgedRows
        At most `JUDGED_ROWS` of them.
    """
    positions = sample_positions(len(rows), JUDGED_ROWS, seed)
    return JudgedRows(positions, rows[positions], squareform(pdist(rows[positions])))


def measure(prototypes: Prototypes, rows: Matrix, judged: JudgedRows) -> Figures:
    """Score a segmentation by the rows that it serves.

    Parameters
    ----------
    prototypes : Prototypes
        The candidate.
    rows : numpy.ndarray of float64, shape (n, d)
        All rows, in the reference space.
    judged : JudgedRows
        The rows for silhouette and Davies-Bouldin, the same for all candidates.

    Returns
    -------
    Figures
        Without stability.
    """
    labels, distances = prototypes.nearest(rows)
    inside = distances <= 1
    sizes = np.bincount(labels[inside], minlength=prototypes.count + 1)[1:]
    sample = labels[judged.positions]
    return Figures(
        segments=prototypes.count,
        smallest_share=float(sizes.min() / len(rows)),
        noise_share=float(1 - inside.mean()),
        silhouette=float(row_silhouettes(judged.distances, sample).mean()),
        davies_bouldin=_davies_bouldin(judged.rows, sample),
        within_ss=_within_ss(rows, labels),
    )


def _davies_bouldin(rows: Matrix, labels: Labels) -> float:
    if not 2 <= len(np.unique(labels)) < len(labels):
        return float("nan")
    return float(davies_bouldin_score(rows, labels))


def _within_ss(rows: Matrix, labels: Labels) -> float:
    groups = (rows[labels == label] for label in np.unique(labels))
    total = sum(((own - own.mean(axis=0)) ** 2).sum() for own in groups)
    return float(total / len(rows))


def wrong_count(segments: int) -> tuple[str, ...]:
    """Say what is wrong with this number of segments: one sentence, or none if it will do."""
    if MIN_SEGMENTS <= segments <= MAX_SEGMENTS:
        return ()
    return (f"{segments} segments; {MIN_SEGMENTS} to {MAX_SEGMENTS} are of use",)


def broken_constraints(figures: Figures, max_noise: float = MAX_NOISE) -> tuple[str, ...]:
    """List the constraints of the release gate that these figures break.

    Parameters
    ----------
    figures : Figures
        Stability is judged only where it was measured.
    max_noise : float, default=0.1
        The share of rows that may fit no segment. A search asks for less than the gate.

    Returns
    -------
    tuple of str
        One sentence each, with the figure and its bound; empty if all hold.
    """
    return (
        *wrong_count(figures.segments),
        *_small(figures.smallest_share),
        *_noisy(figures.noise_share, max_noise),
        *_unstable(figures.stability),
    )


def _small(share: float) -> tuple[str, ...]:
    if share >= MIN_SHARE:
        return ()
    return (f"the smallest segment holds {share:.2%} of the rows; at least {MIN_SHARE:.0%} must",)


def _noisy(share: float, most: float) -> tuple[str, ...]:
    if share <= most:
        return ()
    return (f"{share:.2%} of the rows fit no segment; at most {100 * most:g}% may",)


def _unstable(index: float | None) -> tuple[str, ...]:
    if index is None or index >= MIN_STABILITY:
        return ()
    return (
        f"other samples of the same rows give other segments: stability {index:.3f}; "
        f"at least {MIN_STABILITY} is needed",
    )
