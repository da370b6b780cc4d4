"""What sets each segment apart, in the columns' own units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Heatmap", "Profile", "Trait", "heatmap", "profile"]

TRAITS = 5
HEATMAP_INPUTS = 20
"""More columns than these are no picture but a table."""


@dataclass(frozen=True)
class Trait:
    """How a segment differs from everyone in one column.

    Attributes
    ----------
    input : str
        The column.
    difference : float
        Mean of the segment minus mean of all rows, in standard deviations of all rows.
    typical, typical_overall : float
        Median of the segment and of all rows, in the column's own unit.
    """

    input: str
    difference: float
    typical: float
    typical_overall: float


@dataclass(frozen=True)
class Profile:
    """One segment, described.

    Attributes
    ----------
    segment : int
        Its number.
    size : int
        How many rows it has.
    share : float
        Of all rows; 0 to 1.
    traits : tuple of Trait
        The columns that set it apart, at most five, the largest difference first.
    """

    segment: int
    size: int
    share: float
    traits: tuple[Trait, ...]


@dataclass(frozen=True)
class Heatmap:
    """All segments side by side.

    Attributes
    ----------
    inputs : tuple of str
        The columns that set segments apart, at most twenty, the largest difference first.
    segments : tuple of int
        Their numbers, in ascending order.
    differences : tuple of tuple of float
        Per segment and input, as in `Trait`; NaN where the segment knows no value.
    typical : tuple of tuple of float
        Per segment and input the median, in the column's own unit; NaN as above.
    left_out : int
        How many more columns vary.
    """

    inputs: tuple[str, ...]
    segments: tuple[int, ...]
    differences: tuple[tuple[float, ...], ...]
    typical: tuple[tuple[float, ...], ...]
    left_out: int


def profile(frame: pd.DataFrame, labels: NDArray[np.int64]) -> list[Profile]:
    """Describe every segment that occurs among the labels.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n, d)
        Numeric columns; NaN is left out of means and medians.
    labels : numpy.ndarray of int64, shape (n,)
        The segment of each row, as `SegmentModel.predict` gives them.

    Returns
    -------
    list of Profile
        In ascending order of the segment's number.

    Raises
    ------
    ValueError
        If there are not as many labels as rows.
    """
    values = _checked(frame, labels)
    overall = _Overall.of(values)
    return [
        _describe(values, labels == number, int(number), overall) for number in np.unique(labels)
    ]


def heatmap(frame: pd.DataFrame, labels: NDArray[np.int64]) -> Heatmap:
    """Compare all segments in the columns that set them apart most.

    Parameters and errors are those of `profile`.

    Returns
    -------
    Heatmap
    """
    values = _checked(frame, labels)
    overall = _Overall.of(values)
    numbers = np.unique(labels)
    members = [values[labels == number] for number in numbers]
    differences = pd.DataFrame([overall.differences(own) for own in members])
    apart = differences.abs().max().dropna().sort_values(ascending=False, kind="stable")
    shown = list(apart.index[:HEATMAP_INPUTS])
    return Heatmap(
        inputs=tuple(map(str, shown)),
        segments=tuple(map(int, numbers)),
        differences=tuple(tuple(row) for row in differences[shown].to_numpy().tolist()),
        typical=tuple(tuple(own[shown].median().tolist()) for own in members),
        left_out=len(apart) - len(shown),
    )


def _checked(frame: pd.DataFrame, labels: NDArray[np.int64]) -> pd.DataFrame:
    if len(labels) != len(frame):
        raise ValueError(f"{len(labels)} labels for {len(frame)} rows; one per row is needed")
    # Sums of float32 lose digits that a difference of means needs.
    return frame.astype(np.float64)


@dataclass(frozen=True, eq=False)
class _Overall:
    mean: pd.Series
    deviation: pd.Series
    median: pd.Series

    @classmethod
    def of(cls, values: pd.DataFrame) -> Self:
        return cls(values.mean(), values.std(ddof=0), values.median())

    def differences(self, members: pd.DataFrame) -> pd.Series:
        """In standard deviations; a column that never varies sets nobody apart."""
        varies = self.deviation > 0
        return (members.mean() - self.mean)[varies] / self.deviation[varies]


def _describe(
    values: pd.DataFrame, inside: NDArray[np.bool_], number: int, overall: _Overall
) -> Profile:
    members = values[inside]
    medians = members.median()
    known = overall.differences(members).dropna()
    largest = known.abs().sort_values(ascending=False, kind="stable").index[:TRAITS]
    traits = (
        Trait(str(name), float(by), float(medians[name]), float(overall.median[name]))
        for name, by in known.loc[largest].items()
    )
    size = int(inside.sum())
    return Profile(number, size, size / len(values), tuple(traits))
