"""The inputs of customer answers, with the categories whose shares are told one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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

__all__ = ["CustomerInputs", "customer_inputs"]


@dataclass(frozen=True)
class CustomerInputs:
    """What is known of customers.

    Attributes
    ----------
    features : FeatureSet
        Shares of categories included.
    lookups : mapping of str to pyarrow Table
        That these read.
    notes : tuple of str
        Why products have no groups, where they have only descriptions.
    """

    features: FeatureSet
    lookups: Mapping[str, pa.Table]
    notes: tuple[str, ...]


def customer_inputs(
    dataset: Dataset, windows: Windows, learned: datetime, seed: int
) -> CustomerInputs:
    """Make what is known of customers.

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
    groups, notes = _groups(dataset, learned, seed) if dataset.described else ({}, ())
    events = with_groups(dataset.table) if groups else dataset.table
    features = customer_features(
        dataset.context_columns,
        windows.history_days,
        _categories(events, learned),
        grouped=bool(groups),
    )
    return CustomerInputs(features, groups, notes)


def _groups(
    dataset: Dataset, learned: datetime, seed: int
) -> tuple[dict[str, pa.Table], tuple[str, ...]]:
    """The lookup; none, and why, where descriptions tell no groups: the rest answers as well."""
    try:
        return {PRODUCT_GROUPS: learn_product_groups(dataset, learned, seed)}, ()
    except NotAnswerable as refusal:
        return {}, (f"Inputs hold no shares of product groups. {refusal}",)


def _categories(events: ir.Table, learned: datetime) -> list[str]:
    """A log of orders has no views, so whatever known customers did to a product counts."""
    before = events.event_time < ibis.timestamp(learned.isoformat())
    return frequent_categories(events.filter(before, events.customer_id.notnull()))
