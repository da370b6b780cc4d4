"""New customers, each right after the first order, labelled by what they spend most on next."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from automl.computing import compute, computed_features
from automl.product_groups import learn_product_groups
from automl.sampling import keep_sample
from automl.splits import FIRST_EDGE
from automl.table import Prepared, Table, make_table
from clickstream.answers import Windows
from clickstream.cuts import first_order_cuts
from clickstream.errors import NotAnswerable
from clickstream.features import (
    PRODUCT_GROUPS,
    FeatureSet,
    customer_features,
    features_sql,
    with_groups,
)
from clickstream.spark import spark_sql
from clickstream.tables import Dataset
from clickstream.targets import category_labels
from clickstream.units import end_of_log

__all__ = ["OTHER", "prepare_interests"]

OTHER = "other"
"""The class of categories that few spend most on."""

_TRAINING_SHARE = 0.75
_FEWEST = 30
"""Customers of training that a class of its own takes."""
_MOST = 12


def prepare_interests(dataset: Dataset, windows: Windows, seed: int) -> Prepared:
    """Cut new customers after their first order, and label those who buy again.

    Training takes customers whose label window ends before the first customer of the holdout
    orders. Products that have descriptions alone are grouped as of the end of the first fold's
    training part.

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
    sample = _cut(dataset, end_of_log(dataset) - timedelta(days=days))
    # Who has a product has a group, whichever it will be: who is labelled is known before.
    ungrouped = dataset.table.mutate(category=dataset.table.product_id)
    _label(dataset, ungrouped if grouped else dataset.table, days)
    boundary, learned = _moments(dataset, timedelta(days=days))
    groups = learn_product_groups(dataset, learned, seed) if grouped else None
    if grouped:
        _label(dataset, with_groups(dataset.table), days)
    classes = _classes(_names_before(dataset, boundary - timedelta(days=days)))
    features = customer_features(
        dataset.context_columns,
        windows.history_days,
        [name for name in classes if name != OTHER],
        grouped=grouped,
    )
    table = _table(dataset, features, classes)
    return Prepared(
        table.rows(table.end < np.datetime64(boundary)),
        table.rows(table.start >= np.datetime64(boundary)),
        features.features,
        features_sql(features),
        f"by time: customers whose window of {days} days after the first order ended before "
        f"{boundary:%Y-%m-%d} train, those who first ordered from then on test{sample}",
        lookups={} if groups is None else {PRODUCT_GROUPS: groups},
        spark_sql=spark_sql(features.expression),
        classes=classes,
    )


def _cut(dataset: Dataset, last: datetime) -> str:
    """Make the table `cuts` of customers whose window lies within the log."""
    compute(dataset, "cuts", first_order_cuts(dataset.table))
    dataset.connection.execute("DELETE FROM cuts WHERE as_of > $last", {"last": last})
    return keep_sample(dataset, "customer")


def _label(dataset: Dataset, events: ir.Table, days: int) -> None:
    """Make the table `labels`, and leave in `cuts` who stands in it."""
    cuts = dataset.backend.table("cuts")
    compute(dataset, "labels", category_labels(events, cuts, days))
    dataset.connection.execute(
        f"ALTER TABLE labels ADD COLUMN until TIMESTAMP; UPDATE labels "
        f"SET until = as_of + INTERVAL {days} DAY - INTERVAL 1 MICROSECOND; "
        "DELETE FROM cuts WHERE unit_id NOT IN (SELECT unit_id FROM labels)"
    )


def _moments(dataset: Dataset, span: timedelta) -> tuple[datetime, datetime]:
    """When the holdout begins, and when the training part of the first fold ends."""
    rows = dataset.connection.execute("SELECT as_of FROM labels ORDER BY as_of").fetchall()
    moments: list[datetime] = [moment for (moment,) in rows]
    boundary = moments[int(_TRAINING_SHARE * len(moments))] if moments else None
    training = [moment for moment in moments if boundary and moment + span <= boundary]
    if boundary is None or not training:
        raise NotAnswerable(
            f"{len(moments)} customers are seen to buy again within {span.days} days after a "
            "first order, too few to learn from some and to test on later ones. Bring a longer log."
        )
    return boundary, training[int(FIRST_EDGE * len(training))]


def _names_before(dataset: Dataset, last: datetime) -> list[str]:
    """The categories that training's customers spend most on."""
    rows = dataset.connection.execute(
        "SELECT label FROM labels WHERE as_of <= $last", {"last": last}
    )
    return [name for (name,) in rows.fetchall()]


def _classes(names: list[str]) -> tuple[str, ...]:
    counted = sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))
    own = [name for name, times in counted if times >= _FEWEST and name != OTHER][:_MOST]
    rest = len(names) - sum(times for name, times in counted if name in own)
    if len(own) + (rest > 0) < 2 or not own:
        raise NotAnswerable(
            f"Of {len(names)} customers to learn from, too few spend most on any category but one "
            f"(it takes {_FEWEST}). Bring a longer log, or a longer --target-window."
        )
    return (*own, OTHER) if rest else tuple(own)


def _table(dataset: Dataset, features: FeatureSet, classes: tuple[str, ...]) -> Table:
    sql = features_sql(features)
    made = "CREATE OR REPLACE TABLE main.customers AS"
    for connection, computed in computed_features(dataset, "customer", sql, features.expression):
        connection.execute(
            f'{made} SELECT f.*, l.label AS name, l.as_of AS start, l.until AS "end", '
            f"NULL::DOUBLE AS label FROM {computed} f JOIN labels l USING (unit_id)"
        )
        made = "INSERT INTO main.customers"
    found = dataset.connection.execute("SELECT * FROM customers ORDER BY md5(unit_id)").fetchnumpy()
    table = make_table(found, features.features)
    labelled = replace(table, label=_numbers(found["name"], classes))
    return labelled.rows(~np.isnan(labelled.label))


def _numbers(names: npt.NDArray[np.object_], classes: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """Numbers of classes; NaN for what is none, where training had nothing that is other."""
    numbers = {name: float(number) for number, name in enumerate(classes)}
    rest = numbers.get(OTHER, np.nan)
    return np.array([numbers.get(str(name), rest) for name in names])
