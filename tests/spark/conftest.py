"""One Spark for all tests, and one log that DuckDB and Spark both hold."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from automl.options import Options
from automl.training import train
from clickstream.simulator import simulate
from clickstream.sources import read_source
from clickstream.spark import SparkLog, hand_over, spark_session
from clickstream.tables import Dataset
from tests.spark.java import require_java

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Few rows are done with sooner in few parts, planned once and compiled in haste.
os.environ["PYSPARK_SUBMIT_ARGS"] = (
    "--conf spark.sql.shuffle.partitions=2 --conf spark.sql.adaptive.enabled=false "
    "--driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"
)


@pytest.fixture(scope="session")
def session() -> Iterator[SparkSession]:
    """Spark on two cores."""
    require_java()
    with spark_session("local[2]") as session:
        yield session


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated log that is just large enough to train on."""
    file = tmp_path_factory.mktemp("small-shop") / "shop.parquet"
    simulate(20_000, file, seed=7)
    return file


ODD = """
UPDATE events SET
    category = CASE hash(session_id) % 7 WHEN 0 THEN 'it''s a \\ "hat"' WHEN 1 THEN NULL
        ELSE category END,
    product_id = CASE WHEN hash(product_id) % 11 = 0 THEN NULL ELSE product_id END,
    price = CASE hash(product_id) % 5 WHEN 0 THEN 0.0301 WHEN 1 THEN NULL ELSE price END,
    quantity = 1 + hash(session_id) % 3,
    customer_id = CASE WHEN hash(customer_id) % 13 = 0 THEN NULL ELSE customer_id END,
    event_time = event_time + INTERVAL (event_index * 7) MICROSECOND
"""
"""What the simulator does not write and shops do: quotes, gaps, small prices, microseconds."""


@pytest.fixture(scope="session")
def odd_log(small_shop: Path) -> Dataset:
    """The log with oddities, in DuckDB."""
    dataset = read_source([small_shop])
    dataset.connection.execute(ODD)
    return dataset


@pytest.fixture(scope="session")
def odd_log_on_spark(
    odd_log: Dataset, session: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> SparkLog:
    """The same log, handed over."""
    return hand_over(odd_log, session.newSession(), tmp_path_factory.mktemp("handed-over"))


@pytest.fixture(scope="session")
def models(small_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with bundles of sessions and of customers."""
    out = tmp_path_factory.mktemp("models")
    options = Options(answers=("purchase", "segment"), budget=None, trials=8)
    outcomes = train(read_source([small_shop]), out, options)
    assert [outcome.outcome for outcome in outcomes] == ["packaged"] * 2, outcomes
    return out
