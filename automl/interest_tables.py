"""New customers labelled by the category that they spend most on in the target window."""

from __future__ import annotations

import ibis.expr.types as ir

from automl.computing import compute
from automl.new_customers import (
    OTHER,
    classes_of,
    cut_new_customers,
    keep_labelled,
    part_by_time,
    prepared_new_customers,
)
from automl.product_groups import learn_product_groups
from automl.table import Prepared
from clickstream.answers import Windows
from clickstream.features import PRODUCT_GROUPS, customer_features, with_groups
from clickstream.tables import Dataset
from clickstream.targets import category_labels

__all__ = ["label_interests", "prepare_interests"]


def prepare_interests(dataset: Dataset, windows: Windows, seed: int) -> Prepared:
    """Cut new customers, and label those who buy within the target window.

    Training takes customers whose label window ends before the first cut of the holdout. Products
    that have descriptions alone are grouped as of the end of the first fold's training part.

    Parameters
    ----------
    dataset : Dataset
        Events with times and customers.
    windows : Windows
        Target window and history, in days.
    seed : int
        Of the groups of products, where these have only descriptions.

    Returns
    -------
    Prepared
        Its classes are the most frequent in training first.

    Raises
    ------
    NotAnswerable
        If too few customers or categories are left.
    """
    days, grouped = windows.target_days, dataset.described
    sample = cut_new_customers(dataset, days)
    # Who has a product has a group, whichever it will be: who is labelled is known before.
    ungrouped = dataset.table.mutate(category=dataset.table.product_id)
    label_interests(dataset, ungrouped if grouped else dataset.table, days)
    parted = part_by_time(dataset, days, sample)
    groups = learn_product_groups(dataset, parted.learned, seed) if grouped else None
    if grouped:
        label_interests(dataset, with_groups(dataset.table), days)
    classes = classes_of(dataset, parted, days, "spend most on any category")
    features = customer_features(
        dataset.context_columns,
        windows.history_days,
        [name for name in classes if name != OTHER],
        grouped=grouped,
    )
    lookups = {} if groups is None else {PRODUCT_GROUPS: groups}
    return prepared_new_customers(dataset, features, parted, classes, lookups)


def label_interests(dataset: Dataset, events: ir.Table, days: int) -> None:
    """Make the table `labels` of who buys something in the target window; others leave `cuts`.

    Parameters
    ----------
    dataset : Dataset
        With `cuts`.
    events : ibis Table
        With the category of each event.
    days : int
        The target window.
    """
    cuts = dataset.backend.table("cuts")
    compute(dataset, "labels", category_labels(events, cuts, days))
    keep_labelled(dataset, days)
