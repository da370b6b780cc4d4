"""Recommend next products for a session or a basket, from what others did next.

In memory and without any library, since a page view waits for the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from clickstream.bundle import Bundle

__all__ = ["Recommendation", "Recommender", "Relation", "open_recommender", "read_recommender"]

Relation = Literal["viewed", "bought", "category", "segment", "all"]
Ranked = Mapping[tuple[str, str], Sequence[tuple[str, float]]]
"""By relation and product, or by kind and key: products with their shares, the largest first."""

_VIEWS = 10
_PER_VIEW_BEFORE = 0.3
"""What a view counts, by the one that follows it: best of 0.3 to 0.85 on e-shop clothing; on REES46
0.3, 0.6 and 0.9 hardly differ."""


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
        0 to 1. Viewed: its part of all that was viewed after `because_of`, nearer views counting
        more; bought: of the baskets with `because_of`, the part that also held it; popular: its
        part of all views there, or of all purchases in a log without views.
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
        self, neighbours: Ranked, popular: Ranked, categories: Mapping[str, str | None]
    ) -> None:
        self._neighbours, self._popular, self._categories = neighbours, popular, categories

    def knows(self, product: str) -> bool:
        """Whether the log that was learned from holds a product."""
        return product in self._categories

    def knows_segment(self, segment: int) -> bool:
        """Whether products of a segment are known."""
        return ("segment", str(segment)) in self._popular

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

        Returns
        -------
        list of Recommendation
            The most popular first, no product twice.
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
    with duckdb.connect() as connection:
        for name, file in bundle.recommended().items():
            connection.read_parquet(str(file)).create_view(name)
        return read_recommender(connection)


def read_recommender(connection: duckdb.DuckDBPyConnection) -> Recommender:
    """Read what was learned into memory.

    Parameters
    ----------
    connection : DuckDBPyConnection
        With the relations of `clickstream.neighbours.learn_recommendations`, by their names.

    Returns
    -------
    Recommender
    """
    neighbours = _ranked(connection, "neighbours", "relation", "product_id", "neighbour_id")
    popular = _ranked(connection, "popular", "kind", "key", "product_id")
    known = connection.execute("SELECT product_id, category FROM product_categories").fetchall()
    return Recommender(neighbours, popular, dict(known))


def _ranked(
    connection: duckdb.DuckDBPyConnection, relation: str, kind: str, key: str, name: str
) -> dict[tuple[str, str], list[tuple[str, float]]]:
    order = f"ORDER BY share DESC, {name}"
    found = connection.execute(
        f"SELECT {kind}, {key}, list({name} {order}), list(share {order}) FROM {relation} "
        "GROUP BY ALL"
    ).fetchall()
    return {
        (kind_of, key_of): list(zip(names, shares, strict=True))
        for kind_of, key_of, names, shares in found
    }


def _sources(
    viewed: Sequence[str], basket: Collection[str]
) -> Iterator[tuple[Literal["viewed", "bought"], str, float]]:
    """What recommends, and how much it counts: the latest views, and the basket as a whole."""
    for before, product in enumerate(reversed(viewed[-_VIEWS:])):
        yield "viewed", product, _PER_VIEW_BEFORE**before
    products = dict.fromkeys(basket)
    for product in products:
        yield "bought", product, 1 / len(products)
