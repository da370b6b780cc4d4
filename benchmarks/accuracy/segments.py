"""UCI Online Retail: segments of its customers against plain k-means, and what they did next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from automl.segments import SegmentSearch, search_segments
from benchmarks.accuracy.asked import Asked, data_file
from benchmarks.accuracy.product import train_bundle
from benchmarks.page import table
from clickstream.bundle import AnswerManifest
from clickstream.sources import read_source
from clickstream.tables import Dataset
from clickstream.units import end_of_log

__all__ = ["compared", "segments", "standardised_logs"]

_FILE = "online-retail/online_retail.csv.gz"
_NUMBERS = range(4, 9)
_DAYS = 90
_RFM = """
SELECT customer_id, date_diff('second', max(event_time), $now) / 86400.0 AS days,
    count(DISTINCT session_id) AS orders, sum(price * quantity)::DOUBLE AS spend
FROM events WHERE event_type = 'purchase' AND customer_id IS NOT NULL
GROUP BY customer_id ORDER BY customer_id
"""

Matrix = npt.NDArray[np.float64]


def segments(asked: Asked) -> Iterator[str]:
    """Compare at every number of segments, then tell what a trained bundle says of its own."""
    log = read_source([data_file(_FILE)])
    frame = standardised_logs(log)
    yield f"{len(frame):,} customers with an order, as of the end of the log, in the space of"
    yield "standardised logarithms of recency, frequency and monetary value. The best candidate of"
    yield f"a search of {asked.budget:g} s that keeps the constraints, against scikit-learn's"
    yield "k-means with ten starts, by the silhouette of all customers."
    yield ""
    found = search_segments(frame, budget=asked.budget, seed=asked.seeds[0])
    header = ("segments", "Clickwise", "family", "plain k-means", "difference", "stability")
    yield from table(header, compared(found, frame.to_numpy(np.float64)))
    yield ""
    yield _chosen(found)
    yield ""
    yield from _trained(asked)


def standardised_logs(log: Dataset) -> pd.DataFrame:
    """Recency, frequency and monetary value of every customer who ordered, as of the log's end.

    Parameters
    ----------
    log : Dataset
        Events with times and customers.

    Returns
    -------
    pandas.DataFrame of float32, shape (customers, 3)
        Logarithms of mean 0 and standard deviation 1.
    """
    rows = log.connection.execute(_RFM, {"now": end_of_log(log)}).df().set_index("customer_id")
    logs = pd.DataFrame(
        {
            "recency": np.log1p(rows["days"]),
            "frequency": np.log(rows["orders"]),
            "monetary": np.log(rows["spend"]),
        }
    )
    standardised: pd.DataFrame = (logs - logs.mean()) / logs.std(ddof=0)
    return standardised.astype(np.float32)


def compared(found: SegmentSearch, places: Matrix) -> Iterator[Sequence[str]]:
    """The rows of the table: a number of segments each, and both silhouettes of all customers.

    Parameters
    ----------
    found : SegmentSearch
        Of the same customers.
    places : numpy.ndarray of float64, shape (customers, 3)
        Of `standardised_logs`.
    """
    for number in _NUMBERS:
        valid = [
            one for one in found.kept if one.figures.segments == number and one.candidate.valid
        ]
        plain = silhouette_score(places, _plain(places, number))
        if not valid:
            yield str(number), "none keeps the constraints", "", f"{plain:.3f}", "", ""
            continue
        best = max(valid, key=lambda one: one.figures.silhouette)
        ours = silhouette_score(places, best.prototypes.nearest(places)[0])
        yield (
            str(number),
            f"{ours:.3f}",
            best.candidate.family,
            f"{plain:.3f}",
            f"{ours - plain:+.3f}",
            f"{best.stability:.3f}",
        )


def _plain(places: Matrix, number: int) -> npt.NDArray[np.int32]:
    labels: Any = KMeans(number, n_init=10, random_state=0).fit_predict(places)
    return np.asarray(labels, dtype=np.int32)


def _chosen(found: SegmentSearch) -> str:
    if found.winner is None:
        return "No candidate keeps the constraints."
    figures = found.winner.figures
    return (
        f"Chosen: {found.winner.model.family} with {figures.segments} segments, silhouette "
        f"{figures.silhouette:.3f}, stability {found.winner.stability:.3f}."
    )


def _trained(asked: Asked) -> Iterator[str]:
    """What the bundle of the same log says, whose segments are of more than these three."""
    trained = train_bundle(
        data_file(_FILE),
        None,
        asked.folder("segments") / "models",
        answers=["segment"],
        budget=asked.budget,
        seed=asked.seeds[0],
        options=["--target-window", str(_DAYS)],
    )
    described = trained.bundle("segment").manifest.answers["segment"]
    yield f"A bundle groups customers as of {_DAYS} days before the end of the log, by"
    yield f"{', '.join(column.name for column in described.inputs)}:"
    yield ""
    yield from table(("", ""), _figures(described))
    yield ""
    header = ("segment", "customers", f"bought in the next {_DAYS} days", "spent then, each")
    yield from table(header, _followed(described))


def _figures(described: AnswerManifest) -> Iterator[Sequence[str]]:
    names = {
        "silhouette": "silhouette, later customers",
        "stability": "stability",
        "out_of_time_agreement": "out-of-time agreement",
        "next_spend_explained": "variance of the next window's spend between segments",
        "moved_share": "customers who changed segment or are gone",
    }
    for name, title in names.items():
        yield title, f"{described.metrics[name].value:.3f}"


def _followed(described: AnswerManifest) -> Iterator[Sequence[str]]:
    for one in described.segments:
        if one.next_window is not None:
            bought, spent = one.next_window.buying_share, one.next_window.spend_mean
            yield one.name, f"{one.size:,}", f"{bought:.1%}", f"{spent:,.0f}"
