"""Where tables are computed: in the data set's database, or on Spark where that holds the log."""

from __future__ import annotations

import ibis.expr.types as ir

from clickstream.parts import Scope, in_parts
from clickstream.tables import Dataset, store

__all__ = ["compute", "store_features"]


def compute(dataset: Dataset, name: str, expression: ir.Table) -> ir.Table:
    """Make a table of the data set's database.

    Parameters
    ----------
    dataset : Dataset
        Events.
    name : str
        The table's name; one of that name is replaced.
    expression : ibis Table
        Over `events` and other tables of the database.
    """
    if dataset.spark is None:
        return store(dataset.backend, name, expression)
    dataset.spark.compute(dataset.connection, name, expression)
    return dataset.backend.table(name)


def store_features(
    dataset: Dataset, scope: Scope, sql: str, expression: ir.Table | None = None
) -> None:
    """Make the table `features` of the units in `cuts`.

    Parameters
    ----------
    dataset : Dataset
        Events, with the tables `cuts` and, where features read them, the lookups.
    scope : {'session', 'customer'}
        What a cut's unit is.
    sql : str
        `features.sql`.
    expression : ibis Table, optional
        What it was compiled from; Spark, which needs no parts, computes that where it is given.
    """
    if dataset.spark is not None and expression is not None:
        compute(dataset, "features", expression)
        return
    made = "CREATE OR REPLACE TABLE main.features AS"
    for connection, computed in in_parts(dataset, scope, sql):
        connection.execute(f"{made} SELECT * FROM {computed}")
        made = "INSERT INTO main.features"
