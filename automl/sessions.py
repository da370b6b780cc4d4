"""Sessions: cuts, labels and the split by time."""

from __future__ import annotations

from typing import Any

import numpy as np

from automl.splits import HOLDOUT_SHARE
from automl.table import Prepared, Table, make_table
from clickstream.answers import Answer
from clickstream.cuts import closed_sessions, last_cuts, session_cuts
from clickstream.errors import NotAnswerable
from clickstream.features import Feature, features_sql, frequent_categories, session_features
from clickstream.tables import Dataset, Label, store
from clickstream.targets import session_labels

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


def prepare_sessions(dataset: Dataset, answer: Answer) -> Prepared:
    """Cut sessions, label them, and hold out those that began last.

    Parameters
    ----------
    dataset : Dataset
        Events.
    answer : Answer
        One with a label, or segment.

    Raises
    ------
    NotAnswerable
        If no session can be labelled.
    """
    events = dataset.table
    labelled_cuts(dataset, None if answer.kind == "segment" else dataset.labels[answer.name])
    boundary = _boundary(dataset)
    training_units = dataset.backend.table("bounds")
    training_units = training_units.filter(training_units.end < boundary)
    seen = events.semi_join(training_units, events.session_id == training_units.unit_id)
    features = session_features(
        dataset.context_columns, dataset.time_resolution, frequent_categories(seen)
    )
    if answer.kind == "segment":
        features = features.only(_SESSION_SPACE)
    sql = features_sql(features)
    table = labelled_table(dataset, features.features, sql)
    moment = np.datetime64(boundary)
    timed = dataset.time_resolution == "time"
    split = (
        f"by time: sessions that ended before {boundary:%Y-%m-%d %H:%M} UTC train, those that "
        "began at or after it test"
        + ("; sessions still open when the log ends are left out" if timed else "")
    )
    return Prepared(
        table.rows(table.end < moment),
        table.rows(table.start >= moment),
        features.features,
        sql,
        split,
    )


def labelled_cuts(dataset: Dataset, label: Label | None) -> None:
    """Make the tables `cuts`, `labels` and `bounds` in the data set's database.

    Parameters
    ----------
    dataset : Dataset
        Events.
    label : Label or None
        Where None, every closed session has one cut, after its last click.
    """
    events, backend = dataset.table, dataset.backend
    if label is None:
        cuts = last_cuts(events)
        if dataset.time_resolution == "time":
            closed = closed_sessions(events)
            cuts = cuts.semi_join(closed, cuts.unit_id == closed.session_id)
    else:
        cuts = session_cuts(
            events, dataset.time_resolution, before_purchase=label.kind in ("purchase", "spend")
        )
    made = store(backend, "cuts", cuts)
    labels = (
        made.select("unit_id", "cut_index").mutate(label=float("nan"))
        if label is None
        else session_labels(events, made, label)
    )
    store(backend, "labels", labels)
    _session_bounds(dataset)


def labelled_table(dataset: Dataset, features: tuple[Feature, ...], sql: str) -> Table:
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
    """
    columns = dataset.connection.execute(
        f'SELECT f.*, l.label, b.start, b."end" FROM ({sql}) f '
        "JOIN labels l USING (unit_id, cut_index) JOIN bounds b USING (unit_id) "
        "ORDER BY md5(unit_id), cut_index"
    ).fetchnumpy()
    return make_table(columns, features)


def _session_bounds(dataset: Dataset) -> None:
    dataset.connection.execute(
        "CREATE OR REPLACE TABLE bounds AS SELECT session_id AS unit_id, "
        "min(coalesce(event_time, event_date)) AS start, "
        'max(coalesce(event_time, event_date)) AS "end" FROM events GROUP BY session_id'
    )


def _boundary(dataset: Dataset) -> Any:
    """The moment after which the last share of labelled units begins."""
    found = dataset.connection.execute(
        f"SELECT quantile_disc(start, {1 - HOLDOUT_SHARE}) FROM bounds "
        "WHERE unit_id IN (SELECT unit_id FROM labels)"
    ).fetchall()[0][0]
    if found is None:
        raise NotAnswerable("No session of the log can be labelled, so there is nothing to learn.")
    return found
