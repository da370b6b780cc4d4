"""Products grouped by their descriptions, where no column gives them a category."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import silhouette_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer
from threadpoolctl import threadpool_limits

from clickstream.errors import NotAnswerable
from clickstream.features import PRODUCT_GROUPS
from clickstream.tables import Dataset

__all__ = ["group_products", "learn_product_groups"]

_FEWEST, _MOST = 4, 12
"""Groups; a marketer tells no more apart, and as many have a feature of their own."""
_FEWEST_PRODUCTS = 60
_DIMENSIONS = 10
"""Of the space in which descriptions are compared: latent semantic analysis (Deerwester et al.
1990) holds together what is named by different words. With many more, what has no frequent word is
one group of half the shop."""
_RARE = 5
"""A word of fewer descriptions tells no group."""
_WORDS = 3
"""That name a group."""
_WORD = r"[a-z]{3,}"

Numbers = npt.NDArray[np.int64]


def learn_product_groups(dataset: Dataset, moment: datetime, seed: int) -> pa.Table:
    """Group products and put the lookup `product_groups` into the data set's database.

    Groups are found among products that were sold before the moment; what came later is put to the
    group nearest to its description, as a shop would that names a new product.

    Parameters
    ----------
    dataset : Dataset
        With descriptions.
    moment : datetime
        Up to which groups are found.
    seed : int
        Of k-means.

    Returns
    -------
    pyarrow.Table
        `product_id` and `category`, in the order of the products.

    Raises
    ------
    NotAnswerable
        If there are too few descriptions to find groups in.
    """
    rows = dataset.connection.execute(
        "SELECT d.product_id, d.description, min(e.event_time) < $moment AS early "
        "FROM product_descriptions d JOIN events e USING (product_id) "
        "GROUP BY ALL ORDER BY d.product_id",
        {"moment": moment},
    ).fetchall()
    products, texts, early = map(list, zip(*rows, strict=True)) if rows else ([], [], [])
    groups = group_products(texts, np.array(early, dtype=bool), seed)
    table = pa.table({"product_id": pa.array(products, pa.string()), "category": groups})
    dataset.connection.register("_groups", table)
    dataset.connection.execute(
        f"CREATE OR REPLACE TABLE main.{PRODUCT_GROUPS} AS SELECT * FROM _groups"
    )
    return table


@threadpool_limits.wrap(limits=1)
def group_products(texts: Sequence[str], learned: npt.NDArray[np.bool_], seed: int) -> list[str]:
    """Name the group of each description.

    Descriptions are compared by their words' TF-IDF (Salton and Buckley 1988), and parted by
    k-means into the number of groups, 4 to 12, with the best silhouette.

    Parameters
    ----------
    texts : sequence of str
        N descriptions.
    learned : numpy.ndarray of bool, shape (N,)
        Those among which groups are found.
    seed : int
        Of k-means.

    Returns
    -------
    list of str
        N names, each of the words that tell its group from the others.

    Raises
    ------
    NotAnswerable
        If fewer than 60 descriptions are learned from, or they share no words.
    """
    known = [text for text, early in zip(texts, learned, strict=True) if early]
    if len(known) < _FEWEST_PRODUCTS:
        raise NotAnswerable(
            f"Products are grouped by descriptions, but only {len(known)} were sold early enough "
            f"to learn from; it takes {_FEWEST_PRODUCTS}. Bring a longer log, or one whose "
            "products have categories."
        )
    words = TfidfVectorizer(
        token_pattern=_WORD, min_df=_RARE, stop_words="english", sublinear_tf=True
    )
    try:
        weights = words.fit_transform(known)
    except ValueError as error:
        raise NotAnswerable(
            "Products are grouped by descriptions, but these share no words. Bring a log whose "
            "products have categories."
        ) from error
    dimensions = min(_DIMENSIONS, weights.shape[1] - 1)
    space = make_pipeline(TruncatedSVD(dimensions, random_state=seed), Normalizer())
    places = space.fit_transform(weights)
    means = _best_groups(places, seed)
    names = _names(words, weights, means.labels_)
    everyone = means.predict(space.transform(words.transform(texts)))
    return [names[number] for number in everyone]


def _best_groups(places: npt.NDArray[np.float64], seed: int) -> KMeans:
    most = min(_MOST, len(places) // 10)
    candidates = [
        KMeans(number, n_init=5, random_state=seed).fit(places)
        for number in range(_FEWEST, most + 1)
    ]
    return max(
        candidates, key=lambda one: float(silhouette_score(places, one.labels_, random_state=seed))
    )


def _names(words: TfidfVectorizer, weights: object, labels: Numbers) -> list[str]:
    """The words that stand out most in each group against all others."""
    matrix = np.asarray(weights.todense())  # type: ignore[attr-defined]
    vocabulary = words.get_feature_names_out()
    overall = matrix.mean(axis=0)
    names: list[str] = []
    for number in range(int(labels.max()) + 1):
        ahead = matrix[labels == number].mean(axis=0) - overall
        best = vocabulary[np.argsort(-ahead, kind="stable")]
        names.append(_unlike(names, best))
    return names


def _unlike(names: Sequence[str], words: Sequence[str]) -> str:
    """As many words as tell a group from those that are named already."""
    size = _WORDS
    while (name := ", ".join(words[:size])) in names:
        size += 1
    return name
