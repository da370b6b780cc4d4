"""Expressions as the SQL that Spark reads."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis.config import Config

__all__ = ["spark_sql"]


class _Options(Config):  # type: ignore[misc]  # ibis has no types
    """What Ibis' compiler asks for and sets itself only where pyspark is installed."""

    treat_nan_as_null: bool = False


def spark_sql(expression: ir.Table) -> str:
    """The text of an expression in Spark's dialect, which takes no Spark to write.

    Parameters
    ----------
    expression : ibis Table
        Over relations that Spark knows by the same names.
    """
    if ibis.options.pyspark is None:
        ibis.options.pyspark = _Options()
    return str(ibis.to_sql(expression, dialect="pyspark")) + "\n"
