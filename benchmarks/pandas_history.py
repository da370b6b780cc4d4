"""What customers did before their sessions began, in pandas."""

from __future__ import annotations

import pandas as pd

from benchmarks.pandas_events import (
    CART,
    DIGITS,
    NONE,
    PURCHASE,
    RATIO_DIGITS,
    RETURN,
    VIEW,
)

__all__ = ["session_history"]

_SECONDS_PER_DAY = 86_400
_PARTS = ["prices", "priced", "relative_prices", "relative_priced"]


def session_history(steps: pd.DataFrame, begins: pd.DataFrame, days: int) -> pd.DataFrame:
    """Tell what the customer did in the days before a session.

    Parameters
    ----------
    steps : DataFrame
        All events, as `session_steps` gives them.
    begins : DataFrame
        Those with which the sessions begin that are asked about.
    days : int
        How far back an event may lie.

    Returns
    -------
    DataFrame
        One row per session, by its code.
    """
    line = steps[steps.owner != NONE].sort_values("event_time")
    so_far = _so_far(line)
    begins = begins.sort_values("event_time")
    oldest = begins.event_time - pd.Timedelta(days=days)
    now = _just_before(begins.event_time, begins.owner, so_far)
    ago = _just_before(oldest, begins.owner, so_far)
    times = ["event_time", "last_order"]
    sums = now.drop(columns=times).fillna(0) - ago.drop(columns=times).fillna(0)
    spend, prices = sums.spend_before.round(DIGITS), sums.prices.round(DIGITS)
    relative = sums.relative_prices.round(RATIO_DIGITS)
    sessions, priced, related = (
        sums[name] for name in ("sessions_before", "priced", "relative_priced")
    )
    history = sums.drop(columns=_PARTS).assign(
        spend_before=spend,
        price_to_category_before=relative / related.where(related > 0),
        price_mean_before=prices / priced.where(priced > 0),
        buying_share_before=sums.orders_before / sessions.where(sessions > 0),
        days_since_event=_days(begins.event_time, now.event_time, oldest),
        days_since_order=_days(begins.event_time, now.last_order, oldest),
    )
    return history.set_axis(begins.session)


def _so_far(line: pd.DataFrame) -> pd.DataFrame:
    """Running sums of all that a customer did, in the order of time."""
    bought, view = line.kind == PURCHASE, line.kind == VIEW
    counted = pd.DataFrame(
        {
            "sessions_before": line.place == 0,
            "orders_before": bought & (line.purchases == 1),
            "clicks_before": line.kind != NONE,
            "carts_before": line.kind == CART,
            "returns_before": line.kind == RETURN,
            "spend_before": line.amount.where(bought, 0.0),
            "prices": line.price.where(view, 0.0),
            "priced": view,
            "relative_prices": line.relative_price.where(view, 0.0).fillna(0),
            "relative_priced": view & line.relative_price.notna(),
        }
    )
    ordered = line.event_time.where(bought)
    return (
        counted.groupby(line.owner, sort=False)
        .cumsum()
        .assign(
            owner=line.owner,
            event_time=line.event_time,
            last_order=ordered.groupby(line.owner, sort=False).ffill(),
        )
    )


def _just_before(moments: pd.Series, owner: pd.Series, so_far: pd.DataFrame) -> pd.DataFrame:
    asked = pd.DataFrame({"moment": moments, "owner": owner})
    found = pd.merge_asof(
        asked,
        so_far,
        by="owner",
        left_on="moment",
        right_on="event_time",
        allow_exact_matches=False,
    )
    return found.set_axis(asked.index).drop(columns=["moment", "owner"])


def _days(start: pd.Series, last: pd.Series, oldest: pd.Series) -> pd.Series:
    """Days between whole seconds, empty where the last lies further back than the history goes."""
    since = (start.dt.floor("s") - last.dt.floor("s")).dt.total_seconds() / _SECONDS_PER_DAY
    return since.where(last >= oldest)
