"""New customers labelled by the segment that they are in one target window later."""

from __future__ import annotations

import pandas as pd
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
from automl.table import Prepared, make_table
from clickstream.answers import Windows
from clickstream.features import customer_features, features_sql
from clickstream.tables import Dataset

__all__ = ["prepare_next_segments"]


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
    sample = cut_new_customers(dataset, days)
    _label(dataset, windows, segments)
    parted = part_by_time(dataset, days, sample)
    classes = classes_of(dataset, parted, days, "are in any segment")
    features = customer_features(dataset.context_columns, windows.history_days)
    return prepared_new_customers(dataset, features, parted, classes, {})


def _label(dataset: Dataset, windows: Windows, segments: Segments) -> None:
    """Make the table `labels`."""
    connection, days = dataset.connection, windows.target_days
    connection.execute(f"UPDATE cuts SET as_of = as_of + INTERVAL {days} DAY")
    found = _segments(dataset, windows, segments)
    connection.execute(f"UPDATE cuts SET as_of = as_of - INTERVAL {days} DAY")
    # By way of Arrow: pandas' strings are no type that every version of DuckDB reads.
    connection.register("_found", pa.Table.from_pandas(found, preserve_index=False))
    connection.execute(
        "CREATE OR REPLACE TABLE labels AS "
        "SELECT c.unit_id, c.as_of, f.label FROM cuts c JOIN _found f USING (unit_id)"
    )
    connection.unregister("_found")
    keep_labelled(dataset, days)


def _segments(dataset: Dataset, windows: Windows, segments: Segments) -> pd.DataFrame:
    """Name the segment of each customer as of the moment in `cuts`."""
    features = customer_features(dataset.context_columns, windows.history_days)
    inputs = features.only(customer_space(dataset))
    made = "CREATE OR REPLACE TABLE main.customers AS"
    for connection, computed in computed_features(
        dataset, "customer", features_sql(inputs), inputs.expression
    ):
        connection.execute(f"{made} SELECT *, NULL::DOUBLE AS label FROM {computed}")
        made = "INSERT INTO main.customers"
    table = make_table(dataset.connection.execute("FROM customers").fetchnumpy(), inputs.features)
    names = [segments.names[int(number)] for number in segments.model.predict(table.frame)]
    return pd.DataFrame({"unit_id": table.unit_ids.astype(str), "label": names})
