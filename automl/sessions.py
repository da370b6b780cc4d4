"""Sessions: cuts, labels and the split by time."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from automl.computing import compute, store_features
from automl.sampling import keep_sample
from automl.splits import HOLDOUT_SHARE
from automl.table import Prepared, Table, make_table
from clickstream.answers import Answer, Windows, label_of
from clickstream.cuts import closed_sessions, last_cuts, session_bounds, session_cuts
from clickstream.errors import NotAnswerable
from clickstream.features import (
    Feature,
    FeatureSet,
    features_sql,
    frequent_categories,
    session_features,
)
from clickstream.lookups import learn_lookups
from clickstream.tables import Dataset, Label, store
from clickstream.targets import LABELS_OF_CLICKS, session_labels

__all__ = ["labelled_cuts", "labelled_table", "prepare_sessions"]

_SESSION_SPACE = (
    "clicks",
    "products",
    "categories",
    "revisits",
    "price_mean",
    "carts",
    "top_category_share",
    "duration",
)
"""What segments of sessions are made of: behaviour that a marketer can name, each once."""

_PERIODS = 10
"""Parts of the training time, whose sessions read what was learned before their part began."""


def prepare_sessions(
    dataset: Dataset, answer: Answer, windows: Windows, *, whole: bool = False
) -> Prepared:
    """Cut sessions, label them, and hold out those that began last.

    Parameters
    ----------
    dataset : Dataset
        Events.
    answer : Answer
        One with a label, or segment.
    windows : Windows
        How far back a customer's earlier sessions count.
    whole : bool, default False
        Hold out nothing; the holdout is then empty.

    Raises
    ------
    NotAnswerable
        If no session can be labelled.
    """
    label = None if answer.kind == "segment" else label_of(dataset, answer)
    sample = labelled_cuts(dataset, label)
    boundary = _boundary(dataset, whole=whole)
    history_days = windows.history_days if _knows_customers(dataset) else None
    if answer.kind == "segment":
        features = _features(dataset, boundary).only(_SESSION_SPACE)
        lookups, history_days = {}, None
    else:
        features = _features(dataset, boundary, history_days=history_days, lookups=True)
        lookups = _learn(dataset, boundary)
    sql = features_sql(features)
    table = labelled_table(dataset, features.features, sql, features.expression)
    moment = np.datetime64(boundary)
    return Prepared(
        table.rows(table.end < moment),
        table.rows(table.start >= moment),
        features.features,
        sql,
        _split(dataset, boundary) + sample,
        lookups,
        history_days,
        features,
    )


def _features(
    dataset: Dataset, boundary: datetime, *, history_days: int | None = None, lookups: bool = False
) -> FeatureSet:
    trained_on = _trained_on(dataset, boundary)
    events = dataset.table
    seen = events.semi_join(trained_on, events.session_id == trained_on.unit_id)
    return session_features(
        dataset.context_columns,
        dataset.time_resolution,
        frequent_categories(seen.filter(seen.event_type == "view")),
        history_days=history_days,
        lookups=lookups,
    )


def _learn(dataset: Dataset, boundary: datetime) -> dict[str, pa.Table]:
    """Learn the lookups at quantiles of training's sessions, and at its end for all that follow."""
    trained_on = _trained_on(dataset, boundary)
    store(dataset.backend, "trained_on", trained_on)
    shares = [part / _PERIODS for part in range(1, _PERIODS)]
    found = dataset.connection.execute(
        f"SELECT unnest(quantile_disc(start, {shares})) FROM trained_on"
    ).fetchall()
    moments = sorted({*(moment for (moment,) in found if moment is not None), boundary})
    learned = learn_lookups(dataset.backend, moments)
    return {name: table.to_pyarrow() for name, table in learned.items()}


def _trained_on(dataset: Dataset, boundary: datetime) -> ir.Table:
    bounds = dataset.backend.table("bounds")
    return bounds.filter(bounds.end < boundary)


def _knows_customers(dataset: Dataset) -> bool:
    known = dataset.table.customer_id.notnull().any()
    return dataset.time_resolution == "time" and bool(known.execute())


def _split(dataset: Dataset, boundary: datetime) -> str:
    timed = dataset.time_resolution == "time"
    return (
        f"by time: sessions that ended before {boundary:%Y-%m-%d %H:%M} UTC train, those that "
        "began at or after it test"
        + ("; sessions still open when the log ends are left out" if timed else "")
    )


def labelled_cuts(dataset: Dataset, label: Label | None) -> str:
    """Make the tables `cuts`, `labels` and `bounds` in the data set's database.

    Of a long log the cuts are a sample.

    Parameters
    ----------
    dataset : Dataset
        Events.
    label : Label or None
        Where None, every closed session has one cut, after its last click.

    Returns
    -------
    str
        Of `keep_sample`.
    """
    events, backend = dataset.table, dataset.backend
    if label is None:
        cuts = last_cuts(events)
        if dataset.time_resolution == "time":
            closed = closed_sessions(events)
            cuts = cuts.semi_join(closed, cuts.unit_id == closed.session_id)
    else:
        cuts = session_cuts(
            events,
            dataset.time_resolution,
            before_purchase=label.kind in ("purchase", "spend", "exit"),
            every_click=label.kind in LABELS_OF_CLICKS,
        )
    made = compute(dataset, "cuts", cuts)
    sample = keep_sample(dataset, "session")
    if label is None:
        unlabelled = made.select("unit_id", "cut_index").mutate(label=float("nan"))
        store(backend, "labels", unlabelled)
    else:
        compute(dataset, "labels", session_labels(events, made, label))
    store(backend, "bounds", session_bounds(events))
    return sample


def labelled_table(
    dataset: Dataset,
    features: tuple[Feature, ...],
    sql: str,
    expression: ir.Table | None = None,
) -> Table:
    """Run the very SQL that a bundle carries, and join labels and times to it.

    Rows come in the order of a hash of their unit, which no order of the file moves.

    Parameters
    ----------
    dataset : Dataset
        Events, after `labelled_cuts`.
    features : tuple of Feature
        The columns of the query.
    sql : str
        `features.sql`.
    expression : ibis Table, optional
        What it was compiled from, for a data set whose events are on Spark.
    """
    store_features(dataset, "session", sql, expression)
    columns = dataset.connection.execute(
        'SELECT f.*, l.label, b.start, b."end" FROM features f '
        "JOIN labels l USING (unit_id, cut_index) JOIN bounds b USING (unit_id) "
        "ORDER BY md5(unit_id), cut_index"
    ).fetchnumpy()
    return make_table(columns, features)


_MOMENTS = {
    False: f"quantile_disc(start, {1 - HOLDOUT_SHARE})",
    True: 'max("end") + INTERVAL 1 SECOND',
}
"""SQL of the moment that parts sessions; where all train, one that they all ended before."""


def _boundary(dataset: Dataset, *, whole: bool) -> datetime:
    """The moment after which the last share of the sessions begins, or all are over.

    It is the same for all answers, whichever sessions they label, so that they share lookups.
    """
    sessions = dataset.backend.table("bounds")
    if dataset.time_resolution == "time":
        closed = closed_sessions(dataset.table)
        sessions = sessions.semi_join(closed, sessions.unit_id == closed.session_id)
    found = dataset.connection.execute(
        f"SELECT {_MOMENTS[whole]} FROM ({ibis.to_sql(sessions, 'duckdb')})"
    ).fetchall()[0][0]
    if found is None:
        raise NotAnswerable("No session of the log can be labelled, so there is nothing to learn.")
    return cast(datetime, found)
