"""What sets each segment apart, in the columns' own units."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Profile", "Trait", "profile"]

TRAITS = 5


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
    if len(labels) != len(frame):
        raise ValueError(f"{len(labels)} labels for {len(frame)} rows; one per row is needed")
    # Sums of float32 lose digits that a difference of means needs.
    values = frame.astype(np.float64)
    overall = _Overall(values.mean(), values.std(ddof=0), values.median())
    return [
        _describe(values, labels == number, int(number), overall) for number in np.unique(labels)
    ]


@dataclass(frozen=True, eq=False)
class _Overall:
    mean: pd.Series
    deviation: pd.Series
    median: pd.Series


def _describe(
    values: pd.DataFrame, inside: NDArray[np.bool_], number: int, overall: _Overall
) -> Profile:
    members = values[inside]
    medians = members.median()
    differences = _differences(members, overall)
    traits = (
        Trait(str(name), float(by), float(medians[name]), float(overall.median[name]))
        for name, by in differences.items()
    )
    size = int(inside.sum())
    return Profile(number, size, size / len(values), tuple(traits))


def _differences(members: pd.DataFrame, overall: _Overall) -> pd.Series:
    """Take the columns that differ most; a column that never varies sets nobody apart."""
    varies = overall.deviation > 0
    differences = (members.mean() - overall.mean)[varies] / overall.deviation[varies]
    known = differences.dropna()
    return known.loc[known.abs().sort_values(ascending=False, kind="stable").index[:TRAITS]]
