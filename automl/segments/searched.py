"""The rows of one search, in canonical order and in the reference space."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from automl.segments.clusterers import FAMILIES, EpsRange, Family, Sample, density_range
from automl.segments.quality import JudgedRows, draw_judged_rows, sample_positions
from automl.segments.space import ReferenceSpace, canonical_order, numeric_rows
from automl.segments.stability import Resamples
from clickstream.errors import NotAnswerable

__all__ = ["SearchedRows", "prepare_search"]

SEARCHED_ROWS = 20_000
"""A bound on what one k-means trial costs, so that a budget holds for any number of rows."""
FEWEST_ROWS = 150
"""Three segments of fifty, the fewest that any answer is trained on."""


@dataclass(frozen=True, eq=False)
class SearchedRows:
    """What the candidates of one search see, and what they are judged on.

    Attributes
    ----------
    columns : tuple of str
        The inputs.
    space : ReferenceSpace
        Fitted on all rows.
    total : int
        How many rows there are.
    all : Sample
        All rows, or 20,000 of them, for clusterers whose cost grows with the rows.
    few : Sample
        The judged rows, for clusterers whose cost grows with the square of the rows.
    judged : JudgedRows
        2,000 of the rows at most.
    resamples : Resamples
        Of the judged rows.
    eps : EpsRange
        Bounds of DBSCAN's radius.
    """

    columns: tuple[str, ...]
    space: ReferenceSpace
    total: int
    all: Sample
    few: Sample
    judged: JudgedRows
    resamples: Resamples
    eps: EpsRange

    def seen_by(self, family: Family) -> Sample:
        """What a family clusters."""
        return self.all if family.scales else self.few

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each family sees, and under `judged` how many the figures come from."""
        seen = {family.name: len(self.seen_by(family).rows) for family in FAMILIES}
        return seen | {"judged": len(self.judged.rows)}


def prepare_search(frame: pd.DataFrame, seed: int) -> SearchedRows:
    """Fit the reference space and draw the samples, before any candidate is looked at.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n, d)
        As for `search_segments`.
    seed : int
        Of the samples.

    Returns
    -------
    SearchedRows

    Raises
    ------
    clickstream.errors.InputError
        If a value is infinite.
    clickstream.errors.NotAnswerable
        If there are fewer than 150 rows or no column varies.
    """
    if len(frame) < FEWEST_ROWS:
        raise NotAnswerable(
            f"Segments need at least {FEWEST_ROWS} rows to be found, but there are {len(frame)}. "
            "Bring a longer log or a larger table."
        )
    columns = tuple(map(str, frame.columns))
    values = canonical_order(numeric_rows(frame, columns))
    space = ReferenceSpace().fit(values)
    if len(space.kept_) == 0:
        raise NotAnswerable(
            f"Segments need at least one column that varies, but none of {list(columns)} does. "
            "Bring data in which customers or sessions differ."
        )
    rows = space.transform(values[sample_positions(len(values), SEARCHED_ROWS, seed)])
    return _searched(columns, space, len(values), rows, seed)


def _searched(
    columns: tuple[str, ...],
    space: ReferenceSpace,
    total: int,
    rows: NDArray[np.float64],
    seed: int,
) -> SearchedRows:
    judged = draw_judged_rows(rows, seed)
    return SearchedRows(
        columns=columns,
        space=space,
        total=total,
        all=Sample(rows),
        few=Sample(judged.rows),
        judged=judged,
        resamples=Resamples(judged.rows, len(judged.rows), seed),
        eps=density_range(judged.distances),
    )
