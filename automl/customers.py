"""Customers as of moments, one target window apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import ibis.expr.types as ir
import numpy as np

from automl.computing import compute, store_features
from automl.customer_inputs import customer_inputs
from automl.sampling import keep_sample
from automl.table import Prepared, Table, make_table
from clickstream import manifest
from clickstream.answers import Answer, Scope, Windows, label_of
from clickstream.cuts import customer_cuts, customer_moments
from clickstream.errors import NotAnswerable
from clickstream.features import Feature, customer_features, features_sql
from clickstream.rfm import RFM_COLUMNS
from clickstream.tables import Dataset, Label
from clickstream.targets import customer_labels
from clickstream.units import end_of_log

__all__ = ["customer_space", "described_windows", "labelled_customers", "prepare_customers"]

_CUSTOMER_SPACE = (
    "days_since_visit",
    "sessions",
    "clicks_per_session",
    "orders",
    "spend",
    "price_mean",
)
"""What segments of customers are made of: behaviour that a marketer can name, each once."""

_SPENT_NEXT = Label("customer_spend")
"""What is known of segments afterwards; no search reads it."""

_AS_ORDERED = "FROM customers ORDER BY md5(unit_id), start"
_OF_VIEWS = ("sessions", "price_mean")
"""Of those, what a log of order lines does not tell: every session there is an order already."""


def prepare_customers(dataset: Dataset, answer: Answer, windows: Windows, seed: int) -> Prepared:
    """Train on customers as of earlier moments than the one that they are tested as of.

    Parameters
    ----------
    dataset : Dataset
        Events with times and customers.
    answer : Answer
        One with a label trains as of several moments, whose label windows end before the
        holdout's moment. Segments are tested as of the end of the log, and trained as of one
        target window before, with what was bought in that window as the label of training.
    windows : Windows
        Target window and history, in days.
    seed : int
        Of the groups of products, where these have only descriptions.
    """
    if answer.kind == "segment":
        return _segments(dataset, answer, windows)
    inputs = customer_inputs(dataset, windows, _moments(dataset, windows)[0], seed)
    features = inputs.features
    sql = features_sql(features)
    table, sample = labelled_customers(
        dataset, answer, features.features, sql, windows, features.expression
    )
    last = table.start.max()
    training, holdout = table.rows(table.start < last), table.rows(table.start == last)
    split = (
        f"by time: customers as of {_days(training)} train, customers as of {_days(holdout)} "
        f"test, each with the {windows.target_days} days that follow as the label{sample}"
    )
    return Prepared(
        training,
        holdout,
        features.features,
        sql,
        split,
        inputs.lookups,
        queried=features,
        notes=inputs.notes,
    )


def _days(table: Table) -> str:
    """The days of a table's moments."""
    return ", ".join(sorted({str(moment)[:10] for moment in table.start}))


def customer_space(dataset: Dataset) -> tuple[str, ...]:
    """Names of the features that segments of customers are made of.

    Parameters
    ----------
    dataset : Dataset
        Events; a log of orders alone tells less.
    """
    events = dataset.table
    if events.filter(events.event_type == "view").count().execute():
        return _CUSTOMER_SPACE
    return tuple(name for name in _CUSTOMER_SPACE if name not in _OF_VIEWS)


def _segments(dataset: Dataset, answer: Answer, windows: Windows) -> Prepared:
    every = customer_features(dataset.context_columns, windows.history_days)
    space = customer_space(dataset)
    # Scores of recency, frequency and monetary value come from the same query as the inputs.
    features = every.only([*space, *RFM_COLUMNS])
    inputs = features.only(space).features
    sql = features_sql(features)
    now = end_of_log(dataset)
    before = now - timedelta(days=windows.target_days)
    training, _ = _customers_as_of(
        dataset, answer, inputs, sql, [before], windows, features.expression
    )
    habits = dataset.connection.execute(f"SELECT {', '.join(RFM_COLUMNS)} {_AS_ORDERED}")
    habits_of_training = habits.fetchnumpy()
    holdout, sample = _customers_as_of(
        dataset, answer, inputs, sql, [now], windows, features.expression
    )
    # Nothing follows the end of the log.
    holdout = replace(holdout, label=np.full(len(holdout), np.nan))
    split = (
        f"by time: customers as of {before:%Y-%m-%d} train, customers as of {now:%Y-%m-%d} "
        f"test{sample}"
    )
    return Prepared(
        training,
        holdout,
        inputs,
        sql,
        split,
        queried=features,
        habits=habits_of_training,
    )


def labelled_customers(
    dataset: Dataset,
    answer: Answer,
    features: tuple[Feature, ...],
    sql: str,
    windows: Windows,
    expression: ir.Table | None = None,
) -> tuple[Table, str]:
    """Customers as of every moment that the log can label.

    Parameters
    ----------
    dataset : Dataset
        Events with times and customers.
    answer : Answer
        Of customers, with a label.
    features : tuple of Feature
        The columns of the query.
    sql : str
        `features.sql`.
    windows : Windows
        Target window and history, in days.
    expression : ibis Table, optional
        What `sql` was compiled from, for a data set whose events are on Spark.

    Returns
    -------
    Table
        `start` is the moment, `end` the last instant that the label looks at.
    str
        Of `keep_sample`, where the log is long.

    Raises
    ------
    NotAnswerable
        If no moment has a target window before it and one after it.
    """
    moments = _moments(dataset, windows)
    return _customers_as_of(dataset, answer, features, sql, moments, windows, expression)


def _moments(dataset: Dataset, windows: Windows) -> list[datetime]:
    """The moments that the log can label, the earliest first."""
    first = dataset.connection.execute("SELECT min(event_time) FROM events").fetchall()[0][0]
    end = end_of_log(dataset)
    moments = customer_moments(first, end, windows.target_days)
    if not moments:
        raise NotAnswerable(
            f"The log spans {(end - first).days} days, but a customer answer needs a target "
            f"window of {windows.target_days} days before a moment and one after it. Bring a "
            "longer log."
        )
    return moments


def _customers_as_of(
    dataset: Dataset,
    answer: Answer,
    features: tuple[Feature, ...],
    sql: str,
    moments: list[datetime],
    windows: Windows,
    expression: ir.Table | None,
) -> tuple[Table, str]:
    """One moment at a time, which bounds the memory that the features of long logs need."""
    columns = (
        "f.*, l.label, l.as_of AS start, "
        f'l.as_of + INTERVAL {windows.target_days} DAY - INTERVAL 1 MICROSECOND AS "end"'
    )
    made = "CREATE OR REPLACE TABLE customers AS"
    for moment in moments:
        sample = _cut_and_label(dataset, answer, moment, windows, len(moments))
        store_features(dataset, "customer", sql, expression)
        dataset.connection.execute(
            f"{made} SELECT {columns} FROM features f JOIN labels l USING (unit_id)"
        )
        made = "INSERT INTO customers"
    found = dataset.connection.execute(f"SELECT * {_AS_ORDERED}")
    return make_table(found.fetchnumpy(), features), sample


def _cut_and_label(
    dataset: Dataset, answer: Answer, moment: datetime, windows: Windows, moments: int
) -> str:
    """Make the tables `cuts` and `labels` of one of some moments."""
    cuts = compute(
        dataset,
        "cuts",
        customer_cuts(
            dataset.table, [moment.isoformat()], windows.history_days, ordered=answer.of_buyers
        ),
    )
    sample = keep_sample(dataset, "customer", moments)
    label = _SPENT_NEXT if answer.kind == "segment" else label_of(dataset, answer)
    labels = customer_labels(dataset.table, cuts, label, windows.target_days)
    compute(dataset, "labels", labels)
    return sample


def described_windows(scope: Scope, windows: Windows, prepared: Prepared) -> manifest.Windows:
    """The windows as a manifest tells them; empty where they play no part.

    Parameters
    ----------
    scope : {'session', 'customer', 'row'}
        Only customers have a target window.
    windows : Windows
        What training was asked for.
    prepared : Prepared
        Knows how far back the features of a session look.
    """
    if scope != "customer":
        return manifest.Windows(history_days=prepared.history_days)
    return manifest.Windows(target_days=windows.target_days, history_days=windows.history_days)
