"""New customers labelled by the segment that they are in one target window later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from automl.computing import store_features
from automl.customers import customer_space
from automl.new_customers import (
    class_numbers,
    classes_of,
    cut_new_customers,
    keep_labelled,
    part_by_time,
    prepared_new_customers,
)
from automl.released import Segments
from automl.table import Prepared, Table, make_table
from clickstream.answers import Windows
from clickstream.features import Feature, FeatureSet, customer_features, features_sql
from clickstream.leaks import Cut
from clickstream.tables import Dataset

__all__ = [
    "SegmentAssigner",
    "label_next_segments",
    "prepare_next_segments",
]


@dataclass(frozen=True)
class SegmentAssigner:
    """How segments of customers are told.

    Attributes
    ----------
    features : tuple of Feature
        The columns of the query.
    sql : str
        `features.sql` of the segments.
    names_of : callable
        Names the segment of each row of a table of those features.
    expression : ibis Table or None
        What the query was compiled from, for a data set whose events are on Spark.
    """

    features: tuple[Feature, ...]
    sql: str
    names_of: Callable[[Table], Sequence[str]]
    expression: ir.Table | None = None


def prepare_next_segments(dataset: Dataset, windows: Windows, segments: Segments) -> Prepared:
    """Cut new customers, and label them by the segment that they are in one window later.

    The segments were found before and stay as they are: a customer is put into the nearest as of
    one target window after the cut, as the segmentation service would then.

    Parameters
    ----------
    dataset : Dataset
        Events with times and customers.
    windows : Windows
        Target window and history, in days.
    segments : Segments
        Of customers.

    Returns
    -------
    Prepared
        Its classes are names of segments, the most frequent in training first.

    Raises
    ------
    NotAnswerable
        If too few customers are left, or one segment takes them all.
    """
    days = windows.target_days
    features = customer_features(dataset.context_columns, windows.history_days)
    assigner = _assigner(features.only(customer_space(dataset)), segments)
    sample = cut_new_customers(dataset, days)
    label_next_segments(dataset, days, assigner)
    parted = part_by_time(dataset, days, sample)
    classes = classes_of(dataset, parted, days, "are in any segment")
    prepared = prepared_new_customers(dataset, features, parted, classes, {})
    found = _names_without_activity(dataset, days, assigner, parted.boundary)
    holdout = zip(prepared.holdout.unit_ids, prepared.holdout.cut_index.tolist(), strict=True)
    # Who did nothing within the history by then is in no segment.
    naive = class_numbers([found.get(cut) for cut in holdout], classes)
    return replace(prepared, naive_forecast=naive)


def _assigner(space: FeatureSet, segments: Segments) -> SegmentAssigner:
    def names_of(table: Table) -> list[str]:
        return [segments.names[int(one)] for one in segments.model.predict(table.frame)]

    return SegmentAssigner(space.features, features_sql(space), names_of, space.expression)


def label_next_segments(dataset: Dataset, days: int, assigner: SegmentAssigner) -> None:
    """Make the table `labels` of everyone in `cuts`.

    Parameters
    ----------
    dataset : Dataset
        With `cuts`.
    days : int
        The target window.
    assigner : SegmentAssigner
        Of the segments that a label is one of.
    """
    connection = dataset.connection
    connection.execute(f"UPDATE cuts SET as_of = as_of + INTERVAL {days} DAY")
    later = _as_cut(dataset, assigner)
    connection.execute(f"UPDATE cuts SET as_of = as_of - INTERVAL {days} DAY")
    found = {
        "unit_id": later.unit_ids.astype(str).tolist(),
        "cut_index": later.cut_index,
        "label": list(assigner.names_of(later)),
    }
    connection.register("_found", pa.table(found))
    connection.execute(
        "CREATE OR REPLACE TABLE labels AS "
        "SELECT c.unit_id, c.as_of, f.label FROM cuts c JOIN _found f USING (unit_id, cut_index)"
    )
    connection.unregister("_found")
    keep_labelled(dataset, days)


def _names_without_activity(
    dataset: Dataset, days: int, assigner: SegmentAssigner, since: datetime
) -> dict[Cut, str]:
    """The segments that time alone takes the customers to who are cut from a moment on."""
    found: dict[Cut, str] = {}
    # A customer's two cuts are told from logs that end differently. What came before them is a
    # session or a few of each customer, and lies in the database whatever the engine.
    for number in (0, 1):
        with dataset.connection.cursor() as cursor:
            # Temporary tables stand before those of the log, for this cursor alone.
            for statement in _WITHOUT_ACTIVITY:
                cursor.execute(statement.format(number=number, days=days, since=since))
            columns = cursor.execute(assigner.sql).fetchnumpy()
        table = _unlabelled(columns, assigner)
        cuts = zip(table.unit_ids, table.cut_index.tolist(), strict=True)
        found |= dict(zip(cuts, assigner.names_of(table), strict=True)) if len(table) else {}
    return found


_WITHOUT_ACTIVITY = (
    """CREATE TEMP TABLE events AS
    SELECT e.* FROM main.events e JOIN main.cuts c
    ON e.customer_id = c.unit_id AND e.event_time < c.as_of
    WHERE c.cut_index = {number} AND c.as_of >= '{since}'""",
    """CREATE TEMP TABLE cuts AS
    SELECT unit_id, cut_index, as_of + INTERVAL {days} DAY AS as_of
    FROM main.cuts WHERE cut_index = {number} AND as_of >= '{since}'""",
)


def _as_cut(dataset: Dataset, assigner: SegmentAssigner) -> Table:
    """What segments are told by, as of the moments in `cuts`."""
    store_features(dataset, "customer", assigner.sql, assigner.expression)
    return _unlabelled(dataset.connection.execute("FROM features").fetchnumpy(), assigner)


def _unlabelled(columns: Mapping[str, Any], assigner: SegmentAssigner) -> Table:
    label = np.full(len(columns["unit_id"]), np.nan)
    return make_table({**columns, "label": label}, assigner.features)
