"""The features of a session as a data scientist writes them in pandas: what DuckDB is held against.

The rows are those of `clickstream.features.session_features` on a simulated log, and the way is
pandas' own: sort once, mark each event, merge the cuts with the events up to them, aggregate. Text
is categorical and compared by its codes; nothing loops over rows or groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from benchmarks.pandas_events import (
    CART,
    CONTEXT,
    DIGITS,
    NONE,
    RATIO_DIGITS,
    REMOVE,
    RETURN,
    VIEW,
    session_steps,
)
from benchmarks.pandas_history import session_history
from clickstream.cuts import CUT_CLICKS, SESSION_GAP_SECONDS
from clickstream.features.categories import category_columns
from clickstream.lookups import CATEGORY_LOOKUP, PRODUCT_LOOKUP, STEP_LOOKUP
from clickstream.tables import EVENT_KINDS

__all__ = ["session_rows"]

_PARTS = ["prices", "relative_prices", "relative_priced", "category_views", "entropy", "returns"]
"""Sums of which features are made and that are none."""


def session_rows(
    events: pd.DataFrame,
    lookups: Mapping[str, pd.DataFrame],
    categories: Sequence[str],
    history_days: int,
) -> pd.DataFrame:
    """Cut every closed session and tell what it shows up to each cut.

    Parameters
    ----------
    events : DataFrame
        As `read_events` gives them.
    lookups : mapping of str to DataFrame
        What was learned of categories and products, by the name of the relation.
    categories : sequence of str
        Categories whose views are counted one by one.
    history_days : int
        How far back, before the session, the customer's earlier sessions count.

    Returns
    -------
    DataFrame
        One row per cut: `unit_id`, `cut_index`, `as_of` and one column per feature.
    """
    steps = _with_relative_prices(session_steps(events), lookups[CATEGORY_LOOKUP])
    cuts = steps[_is_cut(steps)]
    totals, extremes = _aggregates(steps, cuts, categories)
    begins = steps[steps.session.isin(cuts.session) & (steps.place == 0)]
    features = [
        _last_click(cuts),
        totals.drop(columns=_PARTS),
        extremes.drop(columns="top_category"),
        _ratios(cuts, totals, extremes),
        _earlier_prices(steps, cuts),
        _learned(cuts, lookups),
        session_history(steps, begins, history_days).loc[cuts.session].set_axis(cuts.index),
    ]
    return pd.concat(features, axis="columns").reset_index(drop=True)


def _is_cut(steps: pd.DataFrame) -> pd.Series:
    """Clicks at which a session that is over is cut, before its first purchase."""
    last = steps.groupby("session", sort=False).event_time.transform("last")
    closed = (steps.event_time.max() - last).dt.total_seconds() >= SESSION_GAP_SECONDS
    click = steps.kind != RETURN
    return closed & click & steps.event_index.isin(CUT_CLICKS) & (steps.purchases == 0)


def _aggregates(
    steps: pd.DataFrame, cuts: pd.DataFrame, categories: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sums, and lowest and highest values, over the session up to each cut."""
    counted = _counted(steps) | _counted_categories(steps, categories)
    view, cart = steps.kind == VIEW, steps.kind == CART
    ranged = {
        "viewed": steps.price.where(view),
        "cart_place": (steps.place + 1).where(cart),
        "number": steps.category_view,
    }
    marked = steps[["session", "event_index"]].assign(**counted, **ranged)
    asked = cuts[["session", "event_index"]].reset_index(names="cut")
    seen = asked.merge(marked, on="session", suffixes=("_cut", None))
    by_cut = seen[seen.event_index <= seen.event_index_cut].groupby("cut", sort=False)
    totals = by_cut[list(counted)].sum()
    extremes = by_cut.agg(
        price_min=("viewed", "min"),
        price_max=("viewed", "max"),
        first_cart=("cart_place", "min"),
        top_category=("number", "max"),
    )
    return totals.assign(cart_value=totals.cart_value.round(DIGITS)), extremes


def _counted(steps: pd.DataFrame) -> dict[str, pd.Series]:
    view, cart, removal = (steps.kind == kind for kind in (VIEW, CART, REMOVE))
    after_view, after_cart = steps.kind_1 == VIEW, steps.kind_1 == CART
    product = steps.product_code.mask(steps.product_code == NONE)
    other = (product != steps.product_1) & (steps.product_1 != NONE)
    number = steps.category_view
    return {
        "views": view,
        "products": steps.product_view == 1,
        "revisits": steps.product_view > 1,
        "prices": steps.price.where(view, 0.0),
        "relative_prices": steps.relative_price.where(view, 0.0).fillna(0),
        "relative_priced": view & steps.relative_price.notna(),
        "carts": cart,
        "removals": removal,
        "cart_value": steps.amount.where(cart, 0.0) - steps.amount.where(removal, 0.0),
        "categories": number == 1,
        "category_views": number > 0,
        "entropy": _times_log(number) - _times_log(number - 1),
        "returns": (product == steps.product_2) & other,
        "view_to_cart": after_view & cart,
        "cart_to_view": after_cart & view,
        "cart_to_remove": after_cart & removal,
        "view_again": after_view & view & (product == steps.product_1),
    }


def _times_log(number: pd.Series) -> pd.Series:
    return number * np.log(number.clip(lower=1))


def _counted_categories(steps: pd.DataFrame, categories: Sequence[str]) -> dict[str, pd.Series]:
    """Views of each category, and the time spent on its products: until the next event."""
    codes = steps.category.cat.categories.get_indexer(categories)
    endings = category_columns(categories).values()
    viewed = steps.category_code.where(steps.kind == VIEW, NONE)
    counted = {}
    for ending, code in zip(endings, codes, strict=True):
        counted[f"views_{ending}"] = viewed == code
        counted[f"seconds_{ending}"] = steps.gap.where(steps.category_1 == code, 0.0)
    return counted


def _ratios(cuts: pd.DataFrame, totals: pd.DataFrame, extremes: pd.DataFrame) -> pd.DataFrame:
    views = totals.views.where(totals.views > 0)
    known = totals.category_views.where(totals.category_views > 0)
    priced = totals.relative_priced.where(totals.relative_priced > 0)
    return pd.DataFrame(
        {
            "clicks": cuts.place + 1,
            "bounce": cuts.place == 0,
            "revisit_rate": totals.revisits / views,
            "price_mean": totals.prices / views,
            "price_to_category_mean": totals.relative_prices / priced,
            "top_category_share": extremes.top_category / known,
            "category_entropy": (np.log(known) - totals.entropy / known).clip(lower=0).fillna(0),
            "back_and_forth": totals.returns / (cuts.place + 1),
            "gap_mean": cuts.duration / cuts.place.where(cuts.place > 0),
        }
    )


def _last_click(cuts: pd.DataFrame) -> pd.DataFrame:
    names = pd.array(EVENT_KINDS, dtype="str")
    before = pd.array([*(f"{name} > " for name in EVENT_KINDS), ""], dtype="str")
    steps = before.take(cuts.kind_2) + before.take(cuts.kind_1) + names.take(cuts.kind)
    return pd.DataFrame(
        {
            "unit_id": cuts.session_id,
            "cut_index": cuts.event_index,
            "as_of": cuts.event_time,
            "price_last": cuts.price,
            "duration": cuts.duration,
            "gap_last": cuts.gap,
            "hour": cuts.event_time.dt.hour,
            "weekday": cuts.event_time.dt.day_of_week,
            "last_steps": steps,
            "event_type_last": cuts.event_type,
            "category_last": cuts.category,
            **{f"{name}_last": cuts[name] for name in CONTEXT},
        }
    )


def _with_relative_prices(steps: pd.DataFrame, categories: pd.DataFrame) -> pd.DataFrame:
    """Each event with its price over the median that its category had when it happened."""
    median = _valid(steps, categories, ["category"], "event_time").price_median
    return steps.assign(
        relative_price=(steps.price / median.where(median != 0)).round(RATIO_DIGITS)
    )


def _earlier_prices(steps: pd.DataFrame, cuts: pd.DataFrame) -> pd.DataFrame:
    lagged = {
        f"price_lag_{lag}": steps.price.shift(lag).where(steps.place >= lag) for lag in (1, 2, 3)
    }
    return pd.DataFrame(lagged).loc[cuts.index]


def _learned(cuts: pd.DataFrame, lookups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What was learned of the last click's category and product before the session began."""
    category = _valid(cuts, lookups[CATEGORY_LOOKUP], ["category"])
    product = _valid(cuts, lookups[PRODUCT_LOOKUP], ["product_id"])
    products = cuts.product_id.cat.categories
    before = pd.Categorical.from_codes(cuts.product_1, categories=products)
    step = _valid(
        cuts.assign(product_before=before), lookups[STEP_LOOKUP], ["product_before", "product_id"]
    )
    median = category.price_median
    exit_rate = product.product_exit_rate.fillna(category.category_exit_rate)
    return pd.DataFrame(
        {
            "price_to_category": cuts.price / median.where(median != 0),
            "exit_rate": exit_rate,
            "step_share": step.step_share.fillna(0).where(cuts.product_1 != NONE),
            "step_exit_rate": step.step_exit_rate.fillna(exit_rate),
            "next_price": step.step_next_price.fillna(product.product_next_price),
        }
    )


def _valid(
    asked: pd.DataFrame, lookup: pd.DataFrame, key: list[str], moment: str = "start"
) -> pd.DataFrame:
    """The row of a lookup that was valid at a moment of each row asked about."""
    types = {name: asked[name].dtype for name in key}
    rows = lookup.astype(types).dropna(subset=key).sort_values("valid_from")
    ordered = asked[[*key, moment]].sort_values(moment)
    found = pd.merge_asof(ordered, rows, by=key, left_on=moment, right_on="valid_from")
    found = found.set_axis(ordered.index).reindex(asked.index)
    return found.where(found[moment] < found.valid_to)
