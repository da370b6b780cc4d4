"""Segments as they are served: prototypes, radii and a map, whatever clusterer found them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from automl.segments.clusterers import NOISE, Family
from automl.segments.space import ReferenceSpace, numeric_rows

__all__ = ["Prototypes", "SegmentModel", "find_prototypes", "map_axes"]

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

RADIUS_QUANTILE = 0.99
SMALLEST_RADIUS = 1e-6
"""In standard deviations; a segment of equal rows has a spread of zero to divide by."""
ROWS_PER_PROTOTYPE = 5


@dataclass(frozen=True, eq=False)
class Prototypes:
    """Points that stand for segments in the reference space.

    Attributes
    ----------
    points : numpy.ndarray of float64, shape (p, d)
        Grouped by segment, in ascending order within one.
    segments : numpy.ndarray of int64, shape (p,)
        Which segment each stands for: 1, 2, ..., the largest first.
    radii : numpy.ndarray of float64, shape (p,)
        How far a row may be from the point and still fit its segment.
    """

    points: Matrix
    segments: Labels
    radii: Matrix

    @property
    def count(self) -> int:
        """How many segments there are."""
        return int(self.segments.max())

    def nearest(self, rows: Matrix) -> tuple[Labels, NDArray[np.float32]]:
        """Find each row's segment, and its distance in radii of that segment.

        Parameters
        ----------
        rows : numpy.ndarray of float64, shape (n, d)
            In the reference space.

        Returns
        -------
        segments : numpy.ndarray of int64, shape (n,)
            Of the nearest point; of points equally near, the first, so the larger segment.
        distances : numpy.ndarray of float32, shape (n,)
            Euclidean distance to it over its radius; the row fits where this is at most 1.
        """
        distances = cdist(rows, self.points)
        best = distances.argmin(axis=1)
        nearest = distances[np.arange(len(rows)), best]
        return self.segments[best], (nearest / self.radii[best]).astype(np.float32)


@dataclass(frozen=True, eq=False)
class SegmentModel:
    """What is released: a frame goes in, segment, distance and place on the map come out.

    Attributes
    ----------
    family : str
        Which family of clusterers found the segments.
    columns : tuple of str
        The inputs, in the order in which the graph takes them.
    space : ReferenceSpace
        Fitted on the training rows.
    prototypes : Prototypes
        In that space.
    axes : numpy.ndarray of float64, shape (d, 2)
        The two main directions of the training rows in that space, for `map`.
    """

    family: str
    columns: tuple[str, ...]
    space: ReferenceSpace
    prototypes: Prototypes
    axes: Matrix

    def predict(self, frame: pd.DataFrame) -> Labels:
        """Name the segment whose prototype is nearest to each row.

        A row outside the radius gets a number too: `fits` says whether it holds.

        Parameters
        ----------
        frame : pandas.DataFrame of shape (n, any)
            Holds `columns`; NaN is imputed as in training.

        Returns
        -------
        numpy.ndarray of int64, shape (n,)
            From 1, the largest segment. Of segments equally near, the larger.

        Raises
        ------
        clickstream.errors.InputError
            If a column is missing or holds an infinite value.
        """
        return self.prototypes.nearest(self.project(frame))[0]

    def distance(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """Measure how far each row is from its segment, in radii; shape (n,).

        Parameters and errors are those of `predict`. A row fits where this is at most 1.
        """
        return self.prototypes.nearest(self.project(frame))[1]

    def fits(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Say whether each row lies within the radius of its segment; shape (n,).

        Parameters and errors are those of `predict`.
        """
        return self.distance(frame) <= 1

    def map(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """Place each row on a plane, along the two main directions of training; shape (n, 2).

        Parameters and errors are those of `predict`. Units are standard deviations.
        """
        return (self.project(frame) @ self.axes).astype(np.float32)

    def project(self, frame: pd.DataFrame) -> Matrix:
        """Bring a frame into the reference space; shape (n, d).

        Parameters and errors are those of `predict`.
        """
        values = numeric_rows(frame, self.columns)
        if len(values) == 0:
            return np.empty((0, self.prototypes.points.shape[1]))
        return self.space.transform(values)


def find_prototypes(
    rows: Matrix, labels: Labels, family: Family, seed: int, served: Matrix | None = None
) -> Prototypes:
    """Replace a clusterer's labels by prototypes with radii, numbered by size.

    Several prototypes keep the shape of a segment that is not round; for k-means the one
    prototype is the centre itself. A radius is the 99 % quantile of the distances of a
    segment's rows to the nearest of its prototypes.

    Parameters
    ----------
    rows : numpy.ndarray of float64, shape (n, d)
        What the clusterer saw, in the reference space.
    labels : numpy.ndarray of int64, shape (n,)
        Its answer: at least one label other than `NOISE`.
    family : Family
        Says how many prototypes a segment may have.
    seed : int
        Of the k-means inside a segment.
    served : numpy.ndarray of float64, shape (m, d), optional
        The rows by which segments are counted and numbered; by default `rows`.

    Returns
    -------
    Prototypes
    """
    found = [rows[labels == label] for label in np.unique(labels) if label != NOISE]
    points = [_points_inside(members, family.prototypes, seed) for members in found]
    radii = [_radius(members, own) for members, own in zip(found, points, strict=True)]
    return _by_size(points, radii, rows if served is None else served)


def _points_inside(members: Matrix, most: int, seed: int) -> Matrix:
    """Place up to `most` points within a segment, in ascending order."""
    different = len(np.unique(members, axis=0))
    count = max(1, min(most, len(members) // ROWS_PER_PROTOTYPE, different))
    if count == 1:
        return members.mean(axis=0, keepdims=True)
    centres = KMeans(count, n_init=1, random_state=seed).fit(members).cluster_centers_
    return centres[np.lexsort(centres.T[::-1])]


def _radius(members: Matrix, points: Matrix) -> float:
    nearest = cdist(members, points).min(axis=1)
    return max(float(np.quantile(nearest, RADIUS_QUANTILE)), SMALLEST_RADIUS)


def _by_size(points: list[Matrix], radii: list[float], served: Matrix) -> Prototypes:
    """Number segments by the rows served to them; equally large ones by their first point."""
    owner = np.repeat(np.arange(len(points)), [len(own) for own in points])
    nearest = owner[cdist(served, np.vstack(points)).argmin(axis=1)]
    sizes = np.bincount(nearest, minlength=len(points))
    order = sorted(range(len(points)), key=lambda i: (-sizes[i], *points[i][0]))
    numbers = [np.full(len(points[i]), n) for n, i in enumerate(order, start=1)]
    spans = [np.full(len(points[i]), radii[i]) for i in order]
    return Prototypes(
        np.vstack([points[i] for i in order]),
        np.concatenate(numbers).astype(np.int64),
        np.concatenate(spans),
    )


def map_axes(rows: Matrix) -> Matrix:
    """Find the two main directions of rows in the reference space.

    Parameters
    ----------
    rows : numpy.ndarray of float64, shape (n, d)
        Standardised, so that their mean is the origin.

    Returns
    -------
    numpy.ndarray of float64, shape (d, 2)
        Unit columns, the direction of the largest variance first, the largest entry of each
        positive (a principal component has no sign of its own); with one dimension the second
        column is zero.
    """
    directions = np.linalg.eigh(rows.T @ rows)[1][:, ::-1][:, :2]
    peaks = directions[np.abs(directions).argmax(axis=0), np.arange(directions.shape[1])]
    axes = np.zeros((rows.shape[1], 2))
    axes[:, : directions.shape[1]] = directions * np.sign(peaks)
    return axes
