"""The canonical tables that every source yields, and what a source says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import ibis
import ibis.expr.types as ir

from clickstream.loading import EVENT_TYPES

if TYPE_CHECKING:
    from clickstream.spark import SparkLog

__all__ = [
    "CLICK_TYPES",
    "EVENT_KINDS",
    "Dataset",
    "Label",
    "RowCounts",
    "TimeResolution",
    "event_schema",
    "store",
]

TimeResolution = Literal["time", "date", "none"]
LabelKind = Literal[
    "purchase",
    "spend",
    "exit",
    "repurchase",
    "customer_spend",
    "interest",
    "next_segment",
    "next_flag",
    "next_price",
    "column",
    "amount",
    "any_amount",
]

EVENT_KINDS = ("view", "cart", "remove", "purchase", "return")
CLICK_TYPES = ("view", "cart", "remove", "purchase")
"""What a visitor does in a session; a `return` reaches the shop by another way."""

_IBIS_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "int32",
    "TIMESTAMP": "timestamp",
    "DATE": "date",
    "DECIMAL(18,4)": "decimal(18, 4)",
}


def event_schema(context_columns: tuple[str, ...]) -> dict[str, str]:
    """Ibis types of the relation `events`, its context columns last."""
    canonical = {name: _IBIS_TYPES[kind] for name, kind in EVENT_TYPES.items()}
    return canonical | dict.fromkeys(context_columns, "string")


def store(backend: ibis.backends.duckdb.Backend, name: str, expression: ir.Table) -> ir.Table:
    """Materialise an expression as a table, in the place of one of the same name.

    Ibis 12 writes a `DROP TABLE IF EXISTS` that DuckDB 2.0 does not read, hence the SQL here.
    """
    backend.con.execute(f"CREATE OR REPLACE TABLE {name} AS {ibis.to_sql(expression, 'duckdb')}")
    return backend.table(name)


@dataclass(frozen=True)
class Label:
    """How a source answers a question.

    Attributes
    ----------
    kind : str
        `purchase`, `spend` and `exit` follow the events of the session after the cut,
        `repurchase`, `customer_spend`, `interest` and `next_segment` those of the customer in the
        target window;
        `next_flag` and `next_price` look at the next product viewed; `column` is a column of
        ready-made rows, `amount` a column of amounts and `any_amount` whether that is above 0.
    column : str, optional
        The column that holds the label or the flag.
    positive : str, optional
        The code in that column that means yes.
    proxy : str, optional
        Why this is a stand-in for the question, in a sentence; None where it is the question.
    meaning : str, optional
        What a prediction then says, where it is a proxy.
    """

    kind: LabelKind
    column: str | None = None
    positive: str | None = None
    proxy: str | None = None
    meaning: str | None = None


@dataclass(frozen=True)
class RowCounts:
    """The arithmetic of reading: every row read is kept or quarantined for a reason.

    Attributes
    ----------
    read : int
        Rows of the files, before anything was decided about them.
    kept : int
        Rows of the files that are in the table.
    quarantined : mapping of str to int
        Rows in the quarantine, by reason.
    copies : int
        Rows that are kept though they are exact copies of another.
    """

    read: int
    kept: int
    quarantined: Mapping[str, int]
    copies: int = 0

    def balanced(self) -> bool:
        """Whether read = kept + quarantined."""
        return self.read == self.kept + sum(self.quarantined.values())


@dataclass(frozen=True)
class Dataset:
    """A file, read.

    Attributes
    ----------
    source : str
        Name of the source that read it.
    kind : str
        `events` or `rows`.
    backend : ibis.backends.duckdb.Backend
        Where the table is; its name there is `kind`.
    time_resolution : str
        `time`, `date` or `none`.
    context_columns : tuple of str
        Columns beyond the canonical ones.
    counts : RowCounts
        What was read, kept and quarantined.
    labels : mapping of str to Label
        By answer, what the source labels in a way of its own, or as every log of events is.
    unlabelled : mapping of str to str
        By answer, why the source cannot label it, in a sentence.
    derived : mapping of str to str
        Columns that are made from a label, with the reason.
    notes : tuple of str
        Sentences that a reader of results must know.
    simulated : bool
        Whether a simulator made the file.
    mapping : dict or None
        The keys of the mapping that it was read by, whatever was found in the file included, so
        that another file of the same shape is read alike; None where its source needs none.
    described : bool
        Whether the backend has a table `product_descriptions`, of `product_id` and `description`.
    spark : SparkLog or None
        The same events on Spark, where that is to compute; None where the backend does.
    """

    source: str
    kind: Literal["events", "rows"]
    backend: ibis.backends.duckdb.Backend
    time_resolution: TimeResolution
    context_columns: tuple[str, ...]
    counts: RowCounts
    labels: Mapping[str, Label] = field(default_factory=dict)
    unlabelled: Mapping[str, str] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    simulated: bool = False
    mapping: dict[str, Any] | None = None
    described: bool = False
    spark: SparkLog | None = None

    @property
    def table(self) -> ir.Table:
        """The canonical table as an Ibis expression."""
        return self.backend.table(self.kind)

    @property
    def quarantine(self) -> ir.Table:
        """Every row that was read and not kept: its `file`, `row`, `reason` and `content`.

        The number of a row counts from 1 at the first after the header. Its content is its line
        where that does not fit the header, else its columns as JSON text.
        """
        return self.backend.table("quarantine")

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """DuckDB's own connection, for SQL that a bundle carries."""
        connection: duckdb.DuckDBPyConnection = self.backend.con
        return connection
