"""Describe a log of events."""

from __future__ import annotations

import duckdb

from clickstream.description.columns import common_values, missing_values
from clickstream.description.histograms import histogram
from clickstream.description.moments import GAPS, calendar, days, make_gaps
from clickstream.description.relations import correlations, sample
from clickstream.description.sessions import (
    SESSIONS,
    funnel,
    make_sessions,
    paths,
    places,
    visits,
)
from clickstream.description.tables import Balance, Bars, Description, Histogram
from clickstream.tables import Dataset

__all__ = ["describe_events"]

_MOST_CONTEXT = 12
_PAIRED = 5


def describe_events(dataset: Dataset, cursor: duckdb.DuckDBPyConnection) -> Description:
    """Describe events.

    Parameters
    ----------
    dataset : Dataset
        Events.
    cursor : DuckDBPyConnection
        Of the data set's connection; gets temporary tables.
    """
    make_sessions(cursor)
    timed, dated = dataset.time_resolution == "time", dataset.time_resolution != "none"
    if timed:
        make_gaps(cursor)
    viewed, carts, bought, categories = cursor.execute(
        "SELECT bool_or(event_type = 'view'), bool_or(event_type = 'cart'), "
        "bool_or(event_type = 'purchase'), count(category) > 0 FROM events"
    ).fetchall()[0]
    place = "category" if categories else "product"
    numbers = _session_numbers(timed=timed, viewed=viewed, carts=carts, bought=bought)
    return Description(
        missing_values(cursor, "events", _event_columns(dataset)),
        _event_histograms(cursor, timed=timed, viewed=viewed),
        _event_bars(dataset, cursor),
        correlations(cursor, SESSIONS, numbers),
        sample(
            cursor,
            SESSIONS,
            dict(list(numbers.items())[:_PAIRED]),
            of="sessions" if viewed else "orders",
            key="session_id",
            marked="purchases > 0",
            mark="bought" if viewed and bought else "",
        ),
        visits(cursor) if viewed else None,
        place,
        places(cursor, "category" if categories else "product_id") if viewed else (),
        funnel(cursor) if viewed and (carts or bought) else (),
        paths(cursor) if viewed else (),
        calendar(cursor) if timed else None,
        days(cursor) if dated else (),
        _balance(cursor) if viewed and bought else (),
    )


def _balance(cursor: duckdb.DuckDBPyConnection) -> tuple[Balance, ...]:
    sessions = cursor.execute(
        f"SELECT count(*) FILTER (purchases > 0), count(*) FILTER (purchases = 0) FROM {SESSIONS}"
    ).fetchall()[0]
    customers = cursor.execute(
        "SELECT count(*) FILTER (bought), count(*) FILTER (NOT bought) FROM (SELECT "
        "bool_or(event_type = 'purchase') AS bought FROM events "
        "WHERE customer_id IS NOT NULL GROUP BY customer_id)"
    ).fetchall()[0]
    found = (Balance("sessions", "bought", *sessions), Balance("customers", "bought", *customers))
    return tuple(one for one in found if one.yes + one.no)


def _event_columns(dataset: Dataset) -> list[str]:
    """Canonical columns that a source of this kind of time can fill, and its context."""
    absent = {"time": set(), "date": {"event_time"}, "none": {"event_time", "event_date"}}
    left_out = absent[dataset.time_resolution]
    return [name for name in dataset.table.columns if name not in left_out]


def _session_numbers(*, timed: bool, viewed: bool, carts: bool, bought: bool) -> dict[str, str]:
    """Names, with units, and columns of the table of sessions."""
    numbers = {"clicks" if viewed else "order lines": "events", "products": "products"}
    numbers |= {"duration (s)": "duration"} if timed and viewed else {}
    numbers |= {"mean price": "price"}
    numbers |= {"carts": "carts"} if carts else {}
    numbers |= {"categories": "categories"} if viewed else {}
    if bought:
        numbers |= {"amount bought": "coalesce(spend, 0)"}
    return numbers


def _event_histograms(
    cursor: duckdb.DuckDBPyConnection, *, timed: bool, viewed: bool
) -> tuple[Histogram, ...]:
    unit, units = ("session", "sessions") if viewed else ("order", "orders")
    length = "clicks" if viewed else "lines"
    made = [
        histogram(
            cursor,
            "events",
            "price",
            of="Prices of the products of events",
            name="price",
            unit="currency",
            counted="events",
        ),
        histogram(
            cursor,
            SESSIONS,
            "events",
            of=f"Length of {units}: {length} per {unit}",
            name=length,
            unit=length,
            counted=units,
        ),
        histogram(
            cursor,
            f"(SELECT * FROM {SESSIONS} WHERE purchases > 0)",
            "spend",
            of=f"Amount bought per {unit} with a purchase",
            name="amount",
            unit="currency",
            counted=units,
        ),
    ]
    if timed and viewed:
        made += [
            histogram(
                cursor,
                f"(SELECT * FROM {SESSIONS} WHERE events > 1)",
                "duration",
                of="Duration of sessions of two clicks and more",
                name="duration",
                unit="seconds",
                counted="sessions",
            ),
            histogram(
                cursor,
                GAPS,
                "gap",
                of="Time between two clicks of a session",
                name="gap",
                unit="seconds",
                counted="pairs of clicks",
            ),
        ]
    return tuple(found for found in made if found is not None)


def _event_bars(dataset: Dataset, cursor: duckdb.DuckDBPyConnection) -> tuple[Bars, ...]:
    columns = ["event_type", "category", "product_id", *dataset.context_columns[:_MOST_CONTEXT]]
    made = (common_values(cursor, "events", name, "events") for name in columns)
    return tuple(found for found in made if found is not None)
