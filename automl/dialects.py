"""The query of an answer in the dialects of other engines than DuckDB."""

from __future__ import annotations

from collections.abc import Mapping

from clickstream.features import FeatureSet
from clickstream.features.sqlite import sqlite_sql
from clickstream.spark import spark_sql

__all__ = ["dialects"]


def dialects(features: FeatureSet) -> Mapping[str, str]:
    """The texts of a feature set beside `features.sql`, by the name of the file that holds each.

    Spark scores logs that outgrow one machine, SQLite the few units of one request.

    Parameters
    ----------
    features : FeatureSet
        With the one expression that all texts are made of.
    """
    return {
        "features.spark.sql": spark_sql(features.expression),
        "features.sqlite.sql": sqlite_sql(features.expression),
    }
