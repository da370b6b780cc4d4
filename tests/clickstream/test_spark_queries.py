"""What is asked of Spark can be written where there is no Spark, and is refused there."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlglot

from clickstream.errors import EngineError
from clickstream.features import features_sql
from clickstream.spark import on_spark, spark_session, spark_sql
from tests.clickstream.features.running import every_session_feature
from tests.clickstream.logs import END, event


def test_without_pyspark_the_way_out_is_a_sentence() -> None:
    with pytest.raises(EngineError, match="`make env-spark`"), spark_session("local[2]"):
        raise AssertionError("Spark started")


def test_ready_made_rows_are_not_for_spark(read) -> None:
    rows = replace(read([event("s1", 1), END]), kind="rows")
    with pytest.raises(EngineError, match="leave out --engine spark"), on_spark(rows, "local[2]"):
        raise AssertionError("Spark started")


def test_both_queries_read_the_same_relations_and_yield_the_same_columns() -> None:
    features = every_session_feature()
    texts = {"duckdb": features_sql(features), "spark": spark_sql(features.expression)}
    queries = {name: sqlglot.parse_one(text, dialect=name) for name, text in texts.items()}
    assert queries["spark"].named_selects == queries["duckdb"].named_selects
    relations = {
        name: {table.name for table in query.find_all(sqlglot.exp.Table)}
        - {part.alias for part in query.find_all(sqlglot.exp.CTE)}
        for name, query in queries.items()
    }
    assert relations["spark"] == relations["duckdb"]
