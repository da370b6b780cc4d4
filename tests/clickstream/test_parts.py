"""A long log part by part says what the whole says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from clickstream import parts
from clickstream.cuts import customer_cuts, session_cuts
from clickstream.features import FeatureSet, customer_features, features_sql, session_features
from clickstream.parts import Scope, in_parts
from clickstream.sources import read_source
from clickstream.sources.mapping import read_mapping
from clickstream.tables import Dataset, store
from tests.clickstream.features.running import CONTEXT, every_session_feature, learn

EVENTS = 20_000


def part_features(dataset: Dataset, features: FeatureSet, scope: Scope) -> list[pd.DataFrame]:
    query = features_sql(features)
    parts = in_parts(dataset, scope, query)
    return [connection.execute(f"FROM {made}").df() for connection, made in parts]


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
    whole = len(list(in_parts(shop_data, "session", "FROM cuts")))
    connection.execute("SET memory_limit = '60MB'")
    try:
        assert len(list(in_parts(shop_data, "session", "FROM cuts"))) > whole
    finally:
        connection.execute(f"SET memory_limit = '{limit}'")


def test_a_part_holds_no_customer_who_is_not_asked_about(shop_data: Dataset) -> None:
    connection = shop_data.connection
    store(shop_data.backend, "cuts", session_cuts(shop_data.table, "time").limit(5))
    counted = "SELECT count(*), count(DISTINCT customer_id) FROM events"
    asked = connection.execute(
        f"{counted} WHERE customer_id IN "
        "(SELECT customer_id FROM events SEMI JOIN cuts ON session_id = unit_id)"
    ).fetchall()
    parts = in_parts(shop_data, "session", "FROM cuts")
    assert [cursor.execute(counted).fetchall() for cursor, _ in parts] == [asked]
    assert 0 < asked[0][1] <= 5


def test_a_shop_may_call_its_columns_as_those_that_number_its_parts(tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.csv", tmp_path / "log.toml"
    log.write_text(
        "at,what,visit,item,name,number,owner\n"
        "2026-01-01 10:00:00,view,s1,p1,a,1,x\n"
        "2026-01-01 10:01:00,cart,s1,p1,b,2,x\n"
        "2026-01-01 11:00:00,view,s2,p2,a,,y\n"
    )
    mapping.write_text(
        'kind = "events"\ntime = "at"\nevent = "what"\nsession = "visit"\nproduct = "item"\n'
        'context = ["name", "number", "owner"]\n'
    )
    shop = read_source([log], mapping=read_mapping(mapping))
    store(shop.backend, "cuts", session_cuts(shop.table, "time", before_purchase=False))
    features = session_features(shop.context_columns, "time", [])
    asked = "SELECT unit_id, cut_index, name_last, number_last, owner_last FROM {} ORDER BY ALL"
    parts = in_parts(shop, "session", features_sql(features))
    (rows,) = [cursor.execute(asked.format(made)).fetchall() for cursor, made in parts]
    assert rows == [("s1", 1, "a", "1", "x"), ("s1", 2, "b", "2", "x")]
