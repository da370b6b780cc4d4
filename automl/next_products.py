"""How often the last product of later sessions is among those that are named after the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt

from automl.computing import compute
from automl.resampling import Resamples
from clickstream.manifest import Metric
from clickstream.recommending import Recommendation, Recommender
from clickstream.tables import Dataset

__all__ = [
    "AMONG",
    "Action",
    "Ranks",
    "Way",
    "place_figures",
    "products_to_foretell",
    "rank_last_products",
    "ways_to_name",
]

Action = Literal["view", "purchase"]
Products = Sequence[str]
Ranks = npt.NDArray[np.int64]
Way = Callable[[Products], Products]

AMONG = 20
"""Products that are named for a session."""
_FIRST = (5, AMONG)
_JUDGED = 5_000
"""Sessions that are judged at most, drawn by a hash of their id."""

_LINES = {
    "view": "SELECT session_id, product_id, event_index AS place FROM acts",
    # The lines of an invoice come in no order; a hash parts them by none of their traits.
    "purchase": "SELECT DISTINCT session_id, product_id, md5(session_id || product_id) AS place "
    "FROM acts",
}
"""Products of sessions, the one to foretell at the last place."""


def products_to_foretell(dataset: Dataset, boundary: datetime) -> tuple[Action, list[list[str]]]:
    """Products of each session that began at or after a moment, where there are two or more.

    Parameters
    ----------
    dataset : Dataset
        Events, with the table `bounds`.
    boundary : datetime
        The moment.

    Returns
    -------
    Action
        `view`, or `purchase` in a log without views.
    list of list of str
        What was viewed in its order, a product as often as it was viewed; of purchases each
        product once.
    """
    events = dataset.table
    acts = events.filter(events.product_id.notnull(), events.event_type.isin(["view", "purchase"]))
    kept = acts.select("session_id", "event_index", "event_type", "product_id")
    compute(dataset, "acts", kept)
    ((views,),) = dataset.connection.execute(
        "SELECT count(*) FROM acts WHERE event_type = 'view'"
    ).fetchall()
    action: Action = "view" if views else "purchase"
    found = dataset.connection.execute(
        f"WITH lines AS ({_LINES[action]} WHERE event_type = ?) "
        "SELECT list(product_id ORDER BY place) FROM lines JOIN bounds ON unit_id = session_id "
        "WHERE start >= ? GROUP BY session_id HAVING count(*) >= 2 "
        "ORDER BY md5(session_id) LIMIT ?",
        [action, boundary, _JUDGED],
    ).fetchall()
    return action, [products for (products,) in found]


def ways_to_name(recommender: Recommender, action: Action) -> dict[str, Way]:
    """Ways to name products for those of a session so far.

    Parameters
    ----------
    recommender : Recommender
        Under test.
    action : {'view', 'purchase'}
        What the sessions hold.

    Returns
    -------
    dict of str to callable
        `recommended` as the service does, and what it must beat: `popular` products of all and
        `popular in the category` of the last one, and, of views, what was `viewed before`, the
        latest first, with popular products after it.
    """

    def recommended(products: Products) -> Products:
        seen, basket = (products, ()) if action == "view" else ((), products)
        return _names(recommender.recommend(seen, basket, AMONG))

    def in_category(products: Products) -> Products:
        return _names(recommender.popular(products[-1], AMONG))

    def popular(_: Products) -> Products:
        return _names(recommender.popular(None, AMONG))

    def before(products: Products) -> Products:
        return list(dict.fromkeys([*reversed(products), *popular(products)]))[:AMONG]

    ways: dict[str, Way] = {
        "recommended": recommended,
        "popular": popular,
        "popular in the category": in_category,
    }
    return ways | ({"viewed before": before} if action == "view" else {})


def _names(recommended: Sequence[Recommendation]) -> list[str]:
    return [one.product_id for one in recommended]


def rank_last_products(way: Way, sessions: Sequence[Products]) -> Ranks:
    """At which place each session's last product stands among those named after the others.

    Parameters
    ----------
    way : callable
        From a session's products so far to those that it names, the best first.
    sessions : sequence of sequence of str
        Products, the earliest first; at least two each.

    Returns
    -------
    numpy.ndarray of int, shape (N,)
        From 1; 0 where it was not named.
    """
    named = [list(way(products[:-1])) for products in sessions]
    places = [
        names.index(products[-1]) + 1 if products[-1] in names else 0
        for names, products in zip(named, sessions, strict=True)
    ]
    return np.array(places, dtype=np.int64)


def place_figures(ranks: Ranks, resamples: Resamples) -> Mapping[str, Metric]:
    """Hit rate and mean reciprocal rank among the first 5 and 20.

    Parameters
    ----------
    ranks : numpy.ndarray of int, shape (N,)
        Of `rank_last_products`.
    resamples : Resamples
        Over the same sessions.

    Returns
    -------
    mapping of str to Metric
        `hit_rate_<n>`: the share of sessions whose last product was among the first n; `mrr_<n>`:
        the mean of 1 over its place, 0 where it was not among them (Voorhees 1999, "The TREC-8
        question answering track report").
    """
    figures = {}
    for first in _FIRST:
        inside = (ranks > 0) & (ranks <= first)
        figures[f"hit_rate_{first}"] = resamples.mean(inside.astype(np.float64))
        figures[f"mrr_{first}"] = resamples.mean(np.where(inside, 1 / np.maximum(ranks, 1), 0.0))
    return figures
