"""Feature sets: described columns and the one expression that computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from clickstream.cuts import cut_schema
from clickstream.features.catalogue import Feature
from clickstream.tables import event_schema

__all__ = [
    "CUT",
    "FeatureSet",
    "Values",
    "at_cut",
    "feature_set",
    "features_sql",
    "mean_of",
    "relations",
    "times",
    "whole_seconds",
]

CUT = ["unit_id", "cut_index", "as_of"]
"""What names a row of a feature set."""

Values = dict[str, ir.Value]
"""Expressions by the name of their feature."""

_TYPES = {"number": "float64", "string": "!string"}
"""To plain text from the enums of `clickstream.parts`; of a cast to what it is, Ibis makes none."""


@dataclass(frozen=True)
class FeatureSet:
    """Features and the expression that computes them.

    Attributes
    ----------
    features : tuple of Feature
        In the order of the columns.
    expression : ibis Table
        `unit_id`, `cut_index`, `as_of` and one column per feature, one row per cut.
    """

    features: tuple[Feature, ...]
    expression: ir.Table

    def only(self, names: Sequence[str]) -> FeatureSet:
        """Some of the features, in their own order."""
        kept = tuple(feature for feature in self.features if feature.name in names)
        columns = [*CUT, *(feature.name for feature in kept)]
        return FeatureSet(kept, self.expression.select(*columns))


def feature_set(table: ir.Table, values: Values, described: Mapping[str, Feature]) -> FeatureSet:
    """Features of a table of cuts, numbers as float64.

    Parameters
    ----------
    table : ibis Table
        One row per cut.
    values : mapping of str to ibis Value
        Expressions over the table, by the name of their feature.
    described : mapping of str to Feature
        The catalogue, by name.
    """
    features = tuple(described[name] for name in values)
    columns = {
        feature.name: values[feature.name].cast(_TYPES[feature.type]) for feature in features
    }
    return FeatureSet(features, table.select(*CUT, **columns))


def features_sql(features: FeatureSet) -> str:
    """The DuckDB text of a feature set, over `events`, `cuts` and the lookups that it reads."""
    return str(ibis.to_sql(features.expression, dialect="duckdb")) + "\n"


def relations(context_columns: tuple[str, ...]) -> tuple[ir.Table, ir.Table]:
    """The relations `events` and `cuts`, by their columns alone."""
    events = ibis.table(event_schema(context_columns), name="events")
    return events, ibis.table(cut_schema(), name="cuts")


def at_cut(seen: ir.Table, value: ir.Value, lag: int = 0) -> ir.Value:
    """A value of the very event at which a session is cut, or of one some places before it."""
    # Planned and run faster than the first of an order.
    return (seen.event_index == seen.cut_index - lag).ifelse(value, None).max()


def times(condition: ir.BooleanValue) -> ir.IntegerScalar:
    """How many rows fulfil a condition; one that is unknown is not fulfilled."""
    # A count of a CASE is planned faster than one with a FILTER, of which each is compared with
    # every other.
    return condition.ifelse(1, ibis.null("int8")).count()


def mean_of(amount: ir.DecimalValue) -> ir.FloatingScalar:
    """The mean of amounts, from their exact sum.

    Engines round the mean of decimals each to places of their own.
    """
    return amount.sum().cast("float64") / amount.count().nullif(0)


def whole_seconds(time: ir.TimestampValue) -> ir.IntegerValue:
    """Seconds since 1970, of which DuckDB would tell fractions and Spark would not."""
    return time.truncate("s").epoch_seconds()
