"""A log in Spark's hands: the relation `events` and what is made of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import ibis.expr.types as ir
from ibis.expr.operations import PhysicalTable

from clickstream.errors import EngineError, SourceError
from clickstream.features.sets import relations
from clickstream.loading import EVENT_TYPES
from clickstream.spark.paths import to_read, to_write
from clickstream.spark.queries import spark_sql
from clickstream.spark.session import spark_session
from clickstream.tables import Dataset

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["SparkLog", "hand_over", "on_spark", "read_folders"]

_SPARK_TYPES = {"VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ"}
"""Spark's names of types, where they are others than DuckDB's."""


@dataclass(frozen=True)
class SparkLog:
    """A log that Spark holds as the view `events`.

    Attributes
    ----------
    session : SparkSession
        Where the view is.
    context_columns : tuple of str
        Columns beyond the canonical ones.
    """

    session: SparkSession
    context_columns: tuple[str, ...]

    @property
    def events(self) -> ir.Table:
        """The canonical table as an Ibis expression, by its columns alone."""
        return relations(self.context_columns)[0]

    @property
    def end(self) -> datetime:
        """A second after the last event, so that everything in the log lies before it."""
        ((last,),) = self.session.sql("SELECT max(event_time) FROM events").collect()
        moment: datetime = last + timedelta(seconds=1)
        return moment

    def frame(self, expression: ir.Table) -> DataFrame:
        """Rows of an expression over the views, not computed yet."""
        return self.session.sql(spark_sql(expression))

    def keep(self, name: str, frame: DataFrame) -> None:
        """Give rows a name that expressions and queries know them by."""
        frame.createOrReplaceTempView(name)

    def load(self, tables: dict[str, Path]) -> None:
        """Read Parquet files, each as the relation of its name."""
        for name, file in tables.items():
            self.keep(name, self.session.read.parquet(to_read(file)))

    def compute(
        self, connection: duckdb.DuckDBPyConnection, name: str, expression: ir.Table
    ) -> None:
        """Make a table of DuckDB's of what Spark computes.

        Parameters
        ----------
        connection : DuckDBPyConnection
            With the tables beside `events` that the expression reads.
        name : str
            The table's name; one of that name is replaced.
        expression : ibis Table
            Over `events` and those tables.
        """
        reads = {relation.name for relation in expression.op().find(PhysicalTable)}
        with tempfile.TemporaryDirectory() as passed_on:
            folder = Path(passed_on)
            given = {table: folder / f"{table}.parquet" for table in reads - {"events"}}
            for table, file in given.items():
                connection.table(table).write_parquet(str(file))
            self.load(given)
            self.frame(expression).write.parquet(to_write(folder / "computed"))
            connection.execute(
                f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_parquet(?)",
                [str(folder / "computed" / "*.parquet")],
            )


@contextmanager
def on_spark(dataset: Dataset, master: str) -> Iterator[Dataset]:
    """The data set with its events on Spark, which runs as long as they are asked about.

    Parameters
    ----------
    dataset : Dataset
        Events.
    master : str
        Where Spark runs.

    Raises
    ------
    EngineError
        If the data set holds ready-made rows, Spark cannot start, or it fails.
    """
    if dataset.kind == "rows":
        raise EngineError(
            "Ready-made rows need no features, so there is nothing for Spark to compute: leave "
            "out --engine spark."
        )
    with spark_session(master) as session, tempfile.TemporaryDirectory() as folder:
        yield replace(dataset, spark=hand_over(dataset, session, Path(folder)))


def hand_over(dataset: Dataset, session: SparkSession, folder: Path) -> SparkLog:
    """Give Spark the events that DuckDB has read.

    Parameters
    ----------
    dataset : Dataset
        Events.
    session : SparkSession
        Who takes them.
    folder : Path
        An empty folder for them, which every worker of a cluster must see.
    """
    file = folder / "events"
    dataset.connection.table("events").write_parquet(str(file), per_thread_output=True)
    log = SparkLog(session, dataset.context_columns)
    log.load({"events": file})
    return log


def read_folders(
    folders: Sequence[Path], session: SparkSession, context_columns: tuple[str, ...]
) -> SparkLog:
    """Read Parquet files of canonical events without DuckDB, however many they are.

    Nothing is checked but their columns: rows that a source would quarantine are for whoever
    wrote the files.

    Parameters
    ----------
    folders : sequence of Path
        Hold the files; folders in them may be named like `day=2026-03-01`, as Spark parts files.
    session : SparkSession
        Who reads them.
    context_columns : tuple of str
        Columns beyond the canonical ones.

    Raises
    ------
    SourceError
        If a column is missing.
    """
    found = session.read.parquet(*map(to_read, folders))
    if "event_date" not in found.columns and "event_time" in found.columns:
        found = found.withColumn("event_date", found["event_time"])
    types = EVENT_TYPES | dict.fromkeys(context_columns, "VARCHAR")
    if missing := [name for name in types if name not in found.columns]:
        raise SourceError(
            f"{', '.join(map(str, folders))} has no column {', '.join(missing)}, but Spark reads a "
            f"folder as canonical events ({', '.join(types)}) only. Give single files, which a "
            "source reads."
        )
    events = [
        found[name].cast(_SPARK_TYPES.get(kind, kind)).alias(name) for name, kind in types.items()
    ]
    log = SparkLog(session, context_columns)
    log.keep("events", found.select(*events))
    return log
