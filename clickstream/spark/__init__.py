"""The same expressions on Spark, for logs that outgrow one machine (`--engine spark`).

pyspark is an extra: it is imported where Spark is started, and nowhere else.
"""

from __future__ import annotations

from clickstream.spark.log import SparkLog, hand_over, on_spark, read_folders
from clickstream.spark.queries import spark_sql
from clickstream.spark.session import spark_session

__all__ = ["SparkLog", "hand_over", "on_spark", "read_folders", "spark_session", "spark_sql"]
