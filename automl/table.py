"""Training tables: inputs, labels and times of N cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from clickstream.features import Feature, FeatureSet
from clickstream.manifest import Input
from clickstream.scoring import FeatureBatch, feature_batch

__all__ = ["Prepared", "Table", "make_table"]


@dataclass(frozen=True)
class Table:
    """N cuts with their inputs.

    Attributes
    ----------
    frame : DataFrame, shape (N, inputs)
        float32 numbers first, then strings ("" for missing).
    n_numeric : int
        How many columns are numbers.
    unit_ids : ndarray of str, shape (N,)
        Session, customer or content of a row.
    cut_index : ndarray of int, shape (N,)
        Clicks seen; 0 where a unit is not a session.
    start, end : ndarray of datetime64, shape (N,)
        First and last moment of a session; of a customer, the moment of the cut and the last
        instant of the label's window; NaT where the source has no time.
    label : ndarray of float, shape (N,)
        NaN where the answer has none. A segment of customers has none that a search could learn
        from, but what they bought next, which tells segments apart afterwards.
    """

    frame: pd.DataFrame
    n_numeric: int
    unit_ids: npt.NDArray[Any]
    cut_index: npt.NDArray[np.int64]
    start: npt.NDArray[np.datetime64]
    end: npt.NDArray[np.datetime64]
    label: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.frame)

    def rows(self, chosen: npt.NDArray[Any]) -> Table:
        """Some of the rows, by mask or by place."""
        return Table(
            self.frame.loc[chosen].reset_index(drop=True)
            if chosen.dtype == bool
            else self.frame.iloc[chosen].reset_index(drop=True),
            self.n_numeric,
            self.unit_ids[chosen],
            self.cut_index[chosen],
            self.start[chosen],
            self.end[chosen],
            self.label[chosen],
        )

    def batch(self) -> FeatureBatch:
        """The two matrices that a graph takes."""
        numeric = self.frame.iloc[:, : self.n_numeric].to_numpy(np.float32)
        strings = self.frame.iloc[:, self.n_numeric :].to_numpy(object)
        return FeatureBatch(list(self.unit_ids), numeric, strings)


@dataclass(frozen=True)
class Prepared:
    """What one answer's search starts from.

    Attributes
    ----------
    training, holdout : Table
        No session and no row stands in both; a customer may, as of a later moment.
    features : tuple of Feature
        In the order of the tables' columns.
    sql : str or None
        `features.sql`; None for ready-made rows.
    split : str
        How the two were parted, in a sentence.
    lookups : mapping of str to pyarrow Table
        Learned tables that the query reads, by the name of their relation.
    history_days : int or None
        How far back features look beyond the unit itself; None where they do not.
    queried : FeatureSet or None
        What `features.sql` is the text of; other engines' texts are made where they are kept.
    habits : mapping of str to ndarray
        `RFM_COLUMNS` of the rows of training, where they are customers who can be scored by them.
    classes : tuple of str
        Where labels are numbers of classes, what these are called.
    notes : tuple of str
        Sentences on what was left out of the inputs, which the manifest keeps as warnings.
    naive_forecast : ndarray of int or None
        Of the holdout's rows the number of the class that each comes to if nothing more is done,
        -1 for none; None where no class follows from doing nothing.
    """

    training: Table
    holdout: Table
    features: tuple[Feature, ...]
    sql: str | None
    split: str
    lookups: Mapping[str, pa.Table] = field(default_factory=dict)
    history_days: int | None = None
    queried: FeatureSet | None = None
    habits: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    naive_forecast: npt.NDArray[np.int64] | None = None


def make_table(columns: Mapping[str, Any], features: tuple[Feature, ...]) -> Table:
    """Make a table of a query's columns.

    Parameters
    ----------
    columns : mapping of str to ndarray
        `unit_id`, `label`, a column per feature, and `cut_index`, `start`, `end` where known.
    features : tuple of Feature
        Numbers go first.
    """
    numbers = [feature.name for feature in features if feature.type == "number"]
    strings = [feature.name for feature in features if feature.type == "string"]
    inputs = [
        Input(name=feature.name, type=feature.type, unit=feature.unit, description="")
        for feature in features
    ]
    ids = [str(name) for name in columns["unit_id"]]
    batch = feature_batch(ids, columns, inputs)
    frame = pd.concat(
        [
            pd.DataFrame(batch.numeric, columns=numbers),
            pd.DataFrame(batch.categorical, columns=strings, dtype=object),
        ],
        axis=1,
    )
    size = len(ids)
    nowhen = np.full(size, np.datetime64("NaT"), dtype="datetime64[us]")
    return Table(
        frame,
        len(numbers),
        np.array(ids, dtype=object),
        np.asarray(columns.get("cut_index", np.zeros(size)), dtype=np.int64),
        np.asarray(columns.get("start", nowhen), dtype="datetime64[us]"),
        np.asarray(columns.get("end", nowhen), dtype="datetime64[us]"),
        np.ma.filled(np.ma.asarray(columns["label"]).astype(np.float64), np.nan),
    )
