"""What a shop would forecast of its customers' spend without a search, beside the winner."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl.computing import compute
from automl.lifetime_value import fit_lifetime_value, order_summary
from automl.metrics import Resamples, revenue_metrics
from automl.table import Table
from clickstream.errors import TrainingError
from clickstream.tables import Dataset

__all__ = [
    "LIFETIME_VALUE",
    "forecasts",
    "last_window_spend",
    "lifetime_value_spend",
    "orders_before",
]

Floats = npt.NDArray[np.float64]

LIFETIME_VALUE = "BG/NBD with Gamma-Gamma"
LAST_WINDOW = "last window's spend"


def forecasts(dataset: Dataset, holdout: Table, days: int, seed: int) -> dict[str, Any]:
    """Measure two forecasts on the holdout.

    Parameters
    ----------
    dataset : Dataset
        The log.
    holdout : Table
        N customers as of one moment, with what they spent in the days after it.
    days : int
        The target window.
    seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        By name, metrics as `automl.metrics.revenue_metrics` gives them; `not_measured` with a
        reason for one that could not be made.
    """
    moment = cast(datetime, holdout.start[0].astype(object))
    orders = orders_before(dataset, moment)
    customers = holdout.unit_ids
    made: dict[str, Floats] = {LAST_WINDOW: last_window_spend(orders, moment, customers, days)}
    found: dict[str, Any] = {}
    try:
        made[LIFETIME_VALUE] = lifetime_value_spend(orders, moment, customers, days)
    except TrainingError as error:
        found[LIFETIME_VALUE] = {"not_measured": str(error)}
    resamples = Resamples(customers, seed)
    for name, spend in made.items():
        metrics = revenue_metrics(holdout.label, spend, resamples)
        found[name] = {key: metric.model_dump() for key, metric in metrics.items()}
    return found


def orders_before(dataset: Dataset, moment: datetime) -> pd.DataFrame:
    """Order lines of known customers before a moment: `customer_id`, `time` and `amount`.

    Parameters
    ----------
    dataset : Dataset
        The log.
    moment : datetime
        In UTC without a zone.
    """
    events = dataset.table
    lines = events.filter(
        events.event_type == "purchase",
        events.customer_id.notnull(),
        events.event_time < moment.isoformat(),
    )
    amount = (lines.price * lines.quantity).cast("float64")
    compute(dataset, "orders", lines.select("customer_id", time=lines.event_time, amount=amount))
    return dataset.connection.execute("FROM orders ORDER BY ALL").df()


def last_window_spend(
    orders: pd.DataFrame, moment: datetime, customers: npt.NDArray[Any], days: int
) -> Floats:
    """What each customer spent in the window before the moment, shape (N,).

    Parameters
    ----------
    orders : DataFrame
        `customer_id`, `time` and `amount` of order lines before the moment.
    moment : datetime
        As of when, in UTC without a zone.
    customers : ndarray of str, shape (N,)
        Whom to tell of.
    days : int
        The window.
    """
    recent = orders[orders["time"] >= pd.Timestamp(moment - timedelta(days=days))]
    return _of(customers, recent.groupby("customer_id")["amount"].sum())


def lifetime_value_spend(
    orders: pd.DataFrame, moment: datetime, customers: npt.NDArray[Any], days: int
) -> Floats:
    """What BG/NBD with Gamma-Gamma expects each customer to spend, shape (N,).

    Nothing is expected of who ordered nothing: the models are of buyers.

    Parameters
    ----------
    orders, moment, customers
        As for `last_window_spend`.
    days : int
        How far ahead.

    Raises
    ------
    TrainingError
        If the models cannot be fitted, or computed with.
    """
    summary = order_summary(orders, moment)
    spend = fit_lifetime_value(summary).expected_spend(summary, days)
    return _of(customers, pd.Series(spend, summary.index))


def _of(customers: npt.NDArray[Any], spend: pd.Series) -> Floats:
    return spend.reindex(customers, fill_value=0.0).to_numpy(np.float64)
