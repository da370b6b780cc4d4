"""Where tables are computed: in the data set's database, or on Spark where that holds the log."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import ibis.expr.types as ir

from clickstream.parts import Scope, in_parts
from clickstream.tables import Dataset, store

__all__ = ["compute", "computed_features"]


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


def computed_features(
    dataset: Dataset, scope: Scope, sql: str, expression: ir.Table | None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Yield what features of the units in `cuts` are to be selected from, and where, in parts.

    Parameters
    ----------
    dataset : Dataset
        Events, with the tables `cuts` and, where features read them, the lookups.
    scope : {'session', 'customer'}
        What a cut's unit is.
    sql : str
        `features.sql`.
    expression : ibis Table or None
        What it was compiled from; Spark, which needs no parts, computes that where it is given.
    """
    if dataset.spark is not None and expression is not None:
        compute(dataset, "computed", expression)
        yield dataset.connection, "computed"
        return
    yield from in_parts(dataset, scope, sql)
