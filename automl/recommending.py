"""Learn recommendations, judge them on the last product of later sessions, and admit them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from automl.computing import compute
from automl.metrics import paired_difference
from automl.released import parquet_bytes
from automl.resampling import Resamples
from automl.splits import HOLDOUT_SHARE
from clickstream.cuts import session_bounds
from clickstream.errors import NotAnswerable, ReleaseRefused
from clickstream.manifest import Metric, Recommendations
from clickstream.neighbours import learn_recommendations
from clickstream.recommending import Recommendation, Recommender, recommender_of
from clickstream.tables import Dataset, store

__all__ = ["Members", "Recommended", "hits", "train_recommendations"]

Action = Literal["view", "purchase"]
Ranks = npt.NDArray[np.int64]

_AMONG = 20
_FIRST = (5, _AMONG)
_JUDGED = 5_000
"""Sessions of the holdout that are judged at most, drawn by a hash of their id."""
_OURS = "recommended"
_FEWEST = 15
"""Sessions of the holdout, below which nothing is said of how good recommendations are."""


@dataclass(frozen=True)
class Recommended:
    """Recommendations that passed their gate.

    Attributes
    ----------
    manifest : Recommendations
        What the bundle says of them.
    files : mapping of str to bytes
        Lookups, by path inside the bundle.
    """

    manifest: Recommendations
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Members:
    """Who is in which segment.

    Attributes
    ----------
    scope : {'session', 'customer', 'row'}
        What a unit is.
    segments : mapping of str to int
        Each unit's segment.
    """

    scope: Literal["session", "customer", "row"]
    segments: Mapping[str, int]


def train_recommendations(dataset: Dataset, members: Members | None, *, seed: int) -> Recommended:
    """Learn from the sessions before the holdout, and judge on those after it.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    members : Members or None
        Of segments, whose popular products are told apart.
    seed : int
        Of the bootstrap.

    Raises
    ------
    NotAnswerable
        If the file has no products, or too few sessions with several of them.
    ReleaseRefused
        If popular products would do as well.
    """
    if dataset.kind != "events":
        raise NotAnswerable("Ready-made rows do not tell which products were viewed or bought.")
    compute(dataset, "bounds", session_bounds(dataset.table))
    boundary = _boundary(dataset)
    learned = _learned(dataset, boundary, members)
    recommender = recommender_of({name: table.to_pylist() for name, table in learned.items()})
    action, judged = _last_products(dataset, boundary)
    if len(judged) < _FEWEST:
        raise NotAnswerable(
            f"{len(judged)} sessions of the holdout {action} several products, but it takes "
            f"{_FEWEST} to say how good recommendations are. Bring a longer log."
        )
    ways = _ways(recommender, action)
    ranks = {name: hits(way, judged) for name, way in ways.items()}
    resamples = Resamples(np.arange(len(judged)), seed)
    _require_gain(ranks, resamples)
    figures = {name: _figures(own, resamples) for name, own in ranks.items()}
    described = Recommendations(
        action=action,
        products=learned["product_categories"].num_rows,
        split=f"by time: sessions that ended before {boundary:%Y-%m-%d %H:%M} UTC train, those "
        "that began at or after it test",
        sessions=len(judged),
        metrics=figures.pop(_OURS),
        baselines=figures,
    )
    files = {f"lookups/{name}.parquet": parquet_bytes(table) for name, table in learned.items()}
    return Recommended(described, files)


def hits(way: Callable[[Sequence[str]], Sequence[str]], sessions: Sequence[Sequence[str]]) -> Ranks:
    """At which place each session's last product stands among those named before it.

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
        named_so.index(products[-1]) + 1 if products[-1] in named_so else 0
        for named_so, products in zip(named, sessions, strict=True)
    ]
    return np.array(places, dtype=np.int64)


def _boundary(dataset: Dataset) -> datetime:
    # A session that is still open has a next product like any other, so none is left out.
    ((found,),) = dataset.connection.execute(
        f"SELECT quantile_disc(start, {1 - HOLDOUT_SHARE}) FROM bounds"
    ).fetchall()
    if found is None:
        raise NotAnswerable("The log has no session, so there is nothing to learn from.")
    return cast(datetime, found)


def _learned(dataset: Dataset, boundary: datetime, members: Members | None) -> dict[str, pa.Table]:
    bounds = dataset.backend.table("bounds")
    segments = None if members is None else _segments(dataset, members)
    learned = learn_recommendations(dataset.table, bounds, boundary, segments)
    return {
        name: compute(dataset, f"_{name}", table).order_by(*table.columns).to_pyarrow()
        for name, table in learned.items()
    }


def _segments(dataset: Dataset, members: Members) -> ir.Table:
    """`session_id` and `segment`; a customer's sessions are in the customer's segment."""
    table = pa.table({"unit": list(members.segments), "segment": list(members.segments.values())})
    dataset.connection.register("_members", table)
    stored = store(dataset.backend, "_segments", dataset.backend.table("_members"))
    if members.scope == "session":
        return stored.select(session_id=stored.unit, segment=stored.segment)
    sessions = dataset.table.select("session_id", "customer_id").distinct()
    joined = sessions.join(stored, sessions.customer_id == stored.unit)
    return joined.select("session_id", "segment")


def _last_products(dataset: Dataset, boundary: datetime) -> tuple[Action, list[list[str]]]:
    """Products of each session that begins after the boundary, where there are two or more."""
    compute(dataset, "_acts", _acts(dataset))
    connection = dataset.connection
    ((views,),) = connection.execute(
        "SELECT count(*) FROM _acts WHERE event_type = 'view'"
    ).fetchall()
    action: Action = "view" if views else "purchase"
    found = connection.execute(
        "SELECT list(product_id ORDER BY event_index) FROM _acts "
        "JOIN bounds ON unit_id = session_id WHERE start >= ? AND event_type = ? "
        "GROUP BY session_id HAVING count(*) >= 2 ORDER BY md5(session_id) LIMIT ?",
        [boundary, action, _JUDGED],
    ).fetchall()
    return action, [products for (products,) in found]


def _acts(dataset: Dataset) -> ir.Table:
    events = dataset.table
    return events.filter(
        events.product_id.notnull(), events.event_type.isin(["view", "purchase"])
    ).select("session_id", "event_index", "event_type", "product_id")


def _ways(
    recommender: Recommender, action: Action
) -> dict[str, Callable[[Sequence[str]], list[str]]]:
    """Ways to name products for those of a session so far: the service's, and popularity."""
    viewed = action == "view"

    def ours(products: Sequence[str]) -> list[str]:
        seen, basket = (products, ()) if viewed else ((), products)
        return _names(recommender.recommend(seen, basket, _AMONG))

    def in_category(products: Sequence[str]) -> list[str]:
        return _names(recommender.popular(products[-1], _AMONG))

    def overall(_: Sequence[str]) -> list[str]:
        return _names(recommender.popular(None, _AMONG))

    return {_OURS: ours, "popular": overall, "popular in the category": in_category}


def _names(recommended: Sequence[Recommendation]) -> list[str]:
    return [one.product_id for one in recommended]


def _figures(ranks: Ranks, resamples: Resamples) -> dict[str, Metric]:
    figures = {}
    for first in _FIRST:
        inside = (ranks > 0) & (ranks <= first)
        figures[f"hit_rate_{first}"] = resamples.mean(inside.astype(np.float64))
        figures[f"mrr_{first}"] = resamples.mean(np.where(inside, 1 / np.maximum(ranks, 1), 0.0))
    return figures


def _require_gain(ranks: Mapping[str, Ranks], resamples: Resamples) -> None:
    ours, popular = ((ranks[name] > 0).astype(np.float64) for name in (_OURS, "popular"))
    gain = paired_difference(-ours, -popular, resamples)
    if not gain.low > 0:
        raise ReleaseRefused(
            f"Recommendations do not surely beat popular products: of the holdout's last products "
            f"{ours.mean():.3f} are among their first {_AMONG}, beside {popular.mean():.3f}; "
            f"95 % interval of the difference {gain.low:.3f} to {gain.high:.3f}."
        )
