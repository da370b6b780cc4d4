"""The next product of later sessions, foretold by a bundle, by a plain list and by popularity."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

import httpx
import numpy as np

from automl.recommending import train_recommendations
from benchmarks.accuracy.asked import Asked, data_file
from benchmarks.accuracy.measures import Floats
from benchmarks.accuracy.paired import Paired
from benchmarks.accuracy.product import train_bundle
from benchmarks.page import table
from benchmarks.serving import served
from clickstream.recommending import Recommender, read_recommender
from clickstream.sources import read_source
from clickstream.tables import Dataset

__all__ = ["plain_list", "reciprocal_ranks", "recommendations"]

_FILES = {
    "e-shop clothing": "eshop2008/e-shop clothing 2008.csv",
    "REES46": "rees46/2019-Oct.csv",
}
_AMONG = 20
_SERVED = "e-shop clothing"
_REQUESTS = 300

Way = Callable[[Sequence[str]], Sequence[str]]
Sessions = Sequence[Sequence[str]]

_VIEWS = """
WITH sessions AS (
    SELECT session_id, min(moment) AS start, max(moment) AS stop,
        list(product_id ORDER BY event_index)
            FILTER (event_type = 'view' AND product_id IS NOT NULL) AS views
    FROM (SELECT *, coalesce(event_time, event_date::TIMESTAMP) AS moment FROM events)
    GROUP BY session_id
), split AS (SELECT quantile_disc(start, 0.8) AS moment FROM sessions)
SELECT views, CASE WHEN stop < moment THEN 'earlier' WHEN start >= moment THEN 'later' END
FROM sessions, split WHERE views IS NOT NULL ORDER BY session_id
"""


def recommendations(asked: Asked) -> Iterator[str]:
    """Learn from logs, and ask for the last product of the sessions of their end."""
    yield "Sessions that began after the moment at which four fifths had begun, with two views or"
    yield f"more: is the last product among the first {_AMONG} named after those before it, and at"
    yield "which place? The plain list counts what was viewed right after the last product. All"
    yield "three learn from sessions that ended before that moment. The standard error is that of"
    yield "the mean over sessions. A bundle holds recommendations beside segments; where a log"
    yield "has none, as REES46, they are measured as a bundle would hold them."
    yield ""
    header = ("", "sessions", "Clickwise", "plain list", "difference", "popular", "ms")
    yield from table(header, (row for name in _FILES for row in _rows(name, asked)))
    yield ""
    yield from _over_http(asked)


def _rows(name: str, asked: Asked) -> Iterator[Sequence[str]]:
    file = data_file(_FILES[name])
    dataset = read_source([file])
    train_recommendations(dataset, None, seed=asked.seeds[0])
    recommender = read_recommender(dataset.connection)
    sessions = dataset.connection.execute(_VIEWS).fetchall()
    earlier = [views for views, when in sessions if when == "earlier"]
    later = [views for views, when in sessions if when == "later" and len(views) > 1]
    began = time.perf_counter()
    ours = reciprocal_ranks(_asks(recommender), later)
    took = f"{1000 * (time.perf_counter() - began) / len(later):.2f}"
    listed = reciprocal_ranks(plain_list(earlier), later)
    popular = reciprocal_ranks(_popular(earlier), later)
    # 1 over a place, rounded up, is whether there is one.
    for figure, of in ((f"hit rate at {_AMONG}", np.ceil), (f"MRR at {_AMONG}", np.asarray)):
        pair = _paired(of(ours), of(listed))
        beside = f"{of(popular).mean():.3f}"
        yield f"{name}, {figure}", f"{len(later):,}", *pair.cells(3), beside, took


def _over_http(asked: Asked) -> Iterator[str]:
    """What the service takes for one session beyond what it takes to say that it lives."""
    folder = asked.folder("recommendations")
    file = data_file(_FILES[_SERVED])
    trained = train_bundle(
        file,
        None,
        folder / "models",
        answers=["segment"],
        budget=asked.budget,
        seed=asked.seeds[0],
    )
    sessions = _by_views(read_source([file]))
    chosen = {"of the most views": sessions[-1], "of the median": sessions[len(sessions) // 2]}
    with served(trained.out, folder) as url, httpx.Client(base_url=url) as client:
        took = {
            title: (len(views), *_round_trips(client, {"units": [{"id": "one", "viewed": views}]}))
            for title, views in chosen.items()
        }
    yield f"`POST /recommend` for one session of {_SERVED}, over HTTP on loopback to the service as"
    yield f"a shop starts it, in turn with `GET /livez`: medians of {_REQUESTS} requests in ms."
    yield ""
    header = ("session", "views", "`/recommend`", "`/livez`", "beyond it")
    rows = [
        (title, str(views), *(f"{1000 * one:.1f}" for one in (full, empty, full - empty)))
        for title, (views, empty, full) in took.items()
    ]
    yield from table(header, rows)


def _by_views(dataset: Dataset) -> Sequence[Sequence[str]]:
    """The views of every session, the shortest first."""
    sessions = dataset.connection.execute(_VIEWS).fetchall()
    return sorted((views for views, _ in sessions), key=len)


def _round_trips(client: httpx.Client, body: dict[str, Any]) -> tuple[float, float]:
    """Median seconds of an empty request and of one for recommendations."""
    empty, full = [], []
    for _ in range(_REQUESTS):
        empty.append(_seconds(lambda: client.get("/livez")))
        full.append(_seconds(lambda: client.post("/recommend", json=body)))
    return median(empty), median(full)


def _seconds(ask: Callable[[], httpx.Response]) -> float:
    began = time.perf_counter()
    ask().raise_for_status()
    return time.perf_counter() - began


def _asks(recommender: Recommender) -> Way:
    return lambda views: [one.product_id for one in recommender.recommend(views, [], _AMONG)]


def _popular(earlier: Sessions) -> Way:
    most = _most(Counter(view for views in earlier for view in views))
    return lambda _: most


def _most(counted: Counter[str]) -> list[str]:
    """The most frequent, ties in the order of their names."""
    return sorted(counted, key=lambda name: (-counted[name], name))[:_AMONG]


def plain_list(earlier: Sessions) -> Way:
    """What was viewed right after a product, the most frequent first, then popular products.

    Parameters
    ----------
    earlier : sequence of sequence of str
        Views of the sessions that are learned from.
    """
    after: dict[str, Counter[str]] = {}
    for views in earlier:
        for product, following in pairwise(views):
            after.setdefault(product, Counter())[following] += 1
    popular = _popular(earlier)

    def way(views: Sequence[str]) -> Sequence[str]:
        listed = _most(after.get(views[-1], Counter()))
        return [*listed, *(name for name in popular(views) if name not in listed)][:_AMONG]

    return way


def reciprocal_ranks(way: Way, sessions: Sessions) -> Floats:
    """1 over the place of each session's last product among those named; 0 where it is none.

    Parameters
    ----------
    way : callable
        From views to products, the best first.
    sessions : sequence of sequence of str
        Views of two products or more each.
    """
    named = [list(way(views[:-1])) for views in sessions]
    return np.array(
        [
            1 / (names.index(views[-1]) + 1) if views[-1] in names else 0.0
            for names, views in zip(named, sessions, strict=True)
        ]
    )


def _paired(ours: Floats, theirs: Floats) -> Paired:
    differences = ours - theirs
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    return Paired(float(ours.mean()), float(theirs.mean()), float(error))
