"""A simulated log in pandas: its events, each with what came before it in its session."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from clickstream.tables import EVENT_KINDS

__all__ = [
    "CART",
    "CONTEXT",
    "DIGITS",
    "NONE",
    "PURCHASE",
    "RATIO_DIGITS",
    "REMOVE",
    "RETURN",
    "VIEW",
    "read_events",
    "session_steps",
]

CONTEXT = ("country", "device")
_TEXTS = ("session_id", "customer_id", "event_type", "product_id", "category", *CONTEXT)
_OTHERS = ("event_index", "event_time", "price", "quantity")

VIEW, CART, REMOVE, PURCHASE, RETURN = range(len(EVENT_KINDS))
"""Codes of the event types."""
NONE = -1
"""Code of an absent text, as pandas has it."""
RATIO_DIGITS = 6
"""Decimals of a price over another."""
DIGITS = 4
"""Decimals of an amount: rounded to them, sums of floats are the sums of the amounts."""


def read_events(shop: Path) -> pd.DataFrame:
    """Read a simulated log, sorted by session and place in it.

    Parameters
    ----------
    shop : Path
        Parquet file as `clickwise simulate` writes it.

    Returns
    -------
    DataFrame
        One row per event; text is categorical, times are UTC without a zone.
    """
    table = pq.read_table(shop, columns=[*_TEXTS, *_OTHERS], read_dictionary=list(_TEXTS))
    price = table.schema.get_field_index("price")
    # Decimals would become Python objects.
    events = table.set_column(price, "price", table["price"].cast("float64")).to_pandas()
    events["price"] = events.price.round(DIGITS)
    events["event_time"] = events.event_time.dt.tz_localize(None)
    events["event_type"] = events.event_type.cat.set_categories(EVENT_KINDS)
    return events.sort_values(["session_id", "event_index"], ignore_index=True)


def session_steps(events: pd.DataFrame) -> pd.DataFrame:
    """Add to each event how its session began and went on up to it.

    Parameters
    ----------
    events : DataFrame
        As `read_events` gives them.

    Returns
    -------
    DataFrame
        The same with the codes of its texts and of those before it, its `place` (from 0), and
        the number of purchases and of views of its like so far.
    """
    return _with_numbers(_with_steps(events))


def _with_steps(events: pd.DataFrame) -> pd.DataFrame:
    """Each event with its place in the session, how that began, and what came before."""
    session = events.session_id.cat.codes
    place = events.groupby(session, sort=False).cumcount()
    first = (events.index - place).to_numpy()
    seconds = events.event_time.dt.as_unit("s").astype("int64")
    kind, category = events.event_type.cat.codes, events.category.cat.codes
    product = events.product_id.cat.codes
    return events.assign(
        session=session,
        place=place,
        owner=events.customer_id.cat.codes.to_numpy()[first],
        start=events.event_time.to_numpy()[first],
        duration=seconds - seconds.to_numpy()[first],
        gap=seconds.diff().where(place > 0),
        kind=kind,
        kind_1=_before(kind, place, 1),
        kind_2=_before(kind, place, 2),
        product_code=product,
        product_1=_before(product, place, 1),
        product_2=_before(product, place, 2),
        category_code=category,
        category_1=_before(category, place, 1),
        amount=events.price * events.quantity,
    )


def _before(codes: pd.Series, place: pd.Series, steps: int) -> pd.Series:
    return codes.shift(steps, fill_value=NONE).where(place >= steps, NONE)


def _with_numbers(steps: pd.DataFrame) -> pd.DataFrame:
    """Each event with the purchases so far, each view with its number among those of its like."""
    bought = steps.kind == PURCHASE
    return steps.assign(
        purchases=bought.groupby(steps.session, sort=False).cumsum(),
        product_view=_view_number(steps, "product_code"),
        category_view=_view_number(steps, "category_code"),
    )


def _view_number(steps: pd.DataFrame, viewed: str) -> pd.Series:
    """Number of a view among the session's views of its product or category, 0 of all else."""
    views = steps[(steps.kind == VIEW) & (steps[viewed] != NONE)]
    number = views.groupby(["session", viewed], sort=False).cumcount() + 1
    return number.reindex(steps.index, fill_value=0)
