"""New customers labelled by the segment that they are in one target window later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import pyarrow as pa

from automl.computing import computed_features
from automl.customers import customer_space
from automl.new_customers import (
    classes_of,
    cut_new_customers,
    keep_labelled,
    part_by_time,
    prepared_new_customers,
)
from automl.released import Segments
from automl.table import Prepared, Table, make_table
from clickstream.answers import Windows
from clickstream.features import Feature, customer_features, features_sql
from clickstream.tables import Dataset

__all__ = ["SegmentInputs", "label_next_segments", "prepare_next_segments"]


@dataclass(frozen=True)
class SegmentInputs:
    """What segments of customers are told by.

    Attributes
    ----------
    features : tuple of Feature
        The columns of the query.
    sql : str
        `features.sql` of the segments.
    expression : ibis Table or None
        What it was compiled from, for a data set whose events are on Spark.
    """

    features: tuple[Feature, ...]
    sql: str
    expression: ir.Table | None = None


def prepare_next_segments(dataset: Dataset, windows: Windows, segments: Segments) -> Prepared:
    """Cut new customers after their first order, and label them by the segment that follows.

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
    space = features.only(customer_space(dataset))
    inputs = SegmentInputs(space.features, features_sql(space), space.expression)
    sample = cut_new_customers(dataset, days)
    label_next_segments(
        dataset,
        days,
        inputs,
        lambda table: [segments.names[int(one)] for one in segments.model.predict(table.frame)],
    )
    parted = part_by_time(dataset, days, sample)
    classes = classes_of(dataset, parted, days, "are in any segment")
    return prepared_new_customers(dataset, features, parted, classes, {})


def label_next_segments(
    dataset: Dataset,
    days: int,
    segment_inputs: SegmentInputs,
    names_of: Callable[[Table], Sequence[str]],
) -> None:
    """Make the table `labels` of everyone in `cuts`.

    Parameters
    ----------
    dataset : Dataset
        With `cuts`.
    days : int
        The target window.
    segment_inputs : SegmentInputs
        What segments are told by.
    names_of : callable
        Names the segment of each row of a table of those inputs.
    """
    connection = dataset.connection
    connection.execute(f"UPDATE cuts SET as_of = as_of + INTERVAL {days} DAY")
    later = _as_cut(dataset, segment_inputs)
    connection.execute(f"UPDATE cuts SET as_of = as_of - INTERVAL {days} DAY")
    found = {"unit_id": later.unit_ids.astype(str).tolist(), "label": list(names_of(later))}
    connection.register("_found", pa.table(found))
    connection.execute(
        "CREATE OR REPLACE TABLE labels AS "
        "SELECT c.unit_id, c.as_of, f.label FROM cuts c JOIN _found f USING (unit_id)"
    )
    connection.unregister("_found")
    keep_labelled(dataset, days)


def _as_cut(dataset: Dataset, inputs: SegmentInputs) -> Table:
    """What segments are told by, as of the moments in `cuts`."""
    made = "CREATE OR REPLACE TABLE main.customers AS"
    for connection, computed in computed_features(
        dataset, "customer", inputs.sql, inputs.expression
    ):
        connection.execute(f"{made} SELECT *, NULL::DOUBLE AS label FROM {computed}")
        made = "INSERT INTO main.customers"
    return make_table(dataset.connection.execute("FROM customers").fetchnumpy(), inputs.features)
