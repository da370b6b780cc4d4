"""Customers as of moments, one target window apart."""

from __future__ import annotations

from datetime import timedelta

from automl.table import Prepared, Table, make_table
from clickstream.answers import Windows
from clickstream.cuts import customer_cuts
from clickstream.features import FeatureSet, customer_features, features_sql
from clickstream.tables import Dataset, store
from clickstream.units import end_of_log

__all__ = ["prepare_customers"]

_CUSTOMER_SPACE = (
    "days_since_visit",
    "sessions",
    "clicks_per_session",
    "orders",
    "spend",
    "price_mean",
)
"""What segments of customers are made of: behaviour that a marketer can name, each once."""


def prepare_customers(dataset: Dataset, windows: Windows) -> Prepared:
    """Train on customers as of one target window before the end of the log, test as of its end.

    Parameters
    ----------
    dataset : Dataset
        Events with times and customers.
    windows : Windows
        Target window and history, in days.
    """
    features = customer_features(dataset.context_columns, windows.history_days).only(
        _CUSTOMER_SPACE
    )
    sql = features_sql(features)
    now = end_of_log(dataset)
    before = now - timedelta(days=windows.target_days)
    training, holdout = (
        _customers_at(dataset, features, sql, moment.isoformat(), windows.history_days)
        for moment in (before, now)
    )
    split = f"by time: customers as of {before:%Y-%m-%d} train, customers as of {now:%Y-%m-%d} test"
    return Prepared(training, holdout, features.features, sql, split)


def _customers_at(
    dataset: Dataset, features: FeatureSet, sql: str, moment: str, history_days: int
) -> Table:
    cuts = customer_cuts(dataset.table, [moment], history_days)
    store(dataset.backend, "cuts", cuts)
    columns = dataset.connection.execute(
        f"SELECT f.*, NULL::DOUBLE AS label FROM ({sql}) f ORDER BY md5(unit_id)"
    ).fetchnumpy()
    return make_table(columns, features.features)
