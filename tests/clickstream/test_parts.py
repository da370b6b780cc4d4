"""A long log part by part says what the whole says."""

from __future__ import annotations

import pandas as pd
import pytest

from clickstream import parts
from clickstream.cuts import customer_cuts, session_cuts
from clickstream.features import FeatureSet, customer_features, features_sql
from clickstream.parts import Scope, in_parts
from clickstream.tables import Dataset, store
from tests.clickstream.features.running import CONTEXT, every_session_feature, learn

EVENTS = 20_000


def part_features(dataset: Dataset, features: FeatureSet, scope: Scope) -> list[pd.DataFrame]:
    query = features_sql(features)
    return [connection.execute(query).df() for connection in in_parts(dataset, scope)]


def whole(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables).sort_values(["unit_id", "cut_index", "as_of"], ignore_index=True)


def test_sessions_in_parts_have_the_features_of_the_whole(
    shop_data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(shop_data)
    store(shop_data.backend, "cuts", session_cuts(shop_data.table, "time"))
    features = every_session_feature()
    (once,) = part_features(shop_data, features, "session")
    monkeypatch.setattr(parts, "_MOST_EVENTS", EVENTS)
    tables = part_features(shop_data, features, "session")
    assert len(tables) > 2
    pd.testing.assert_frame_equal(whole(tables), whole([once]), rtol=1e-9)


def test_customers_in_parts_have_the_features_of_the_whole(
    shop_data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(shop_data.backend, "cuts", customer_cuts(shop_data.table, ["2025-05-01"], 365))
    features = customer_features(CONTEXT, 365)
    (once,) = part_features(shop_data, features, "customer")
    monkeypatch.setattr(parts, "_MOST_EVENTS", EVENTS)
    tables = part_features(shop_data, features, "customer")
    assert len(tables) > 2
    pd.testing.assert_frame_equal(whole(tables), whole([once]), rtol=1e-9)


def test_less_memory_makes_more_parts(shop_data: Dataset) -> None:
    connection = shop_data.connection
    store(shop_data.backend, "cuts", session_cuts(shop_data.table, "time"))
    ((limit,),) = connection.execute("SELECT current_setting('memory_limit')").fetchall()
    whole = len(list(in_parts(shop_data, "session")))
    connection.execute("SET memory_limit = '60MB'")
    try:
        assert len(list(in_parts(shop_data, "session"))) > whole
    finally:
        connection.execute(f"SET memory_limit = '{limit}'")
