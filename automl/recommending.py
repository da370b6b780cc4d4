"""Learn recommendations, judge them on later sessions, and admit them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from automl.computing import compute
from automl.next_products import (
    AMONG,
    Ranks,
    Way,
    place_figures,
    products_to_foretell,
    rank_last_products,
    ways_to_name,
)
from automl.released import parquet_bytes
from automl.resampling import Resamples
from automl.splits import HOLDOUT_SHARE
from clickstream.cuts import session_bounds
from clickstream.errors import NotAnswerable, ReleaseRefused
from clickstream.manifest import NamedAfter, Recommendations
from clickstream.neighbours import learn_recommendations
from clickstream.recommending import read_recommender
from clickstream.tables import Dataset, store

__all__ = ["Members", "Recommended", "train_recommendations"]

_FEWEST = 15
"""Sessions, below which nothing is said of how good recommendations are."""
_EXAMPLES = 3
_NAMED = 3
"""Products named for each."""


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

    Returns
    -------
    Recommended

    Raises
    ------
    NotAnswerable
        If the file has no events, or too few later sessions with two products.
    ReleaseRefused
        If the first 20 products named do not surely hold the last one of a session more often
        than popular products do.
    """
    if dataset.kind != "events":
        raise NotAnswerable(
            "Ready-made rows do not tell which products were viewed or bought. Bring a log of "
            "events for recommendations."
        )
    compute(dataset, "bounds", session_bounds(dataset.table))
    boundary = _boundary(dataset)
    learned = _learned(dataset, boundary, members)
    action, judged = products_to_foretell(dataset, boundary)
    _require_sessions(len(judged))
    ways = ways_to_name(read_recommender(dataset.connection), action)
    ranks = {name: rank_last_products(way, judged) for name, way in ways.items()}
    resamples = Resamples(np.arange(len(judged)), seed)
    _require_gain(ranks, resamples)
    figures = {name: dict(place_figures(own, resamples)) for name, own in ranks.items()}
    described = Recommendations(
        action=action,
        products=learned["product_categories"].num_rows,
        split=f"by time: sessions that ended before {boundary:%Y-%m-%d %H:%M} UTC train, those "
        "that began at or after it test",
        sessions=len(judged),
        metrics=figures.pop("recommended"),
        baselines=figures,
        examples=_examples(ways, learned["product_categories"]),
    )
    files = {f"lookups/{name}.parquet": parquet_bytes(table) for name, table in learned.items()}
    return Recommended(described, files)


def _examples(ways: Mapping[str, Way], known: pa.Table) -> list[NamedAfter]:
    """What is named after each of the most popular products."""
    categories = dict(
        zip(*(known[name].to_pylist() for name in ("product_id", "category")), strict=True)
    )

    def titled(product: str) -> str:
        category = categories[product]
        return product if category is None else f"{product} ({category})"

    return [
        NamedAfter(
            product=titled(product),
            named=[titled(one) for one in ways["recommended"]([product]) if one != product][
                :_NAMED
            ],
        )
        for product in ways["popular"]([])[:_EXAMPLES]
    ]


def _require_sessions(found: int) -> None:
    if found < _FEWEST:
        raise NotAnswerable(
            f"The last fifth of the log's sessions holds {found} with two products or more, but "
            f"it takes {_FEWEST} to say how good recommendations are. Bring a log that names "
            "products, or a longer one."
        )


def _boundary(dataset: Dataset) -> datetime:
    # A session that is still open has a next product like any other, so none is left out.
    ((found,),) = dataset.connection.execute(
        f"SELECT quantile_disc(start, {1 - HOLDOUT_SHARE}) FROM bounds"
    ).fetchall()
    if found is None:
        raise NotAnswerable("The log has no session to learn from. Bring one with events.")
    return cast(datetime, found)


def _learned(dataset: Dataset, boundary: datetime, members: Members | None) -> dict[str, pa.Table]:
    bounds = dataset.backend.table("bounds")
    segments = None if members is None else _segments(dataset, members)
    learned = learn_recommendations(dataset.table, bounds, boundary, segments)
    return {
        name: compute(dataset, name, table).order_by(*table.columns).to_pyarrow()
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


def _require_gain(ranks: Mapping[str, Ranks], resamples: Resamples) -> None:
    ours, popular = ((ranks[name] > 0).astype(np.float64) for name in ("recommended", "popular"))
    gain = resamples.mean(ours - popular)
    if not gain.low > 0:
        raise ReleaseRefused(
            f"Recommendations do not surely beat popular products: of the holdout's last products "
            f"{ours.mean():.3f} are among their first {AMONG}, beside {popular.mean():.3f}; "
            f"95 % interval of the difference {gain.low:.3f} to {gain.high:.3f}."
        )
