"""New customers: after the first session or order, parted by time and classed by what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from automl.computing import compute, store_features
from automl.sampling import keep_sample
from automl.splits import FIRST_EDGE
from automl.table import Prepared, Table, make_table
from clickstream.cuts import first_cuts
from clickstream.errors import NotAnswerable
from clickstream.features import Feature, FeatureSet, features_sql
from clickstream.tables import Dataset
from clickstream.units import end_of_log

__all__ = [
    "OTHER",
    "Parted",
    "class_numbers",
    "classes_of",
    "cut_new_customers",
    "keep_labelled",
    "new_customers",
    "part_by_time",
    "prepared_new_customers",
]

OTHER = "other"
"""The class of what few are labelled with."""

_TRAINING_SHARE = 0.75
_FEWEST = 30
"""Customers of training that a class of its own takes."""
_MOST = 12


@dataclass(frozen=True)
class Parted:
    """New customers of a log parted by time.

    Attributes
    ----------
    boundary : datetime
        When the holdout begins; labels of training are known by then.
    learned : datetime
        When the training part of the first fold ends.
    split : str
        The same in a sentence.
    """

    boundary: datetime
    learned: datetime
    split: str


def cut_new_customers(dataset: Dataset, days: int) -> str:
    """Make the table `cuts` of `first_cuts` whose window lies in the log.

    Parameters
    ----------
    dataset : Dataset
        Events with times and customers.
    days : int
        The target window.

    Returns
    -------
    str
        Of `keep_sample`, where the log is long.
    """
    last = end_of_log(dataset) - timedelta(days=days)
    compute(dataset, "cuts", first_cuts(dataset.table))
    dataset.connection.execute("DELETE FROM cuts WHERE as_of > $last", {"last": last})
    return keep_sample(dataset, "customer")


def keep_labelled(dataset: Dataset, days: int) -> None:
    """Add to the table `labels` until when its window goes, and leave in `cuts` who stands in it.

    Parameters
    ----------
    dataset : Dataset
        With `cuts`, and `labels` of `unit_id`, `as_of` and `label`.
    days : int
        The target window.
    """
    dataset.connection.execute(
        f"ALTER TABLE labels ADD COLUMN until TIMESTAMP; UPDATE labels "
        f"SET until = as_of + INTERVAL {days} DAY - INTERVAL 1 MICROSECOND; "
        "DELETE FROM cuts WHERE (unit_id, as_of) NOT IN (SELECT (unit_id, as_of) FROM labels)"
    )


def part_by_time(dataset: Dataset, days: int, sample: str) -> Parted:
    """Part the customers of the table `labels` by time.

    Parameters
    ----------
    dataset : Dataset
        With `labels`.
    days : int
        The target window.
    sample : str
        Of `cut_new_customers`.

    Raises
    ------
    NotAnswerable
        If training or holdout would be empty.
    """
    rows = dataset.connection.execute("SELECT as_of FROM labels ORDER BY as_of").fetchall()
    moments: list[datetime] = [moment for (moment,) in rows]
    boundary = moments[int(_TRAINING_SHARE * len(moments))] if moments else None
    span = timedelta(days=days)
    training = [moment for moment in moments if boundary and moment + span <= boundary]
    if boundary is None or not training:
        raise NotAnswerable(
            f"{len(moments)} first sessions and orders of customers can be labelled by the {days} "
            "days that follow, too few to learn from some and to test on later ones. Bring a "
            "longer log."
        )
    split = (
        f"by time: customers whose window of {days} days after the first session or order ended "
        f"before {boundary:%Y-%m-%d} train, first sessions and orders from then on test{sample}"
    )
    return Parted(boundary, training[int(FIRST_EDGE * len(training))], split)


def classes_of(dataset: Dataset, parted: Parted, days: int, what: str) -> tuple[str, ...]:
    """What training's customers are labelled with, the most frequent first.

    Parameters
    ----------
    dataset : Dataset
        With `labels`.
    parted : Parted
        Knows who trains.
    days : int
        The target window.
    what : str
        What a class is, and what customers do with it, for the refusal.

    Returns
    -------
    tuple of str
        `other` stands last where labels are left that few have.

    Raises
    ------
    NotAnswerable
        If there are no two classes.
    """
    rows = dataset.connection.execute(
        "SELECT label, count(DISTINCT unit_id) FROM labels WHERE as_of <= $last "
        "GROUP BY label ORDER BY 2 DESC, 1",
        {"last": parted.boundary - timedelta(days=days)},
    )
    counted = rows.fetchall()
    own = [name for name, customers in counted if customers >= _FEWEST and name != OTHER][:_MOST]
    if not own or len(counted) < 2:
        raise NotAnswerable(
            f"Of the customers to learn from, too few {what} but one (it takes {_FEWEST}). Bring "
            "a longer log."
        )
    return (*own, OTHER) if len(own) < len(counted) else tuple(own)


def prepared_new_customers(
    dataset: Dataset,
    features: FeatureSet,
    parted: Parted,
    classes: tuple[str, ...],
    lookups: Mapping[str, pa.Table],
) -> Prepared:
    """Make training and holdout of the customers in `cuts` and `labels`.

    Who has none of the classes is left out, and the split says how many.

    Parameters
    ----------
    dataset : Dataset
        With both.
    features : FeatureSet
        Of customers.
    parted : Parted
        Who trains and who tests.
    classes : tuple of str
        Labels are numbers of these.
    lookups : mapping of str to pyarrow Table
        That the features read.
    """
    sql = features_sql(features)
    table = new_customers(dataset, features.features, sql, classes, features.expression)
    boundary = np.datetime64(parted.boundary)
    ((labelled,),) = dataset.connection.execute("SELECT count(*) FROM labels").fetchall()
    without = labelled - len(table)
    split = parted.split + (f"; {without} of classes that training lacks left out" * bool(without))
    return Prepared(
        table.rows(table.end < boundary),
        table.rows(table.start >= boundary),
        features.features,
        sql,
        split,
        lookups=lookups,
        queried=features,
        classes=classes,
    )


def new_customers(
    dataset: Dataset,
    features: tuple[Feature, ...],
    sql: str,
    classes: Sequence[str],
    expression: ir.Table | None = None,
) -> Table:
    """Make the table of the customers in `cuts` and `labels`.

    Parameters
    ----------
    dataset : Dataset
        With both.
    features : tuple of Feature
        The columns of the query.
    sql : str
        `features.sql`.
    classes : sequence of str
        Labels are numbers of these; who has none of them is left out.
    expression : ibis Table, optional
        What `sql` was compiled from, for a data set whose events are on Spark.
    """
    store_features(dataset, "customer", sql, expression)
    found = dataset.connection.execute(
        'SELECT f.*, l.label AS name, as_of AS start, l.until AS "end", NULL::DOUBLE AS label '
        "FROM features f JOIN labels l USING (unit_id, as_of) ORDER BY md5(unit_id), start"
    ).fetchnumpy()
    table = make_table(found, features)
    numbers = class_numbers(list(map(str, found["name"])), classes)
    labelled = replace(table, label=numbers.astype(np.float64))
    return labelled.rows(numbers >= 0)


def class_numbers(names: Sequence[str | None], classes: Sequence[str]) -> npt.NDArray[np.int64]:
    """Numbers of classes, shape (N,).

    Parameters
    ----------
    names : sequence of str or None
        N names; None is none of the classes.
    classes : sequence of str
        What training calls its classes. What is none of them is `other`, or -1 where training had
        nothing that is other.
    """
    numbers = {name: number for number, name in enumerate(classes)}
    rest = numbers.get(OTHER, -1)
    found = [-1 if name is None else numbers.get(name, rest) for name in names]
    return np.array(found, dtype=np.int64)
