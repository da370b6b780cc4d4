"""New customers labelled by the segment that they are in one target window later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    "SegmentNamer",
    "label_next_segments",
    "names_if_nothing_follows",
    "prepare_next_segments",
]


@dataclass(frozen=True)
class SegmentNamer:
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
    namer = _namer(features.only(customer_space(dataset)), segments)
    sample = cut_new_customers(dataset, days)
    label_next_segments(dataset, days, namer)
    parted = part_by_time(dataset, days, sample)
    classes = classes_of(dataset, parted, days, "are in any segment")
    prepared = prepared_new_customers(dataset, features, parted, classes, {})
    unmoved = names_if_nothing_follows(dataset, days, namer)
    holdout = zip(prepared.holdout.unit_ids, prepared.holdout.cut_index.tolist(), strict=True)
    return replace(prepared, unmoved=class_numbers([unmoved[cut] for cut in holdout], classes))


def _namer(space: FeatureSet, segments: Segments) -> SegmentNamer:
    def names_of(table: Table) -> list[str]:
        return [segments.names[int(one)] for one in segments.model.predict(table.frame)]

    return SegmentNamer(space.features, features_sql(space), names_of, space.expression)


def label_next_segments(dataset: Dataset, days: int, namer: SegmentNamer) -> None:
    """Make the table `labels` of everyone in `cuts`.

    Parameters
    ----------
    dataset : Dataset
        With `cuts`.
    days : int
        The target window.
    namer : SegmentNamer
        Of the segments that a label is one of.
    """
    connection = dataset.connection
    connection.execute(f"UPDATE cuts SET as_of = as_of + INTERVAL {days} DAY")
    later = _as_cut(dataset, namer)
    connection.execute(f"UPDATE cuts SET as_of = as_of - INTERVAL {days} DAY")
    found = {
        "unit_id": later.unit_ids.astype(str).tolist(),
        "cut_index": later.cut_index,
        "label": list(namer.names_of(later)),
    }
    connection.register("_found", pa.table(found))
    connection.execute(
        "CREATE OR REPLACE TABLE labels AS "
        "SELECT c.unit_id, c.as_of, f.label FROM cuts c JOIN _found f USING (unit_id, cut_index)"
    )
    connection.unregister("_found")
    keep_labelled(dataset, days)


def names_if_nothing_follows(dataset: Dataset, days: int, namer: SegmentNamer) -> dict[Cut, str]:
    """The segments that time alone takes customers to.

    Parameters
    ----------
    dataset, days, namer
        As for `label_next_segments`, after it.

    Returns
    -------
    dict of (str, int) to str
        Of each of `cuts` the segment one target window later, as told from what came before the
        cut.
    """
    found: dict[Cut, str] = {}
    # A customer's two cuts are told from logs that end differently.
    for number in (0, 1):
        with dataset.connection.cursor() as cursor:
            # Temporary tables stand before those of the log, for this cursor alone.
            for statement in _NOTHING_FOLLOWS:
                cursor.execute(statement.format(number=number, days=days))
            columns = cursor.execute(namer.sql).fetchnumpy()
        table = _unlabelled(columns, namer)
        cuts = zip(table.unit_ids, table.cut_index.tolist(), strict=True)
        found |= dict(zip(cuts, namer.names_of(table), strict=True)) if len(table) else {}
    return found


_NOTHING_FOLLOWS = (
    """CREATE TEMP TABLE events AS
    SELECT e.* FROM main.events e JOIN main.cuts c
    ON e.customer_id = c.unit_id AND e.event_time < c.as_of WHERE c.cut_index = {number}""",
    """CREATE TEMP TABLE cuts AS
    SELECT unit_id, cut_index, as_of + INTERVAL {days} DAY AS as_of
    FROM main.cuts WHERE cut_index = {number}""",
)


def _as_cut(dataset: Dataset, namer: SegmentNamer) -> Table:
    """What segments are told by, as of the moments in `cuts`."""
    store_features(dataset, "customer", namer.sql, namer.expression)
    return _unlabelled(dataset.connection.execute("FROM features").fetchnumpy(), namer)


def _unlabelled(columns: Mapping[str, Any], namer: SegmentNamer) -> Table:
    label = np.full(len(columns["unit_id"]), np.nan)
    return make_table({**columns, "label": label}, namer.features)
