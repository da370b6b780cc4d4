"""On real logs a unit that is sent alone has the features that it has in the whole log."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.testing import assert_frame_equal

from clickstream.cuts import customer_cuts, session_cuts
from clickstream.features import FeatureSet, customer_features, features_sql, session_features
from clickstream.features.categories import frequent_categories
from clickstream.loading import connect, load_rows, unit_rows
from clickstream.lookups import LOOKUPS
from clickstream.sources import read_source
from clickstream.tables import Dataset, store
from tests.clickstream.features.running import learn
from tests.clickstream.logs import frame

UNITS = 1_000

Find = Callable[[str], Path]

SESSION = """
SELECT {fields}, nullif(e.session_id, c.unit_id) AS session_id
FROM events e JOIN sampled c ON e.session_id = c.unit_id AND e.event_index <= c.cut_index
UNION ALL
SELECT {fields}, e.session_id
FROM sampled c JOIN (SELECT DISTINCT session_id, customer_id FROM events) o
    ON o.session_id = c.unit_id
JOIN events e ON e.customer_id = o.customer_id AND e.session_id <> c.unit_id
"""
"""A session up to its cut, and all others of its customer, also those that came later."""

CUSTOMER = "SELECT {fields}, e.session_id FROM events e JOIN sampled c ON e.customer_id = c.unit_id"
"""All that a customer ever did, also after the moment that is asked about."""


def sample(dataset: Dataset, features: FeatureSet) -> pd.DataFrame:
    """Features of cuts chosen by a hash, in the whole log."""
    dataset.connection.execute(
        "CREATE OR REPLACE TABLE sampled AS SELECT unit_id || '#' || cut_index || '@' || as_of "
        f"AS id, * FROM cuts ORDER BY hash(unit_id, cut_index, as_of) LIMIT {UNITS}"
    )
    asked = "JOIN sampled USING (unit_id, cut_index, as_of)"
    return frame(dataset, f"FROM ({features_sql(features)}) {asked} ORDER BY id")


def units_of(dataset: Dataset, query: str) -> list[dict[str, Any]]:
    """The sampled cuts as `POST /predict` takes them, with ids that say nothing."""
    columns = [*dataset.context_columns, "event_index", "event_time", "event_type", "product_id"]
    columns += ["category", "price", "quantity"]
    fields = ", ".join(["c.id", *(f"e.{name}" for name in columns)])
    moments = dict(dataset.connection.execute("SELECT id, as_of FROM sampled").fetchall())
    sent = dataset.connection.execute(
        f"SELECT * FROM ({query.format(fields=fields)}) ORDER BY id, session_id, event_index"
    )
    names = [column[0] for column in sent.description or []][1:]
    units: dict[str, dict[str, Any]] = {
        name: {"id": name, "as_of": str(moment), "events": []} for name, moment in moments.items()
    }
    for name, *values in sent.fetchall():
        event = {key: v for key, v in zip(names, values, strict=True) if v is not None}
        units[name]["events"].append(event)
    made: list[dict[str, Any]] = json.loads(json.dumps(list(units.values()), default=str))
    return made


def served(
    dataset: Dataset, features: FeatureSet, units: list[dict[str, Any]], scope: str
) -> pd.DataFrame:
    """The features of units in a database that holds nothing else but the lookups."""
    connection = connect()
    for name in LOOKUPS if scope == "session" else ():
        connection.register("learned", dataset.backend.table(name).to_pyarrow())
        connection.execute(f"CREATE TABLE {name} AS FROM learned")
    load_rows(connection, unit_rows(units, scope), dataset.context_columns)
    found: pd.DataFrame = connection.execute(f"FROM ({features_sql(features)})").df()
    return found.sort_values("unit_id", ignore_index=True)


def assert_served_alike(
    dataset: Dataset, features: FeatureSet, scope: str, sent: str
) -> pd.DataFrame:
    whole = sample(dataset, features)
    alone = served(dataset, features, units_of(dataset, sent), scope)
    assert alone.unit_id.tolist() == whole.id.tolist()
    assert len(whole) == UNITS
    names = [feature.name for feature in features.features]
    assert_frame_equal(alone[names], whole[names], check_exact=False, rtol=1e-9, atol=0)
    numbers = [feature.name for feature in features.features if feature.type == "number"]
    counts = [name for name in numbers if (whole[name].dropna() % 1 == 0).all()]
    assert_frame_equal(alone[counts], whole[counts], check_exact=True)
    return whole


def test_real_sessions_with_lookups_and_history_are_served_as_they_were_trained(
    real_data: Find,
) -> None:
    dataset = read_source([real_data("rees46/2019-Oct.csv")])
    learn(dataset, [datetime(2019, 10, 1, 0, 30), datetime(2019, 10, 1, 2, 10)])
    cuts = session_cuts(dataset.table, "none", before_purchase=False)
    store(dataset.backend, "cuts", cuts)
    features = session_features(
        dataset.context_columns,
        "time",
        frequent_categories(dataset.table),
        history_days=365,
        lookups=True,
    )
    found = assert_served_alike(dataset, features, "session", SESSION)
    assert (found.sessions_before > 0).sum() > 100
    assert (found.carts > 0).sum() > 10


def test_real_customers_are_served_as_they_were_trained(real_data: Find) -> None:
    dataset = read_source([real_data("online-retail/online_retail.csv.gz")])
    moments = ["2011-06-01T00:00:00", "2011-10-01T00:00:00"]
    store(dataset.backend, "cuts", customer_cuts(dataset.table, moments, 120))
    features = customer_features(dataset.context_columns, 120)
    found = assert_served_alike(dataset, features, "customer", CUSTOMER)
    assert (found.returns > 0).sum() > 100
