"""Recommend next products for a session or a basket, from what others did next.

In memory and without any library, since a page view waits for the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from clickstream.bundle import Bundle

__all__ = ["LEARNED", "Recommendation", "Recommender", "open_recommender", "recommender_of"]

NEIGHBOURS, POPULAR, PRODUCTS = "neighbours", "popular", "product_categories"
LEARNED = (NEIGHBOURS, POPULAR, PRODUCTS)
"""Lookups of what was learned: pairs of products, popular ones, and the category of each."""

Relation = Literal["viewed", "bought", "category", "segment", "all"]
Neighbours = Mapping[tuple[str, str], Sequence[tuple[str, float]]]
"""By relation and product: neighbours with their shares, the strongest first."""
Popular = Mapping[tuple[str, str], Sequence[tuple[str, float]]]
"""By kind and key: products with their shares, the most popular first."""

_VIEWS = 10
_PER_VIEW_BEFORE = 0.3
"""What a view counts, by the one that follows it."""


@dataclass(frozen=True)
class Recommendation:
    """A product, and why.

    Attributes
    ----------
    product_id : str
        The product.
    relation : {'viewed', 'bought', 'category', 'segment', 'all'}
        Viewed after, or bought with, `because_of`; or popular in this category, in this segment
        or with everyone.
    because_of : str
        A product that was sent, a category or a segment; empty for everyone.
    share : float
        0 to 1: of those who viewed or bought `because_of`, about the part that went on to this
        product; of a popular one, its part of all views or purchases there.
    """

    product_id: str
    relation: Relation
    because_of: str
    share: float


class Recommender:
    """Recommends products.

    Parameters
    ----------
    neighbours : mapping
        Pairs of products, by relation (`viewed` or `bought`) and product.
    popular : mapping
        Popular products, by kind (`all`, `category` or `segment`) and key.
    categories : mapping of str to str or None
        The category of each known product.
    """

    def __init__(
        self, neighbours: Neighbours, popular: Popular, categories: Mapping[str, str | None]
    ) -> None:
        self._neighbours, self._popular, self._categories = neighbours, popular, categories

    def knows(self, product: str) -> bool:
        """Whether the log that was learned from holds a product."""
        return product in self._categories

    def recommend(
        self,
        viewed: Sequence[str],
        basket: Collection[str],
        limit: int,
        *,
        segment: int | None = None,
        new_only: bool = False,
    ) -> list[Recommendation]:
        """Recommend what comes next; nothing of the basket.

        Parameters
        ----------
        viewed : sequence of str
            Products that the session viewed, the latest last.
        basket : collection of str
            Products that it put in the basket or bought.
        limit : int
            At most this many.
        segment : int or None
            The shopper's, whose popular products are taken before everyone's.
        new_only : bool, default False
            Leave out what was viewed already, which many view again.

        Returns
        -------
        list of Recommendation
            The best first, no product twice: neighbours, then what is popular.
        """
        told = set(basket) | (set(viewed) if new_only else set())
        return self._chosen(self._candidates(viewed, basket, segment), told, limit)

    def popular(self, like: str | None, limit: int) -> list[Recommendation]:
        """Popular products, whatever was viewed: of one product's category first, then of all.

        Parameters
        ----------
        like : str or None
            The product; None for all categories.
        limit : int
            At most this many.
        """
        return self._chosen(self._popular_with(like, None), set(), limit)

    def _candidates(
        self, viewed: Sequence[str], basket: Collection[str], segment: int | None
    ) -> Iterator[Recommendation]:
        yield from self._neighbours_of(viewed, basket)
        latest = next(reversed([*basket, *viewed]), None)
        yield from self._popular_with(latest, segment)

    def _popular_with(self, like: str | None, segment: int | None) -> Iterator[Recommendation]:
        category = None if like is None else self._categories.get(like)
        if category is not None:
            yield from self._popular_in("category", category)
        if segment is not None:
            yield from self._popular_in("segment", str(segment))
        yield from self._popular_in("all", "")

    @staticmethod
    def _chosen(
        candidates: Iterable[Recommendation], told: set[str], limit: int
    ) -> list[Recommendation]:
        chosen: list[Recommendation] = []
        for one in candidates:
            if len(chosen) == limit:
                break
            if one.product_id not in told:
                told.add(one.product_id)
                chosen.append(one)
        return chosen

    def _neighbours_of(
        self, viewed: Sequence[str], basket: Collection[str]
    ) -> list[Recommendation]:
        scores: dict[str, float] = {}
        reasons: dict[str, tuple[float, Recommendation]] = {}
        for relation, product, weight in _sources(viewed, basket):
            for neighbour, share in self._neighbours.get((relation, product), ()):
                part = weight * share
                scores[neighbour] = scores.get(neighbour, 0.0) + part
                if neighbour not in reasons or part > reasons[neighbour][0]:
                    reasons[neighbour] = (
                        part,
                        Recommendation(neighbour, relation, product, share),
                    )
        best_first = sorted(scores, key=lambda name: (-scores[name], name))
        return [reasons[name][1] for name in best_first]

    def _popular_in(
        self, kind: Literal["category", "segment", "all"], key: str
    ) -> Iterable[Recommendation]:
        for product, share in self._popular.get((kind, key), ()):
            yield Recommendation(product, kind, key, share)


def open_recommender(bundle: Bundle) -> Recommender | None:
    """Read a bundle's recommendations into memory.

    Parameters
    ----------
    bundle : Bundle
        A verified bundle.

    Returns
    -------
    Recommender or None
        None where the bundle has no recommendations.
    """
    if bundle.manifest.recommendations is None:
        return None
    files = bundle.lookups()
    with duckdb.connect() as connection:
        return recommender_of({name: _rows(connection, str(files[name])) for name in LEARNED})


def _rows(connection: duckdb.DuckDBPyConnection, file: str) -> list[dict[str, Any]]:
    found = connection.execute("SELECT * FROM read_parquet(?)", [file])
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def recommender_of(learned: Mapping[str, Iterable[Mapping[str, Any]]]) -> Recommender:
    """Make a recommender from what was learned.

    Parameters
    ----------
    learned : mapping of str to iterable of mapping
        The rows of each table of `learn_recommendations`, in any order.
    """
    neighbours = _ranked(learned[NEIGHBOURS], ("relation", "product_id"), "neighbour_id")
    popular = _ranked(learned[POPULAR], ("kind", "key"), "product_id")
    categories = {row["product_id"]: row["category"] for row in learned[PRODUCTS]}
    return Recommender(neighbours, popular, categories)


def _ranked(
    rows: Iterable[Mapping[str, Any]], key: tuple[str, str], name: str
) -> dict[tuple[str, str], list[tuple[str, float]]]:
    ranked: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for row in sorted(rows, key=lambda row: (-row["share"], row[name])):
        ranked.setdefault((row[key[0]], row[key[1]]), []).append((row[name], row["share"]))
    return ranked


def _sources(
    viewed: Sequence[str], basket: Collection[str]
) -> Iterator[tuple[Literal["viewed", "bought"], str, float]]:
    """What recommends, and how much it counts: the latest views, and the basket as a whole."""
    for before, product in enumerate(reversed(viewed[-_VIEWS:])):
        yield "viewed", product, _PER_VIEW_BEFORE**before
    for product in basket:
        yield "bought", product, 1 / len(basket)
