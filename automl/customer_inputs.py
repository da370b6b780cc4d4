"""The inputs of customer answers, with the categories whose shares are told one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from automl.product_groups import learn_product_groups
from clickstream.answers import Windows
from clickstream.errors import NotAnswerable
from clickstream.features import (
    PRODUCT_GROUPS,
    FeatureSet,
    customer_features,
    frequent_categories,
    with_groups,
)
from clickstream.tables import Dataset

__all__ = ["customer_inputs"]


def customer_inputs(
    dataset: Dataset, windows: Windows, learned: datetime, seed: int
) -> tuple[FeatureSet, Mapping[str, pa.Table]]:
    """What is known of customers, category shares included, and the lookups that it reads.

    Parameters
    ----------
    dataset : Dataset
        Events with times and customers.
    windows : Windows
        How far back features look.
    learned : datetime
        Categories and groups of products are taken from events before; no customer may be cut
        earlier.
    seed : int
        Of the groups of products, where these have only descriptions.
    """
    groups = _groups(dataset, learned, seed) if dataset.described else {}
    events = with_groups(dataset.table) if groups else dataset.table
    features = customer_features(
        dataset.context_columns,
        windows.history_days,
        _categories(events, learned),
        grouped=bool(groups),
    )
    return features, groups


def _groups(dataset: Dataset, learned: datetime, seed: int) -> dict[str, pa.Table]:
    try:
        return {PRODUCT_GROUPS: learn_product_groups(dataset, learned, seed)}
    except NotAnswerable:
        # Descriptions too few or too unlike to group by leave these answers what they had before.
        return {}


def _categories(events: ir.Table, learned: datetime) -> list[str]:
    """A log of orders has no views, so whatever known customers did to a product counts."""
    before = events.event_time < ibis.timestamp(learned.isoformat())
    return frequent_categories(events.filter(before, events.customer_id.notnull()))
