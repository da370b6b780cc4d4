"""The next product of later sessions, foretold by a bundle, by a plain list and by popularity."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from benchmarks.accuracy.asked import Asked, data_file
from benchmarks.accuracy.measures import Floats
from benchmarks.accuracy.paired import Paired
from benchmarks.accuracy.product import train_bundle
from benchmarks.page import table
from clickstream.recommending import Recommender, open_recommender
from clickstream.sources import read_source

__all__ = ["plain_list", "reciprocal_ranks", "recommendations"]

_FILES = {
    "e-shop clothing": "eshop2008/e-shop clothing 2008.csv",
    "REES46": "rees46/2019-Oct.csv",
}
_AMONG = 20

Way = Callable[[Sequence[str]], Sequence[str]]
Sessions = Sequence[Sequence[str]]

_VIEWS = """
SELECT list(product_id ORDER BY event_index), min(start), max(stop) FROM (
    SELECT *, min(moment) OVER session AS start, max(moment) OVER session AS stop FROM (
        SELECT *, coalesce(event_time, event_date::TIMESTAMP) AS moment FROM events
    ) WINDOW session AS (PARTITION BY session_id)
) WHERE event_type = 'view' AND product_id IS NOT NULL GROUP BY session_id
"""


def recommendations(asked: Asked) -> Iterator[str]:
    """Train on logs by the command, and ask for the last product of sessions of their end."""
    yield "Sessions that began after the moment at which four fifths had begun, with two views or"
    yield f"more: is the last product among the first {_AMONG} named after those before it, and at"
    yield "which place? The plain list counts what was viewed right after the last product. All"
    yield "three learn from sessions that ended before that moment. The standard error is that of"
    yield "the mean over sessions."
    yield ""
    header = ("", "sessions", "Clickwise", "plain list", "difference", "popular", "ms")
    yield from table(header, (row for name in _FILES for row in _rows(name, asked)))


def _rows(name: str, asked: Asked) -> Iterator[Sequence[str]]:
    file = data_file(_FILES[name])
    folder = asked.folder("recommendations", name.replace(" ", "-"))
    trained = train_bundle(
        file,
        None,
        folder / "models",
        answers=["segment"],
        budget=asked.budget,
        seed=asked.seeds[0],
    )
    recommender = open_recommender(trained.bundle("segment"))
    assert recommender is not None
    earlier, later = _parted(read_source([file]).connection.execute(_VIEWS).fetchall())
    began = time.perf_counter()
    ours = reciprocal_ranks(_asks(recommender), later)
    took = f"{1000 * (time.perf_counter() - began) / len(later):.2f}"
    listed = reciprocal_ranks(plain_list(earlier), later)
    popular = reciprocal_ranks(_popular(earlier), later)
    for figure, of in ((f"hit rate at {_AMONG}", np.ceil), (f"MRR at {_AMONG}", np.asarray)):
        pair = _paired(of(ours), of(listed))
        beside = f"{of(popular).mean():.3f}"
        yield f"{name}, {figure}", f"{len(later):,}", *pair.cells(3), beside, took


def _parted(sessions: Sequence[tuple[list[str], datetime, datetime]]) -> tuple[Sessions, Sessions]:
    starts = sorted(start for _, start, _ in sessions)
    moment = starts[int(0.8 * len(starts))]
    earlier = [views for views, _, stop in sessions if stop < moment]
    later = [views for views, start, _ in sessions if start >= moment and len(views) > 1]
    return earlier, later


def _asks(recommender: Recommender) -> Way:
    return lambda views: [one.product_id for one in recommender.recommend(views, [], _AMONG)]


def _popular(earlier: Sessions) -> Way:
    most = Counter(view for views in earlier for view in views).most_common(_AMONG)
    return lambda _: [product for product, _ in most]


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
        listed = [name for name, _ in after.get(views[-1], Counter()).most_common(_AMONG)]
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
