"""Words for a family's search space, free of the search engine that walks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

Value: TypeAlias = str | int | float
Config: TypeAlias = dict[str, Value]


@dataclass(frozen=True)
class Choice:
    """One of a few options without an order.

    Parameters
    ----------
    options : tuple of str, int or float
        What can be chosen.
    start : str, int or float
        The option that the first candidate of a family takes.
    """

    options: tuple[Value, ...]
    start: Value


@dataclass(frozen=True)
class Range:
    """A number between two bounds, both included.

    Parameters
    ----------
    low, high : float
        The bounds; both are whole numbers where `whole` is set.
    start : float
        The value that the first candidate of a family takes.
    log : bool, default False
        Whether steps are ratios instead of differences.
    whole : bool, default False
        Whether only whole numbers are allowed.
    dear : bool, default False
        Whether a larger value costs more time: the search then starts low.
    """

    low: float
    high: float
    start: float
    log: bool = False
    whole: bool = False
    dear: bool = False


Space: TypeAlias = Mapping[str, Choice | Range]


@dataclass(frozen=True)
class Table:
    """What a search space must know of the training table.

    Parameters
    ----------
    n_numeric : int
        How many numeric columns lead the table.
    n_categorical : int
        How many string columns follow them.
    has_zeros : bool
        Whether some labels are 0.
    """

    n_numeric: int
    n_categorical: int
    has_zeros: bool

    @classmethod
    def of(cls, frame: pd.DataFrame, label: np.ndarray, n_numeric: int) -> Table:
        """Describe a training table.

        Parameters
        ----------
        frame : pandas.DataFrame, shape (n_rows, n_columns)
            Its first `n_numeric` columns are numbers, the rest strings.
        label : numpy.ndarray, shape (n_rows,)
            The label of each row.
        n_numeric : int
            How many columns are numbers.

        Returns
        -------
        Table
        """
        return cls(n_numeric, frame.shape[1] - n_numeric, bool((label == 0).any()))


def start_of(space: Space) -> Config:
    """Give the config that a family is tried with first.

    Parameters
    ----------
    space : mapping of str to Choice or Range
        The search space of a family.

    Returns
    -------
    dict
        One value for each name in the space.
    """
    return {
        name: int(one.start) if isinstance(one, Range) and one.whole else one.start
        for name, one in space.items()
    }
