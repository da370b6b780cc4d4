"""UCI Online Retail: what becomes of customers, by a well-known protocol and by an honest one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import hstack
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import StandardScaler

from automl.options import Options
from automl.searched import search_winner
from automl.table import Prepared, make_table
from benchmarks.accuracy.asked import Asked, data_file
from benchmarks.accuracy.product import train_bundle
from benchmarks.page import table
from clickstream.answers import ANSWERS
from clickstream.bundle import Bundle
from clickstream.features import Feature
from clickstream.manifest import Metric
from clickstream.sources import read_source
from clickstream.tables import Dataset

__all__ = ["habits", "interests"]

_FILE = "online-retail/online_retail.csv.gz"
_DAYS = 90
_LAST_MONTHS = datetime(2011, 10, 1)
_MONTHS_RATIO = 5
"""Ten months to learn from and two to test on: numbers of orders are multiplied by it."""
_CLUSTERS, _GROUPS = 11, 5
_SHARES = [f"share_{number}" for number in range(_GROUPS)]
_PREDICTING = ["mean", *_SHARES]
_DEFINING = ["count", "min", "max", *_PREDICTING]
_FREQUENT = 14
"""Descriptions that a word is in at least."""
_PRICES = [-np.inf, 1, 2, 3, 5, 10, np.inf]

_PRODUCTS = """
SELECT product_id, any_value(description) AS description, mean(price)::DOUBLE AS price
FROM events JOIN product_descriptions USING (product_id)
GROUP BY product_id ORDER BY product_id
"""
_BASKETS = """
WITH lines AS (
    SELECT customer_id, session_id, "group", price * quantity AS amount,
        min(event_time) OVER (PARTITION BY session_id) >= $moment AS later
    FROM events JOIN _groups USING (product_id)
    WHERE event_type = 'purchase' AND customer_id IS NOT NULL
)
SELECT customer_id, session_id, "group", any_value(later) AS later, sum(amount)::DOUBLE AS amount
FROM lines GROUP BY ALL ORDER BY ALL
"""

Labels = npt.NDArray[np.int64]


def interests(asked: Asked) -> Iterator[str]:
    """Tell the cluster that customers are in, then what they want after their first order."""
    yield from _copied(asked)
    yield ""
    yield from _honest(asked)


def _copied(asked: Asked) -> Iterator[str]:
    log = read_source([data_file(_FILE)])
    training, later = (habits(_baskets(log), later=when) for when in (False, True))
    scaler = StandardScaler().fit(training[_DEFINING])
    clusters = KMeans(_CLUSTERS, n_init=10, random_state=0)
    known: Labels = clusters.fit_predict(scaler.transform(training[_DEFINING])).astype(np.int64)
    actual: Labels = clusters.predict(scaler.transform(later[_DEFINING])).astype(np.int64)
    yield "The protocol of a much copied notebook (F. Daniel, Customer Segmentation, 2017):"
    yield f"{_CLUSTERS} k-means clusters of customers by number, smallest, largest and mean amount"
    yield f"of their orders and the shares of {_GROUPS} groups of products (k-means of words of"
    yield "descriptions and ranges of prices), before"
    yield f"{_LAST_MONTHS:%Y-%m-%d}; told for the orders from then on, their number multiplied by"
    yield f"{_MONTHS_RATIO}. Inputs and clusters are made of the same orders, so this says how well"
    yield "borders of clusters are copied, and foretells nothing. The notebook's inputs leave the"
    yield "number of orders out, by which some of the clusters differ."
    yield ""
    header = ("inputs", "customers", "Clickwise", "family", "random forest", "most frequent")
    yield from table(
        header,
        (
            _row(title, training[columns], known, later[columns], actual, asked)
            for title, columns in {
                "mean amount and shares": _PREDICTING,
                "all that define the clusters": _DEFINING,
            }.items()
        ),
    )


def _baskets(log: Dataset) -> pd.DataFrame:
    """The amount of every order by group of products."""
    log.connection.register("_groups", _product_groups(log))
    return log.connection.execute(_BASKETS, {"moment": _LAST_MONTHS}).df()


def _product_groups(log: Dataset) -> pd.DataFrame:
    """Groups by the words of descriptions, present or not, and by ranges of prices."""
    rows = log.connection.execute(_PRODUCTS).df()
    words = CountVectorizer(token_pattern=r"[a-z]{3,}", min_df=_FREQUENT, binary=True)
    prices = pd.get_dummies(pd.cut(rows["price"], _PRICES)).to_numpy(np.float64)
    columns = hstack([words.fit_transform(rows["description"]), prices]).tocsr()
    rows["group"] = KMeans(_GROUPS, n_init=10, random_state=0).fit_predict(columns)
    return rows[["product_id", "group"]]


def habits(baskets: pd.DataFrame, *, later: bool) -> pd.DataFrame:
    """What each customer's orders are like, before the last months or within them.

    Parameters
    ----------
    baskets : pandas.DataFrame
        `customer_id`, `session_id`, `group`, whether it is `later`, and `amount`.
    later : bool
        Which of the two.

    Returns
    -------
    pandas.DataFrame
        By customer: `count`, `min`, `max` and `mean` of the orders' amounts, and the shares of the
        groups in the whole, 0 to 1.
    """
    mine = baskets[baskets["later"] == later]
    orders = mine.groupby(["customer_id", "session_id"])["amount"].sum()
    found = orders.groupby("customer_id").agg(["count", "min", "max", "mean"])
    if later:
        found["count"] *= _MONTHS_RATIO
    spent = mine.pivot_table(
        index="customer_id", columns="group", values="amount", aggfunc="sum", fill_value=0
    ).reindex(columns=range(_GROUPS), fill_value=0)
    found[_SHARES] = spent.div(spent.sum(axis=1), axis=0)
    return found


def _row(
    title: str,
    training: pd.DataFrame,
    known: Labels,
    later: pd.DataFrame,
    actual: Labels,
    asked: Asked,
) -> Sequence[str]:
    said, family = _searched(training, known, later, actual, asked)
    forest = RandomForestClassifier(300, random_state=0).fit(training, known)
    frequent = np.bincount(known).argmax()
    figures = (said, forest.predict(later), np.full(len(actual), frequent))
    ours, theirs, usual = (f"{np.mean(one == actual):.1%}" for one in figures)
    return title, f"{len(later):,}", ours, family, theirs, usual


def _searched(
    training: pd.DataFrame,
    known: Labels,
    later: pd.DataFrame,
    actual: Labels,
    asked: Asked,
) -> tuple[Labels, str]:
    """The class that the winner of a search finds most likely, and its family."""
    answer = ANSWERS["interest"]
    features = tuple(Feature(name, "number", "", "") for name in training.columns)
    seen = make_table({"unit_id": training.index, "label": known, **training}, features)
    asked_of = make_table({"unit_id": later.index, "label": actual, **later}, features)
    classes = tuple(map(str, range(_CLUSTERS)))
    prepared = Prepared(seen, asked_of, features, None, "by time", classes=classes)
    options = Options((answer.name,), asked.budget, None, asked.seeds[0])
    result, winner = search_winner(prepared, answer, options)
    chances = winner.ensemble.predict(prepared.holdout.frame)
    return chances.argmax(axis=1), result.family


def _honest(asked: Asked) -> Iterator[str]:
    trained = train_bundle(
        data_file(_FILE),
        None,
        asked.folder("interests") / "models",
        answers=["segment", "interest", "next_segment"],
        budget=asked.budget,
        seed=asked.seeds[0],
        options=["--target-window", str(_DAYS)],
    )
    bundle = trained.bundle("interest")
    yield "From the first order alone, of customers who order later than those of training: the"
    yield f"category that they spend most on in the {_DAYS} days that follow, and the segment that"
    yield "they are in then. The majority is the class most frequent in training; for segments"
    yield "there is also where everybody comes to be by buying nothing more."
    yield ""
    header = ("", "customers", "classes", "", "accuracy", "to the majority's", "macro F1")
    names = {"interest": "category", "next_segment": "segment"}
    rows = (row for name, title in names.items() for row in _asked_of(title, name, bundle))
    yield from table(header, rows)


def _asked_of(title: str, name: str, bundle: Bundle) -> Iterator[Sequence[str]]:
    described = bundle.manifest.answers[name]
    usual = described.baseline_metrics
    asked = title, f"{described.evidence.holdout_rows:,}", str(len(described.classes))
    said = {"Clickwise": described.metrics, "majority": usual}
    for forecast, found in bundle.evaluation(name).get("forecasts", {}).items():
        said[forecast] = {key: Metric(**metric) for key, metric in found.items()}
    for who, metrics in said.items():
        accuracy = metrics["accuracy"].value
        ratio = accuracy / usual["accuracy"].value
        yield *asked, who, f"{accuracy:.3f}", f"{ratio:.2f}", f"{metrics['macro_f1'].value:.3f}"
