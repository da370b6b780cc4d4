"""UCI e-shop clothing 2008: clicks without purchases, times or customers.

The codes are those of the data set's own description (UCI 553).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir

from clickstream.reading import RawTable
from clickstream.sources.canonical import keep_events
from clickstream.sources.columns import plain_name, plain_table
from clickstream.tables import Dataset, Label

__all__ = ["NAME", "NEEDS", "read", "recognises"]

NAME = "eshop2008"
NEEDS = (
    "year",
    "month",
    "day",
    "order",
    "country",
    "session ID",
    "page 1 (main category)",
    "page 2 (clothing model)",
    "colour",
    "location",
    "model photography",
    "price",
    "price 2",
    "page",
)

_CATEGORIES = ("trousers", "skirts", "blouses", "sale")
_COLOURS = (
    "beige",
    "black",
    "blue",
    "brown",
    "burgundy",
    "gray",
    "green",
    "navy-blue",
    "many-colours",
    "olive",
    "pink",
    "red",
    "violet",
    "white",
)
_LOCATIONS = (
    "top-left",
    "top-middle",
    "top-right",
    "bottom-left",
    "bottom-middle",
    "bottom-right",
)
_PHOTOGRAPHY = ("en-face", "profile")
_COUNTRIES = (
    "Australia",
    "Austria",
    "Belgium",
    "British Virgin Islands",
    "Cayman Islands",
    "Christmas Island",
    "Croatia",
    "Cyprus",
    "Czech Republic",
    "Denmark",
    "Estonia",
    "unidentified",
    "Faroe Islands",
    "Finland",
    "France",
    "Germany",
    "Greece",
    "Hungary",
    "Iceland",
    "India",
    "Ireland",
    "Italy",
    "Latvia",
    "Lithuania",
    "Luxembourg",
    "Mexico",
    "Netherlands",
    "Norway",
    "Poland",
    "Portugal",
    "Romania",
    "Russia",
    "San Marino",
    "Slovakia",
    "Slovenia",
    "Spain",
    "Sweden",
    "Switzerland",
    "Ukraine",
    "United Arab Emirates",
    "United Kingdom",
    "USA",
    "*.biz",
    "*.com",
    "*.int",
    "*.net",
    "*.org",
)

_CONTEXT = (
    "country",
    "colour",
    "location",
    "photography",
    "page",
    "price_above_average",
)
_ROW_WISE = (
    "Train.csv and Test.csv are a row-wise split of this log: most sessions stand in both, with "
    "gaps where the other file has the click. Metrics on sessions that training did not see are "
    "the honest ones."
)


def recognises(raw: RawTable) -> bool:
    """Whether a file has this data set's columns, in either of its spellings."""
    names = {plain_name(name) for name in raw.columns}
    return {_short(plain_name(name)) for name in NEEDS} <= {_short(name) for name in names}


def read(raws: Sequence[RawTable]) -> Dataset:
    """Read one or several files of this data set as one log.

    Parameters
    ----------
    raws : sequence of RawTable
        The original file, Train.csv, Test.csv, or several of them.
    """
    events = ibis.union(*[_events(raw) for raw in raws]) if len(raws) > 1 else _events(raws[0])
    checks = {"no price": events["_price"].isnull()}
    counts = keep_events(raws, events, checks, time_resolution="date")
    backend = raws[0].backend
    gaps = _has_gaps(backend.table("events"))
    return Dataset(
        source=NAME,
        kind="events",
        backend=backend,
        time_resolution="date",
        context_columns=_CONTEXT,
        counts=counts,
        labels={
            "purchase": Label(
                "next_flag",
                column="price_above_average",
                positive="yes",
                proxy="the log has no purchase; whether the next product viewed is priced above "
                "its category's average stands in for it",
                meaning="chance that the next product viewed is priced above its category's "
                "average (a proxy, not a purchase)",
            ),
            "session_spend": Label(
                "next_price",
                proxy="the log has no revenue; the price of the next product viewed stands in",
                meaning="expected price of the next product viewed (a proxy, not spend)",
            ),
        },
        notes=((_ROW_WISE,) if gaps else ()) + _shared_sessions(events),
    )


def _short(name: str) -> str:
    """One spelling for `page 1 (main category)` and `page1_main_category` and the like."""
    return name.replace("model", "").replace("main", "")


def _events(raw: RawTable) -> ir.Table:
    table = plain_table(raw)
    day = table.year + "-" + table.month + "-" + table.day
    code = table.price2.try_cast("int32")
    price = table.price.nullif("")
    return table.select(
        session_id=table.sessionid.nullif(""),
        customer_id=ibis.null("string"),
        event_index=table.order.try_cast("int32"),
        event_time=ibis.null("timestamp"),
        event_date=day.try_cast("date"),
        event_type=ibis.literal("view"),
        product_id=table.page2clothingmodel.nullif(""),
        category=_named(table.page1maincategory, _CATEGORIES),
        price=price.try_cast("decimal(18, 4)"),
        quantity=ibis.literal(1, "int32"),
        country=_named(table.country, _COUNTRIES),
        colour=_named(table.colour, _COLOURS),
        location=_named(table.location, _LOCATIONS),
        photography=_named(table.modelphotography, _PHOTOGRAPHY),
        page=table.page.nullif(""),
        price_above_average=ibis.cases((code == 1, "yes"), (code == 2, "no")),
        _price=price,
        _file=table["_file"],
        _row=table["_row"],
    )


def _named(code: ir.StringValue, names: Sequence[str]) -> ir.StringValue:
    number = code.try_cast("int32")
    return ibis.cases(*[(number == place, name) for place, name in enumerate(names, start=1)])


def _shared_sessions(events: ir.Table) -> tuple[str, ...]:
    """Say which share of the smallest file's sessions goes on in another, if any does."""
    parts = events.select("_file", "session_id").distinct()
    parts = parts.mutate(shared=parts.count().over(group_by=parts.session_id) > 1)
    files = parts.group_by("_file").agg(sessions=parts.count(), shared=parts.shared.sum())
    least = files.filter(files.shared > 0).order_by("sessions", "_file").limit(1).execute()
    return tuple(
        f"{shared} of the {sessions} sessions of {Path(file).name} "
        f"({100 * shared / sessions:.0f} %) stand in another of the files too, so the files split "
        "the log by rows: here they are read as one log, which is split anew."
        for file, sessions, shared in least.itertuples(index=False)
    )


def _has_gaps(events: ir.Table) -> bool:
    sessions = events.group_by("session_id").agg(
        last=events.event_index.max(), clicks=events.count()
    )
    return bool(sessions.filter(sessions.last != sessions.clicks).count().execute())
