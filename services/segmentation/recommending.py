"""`POST /recommend`: next products for a session or a basket, each with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError
from starlette.responses import Response

from clickstream.bundle import Bundle
from clickstream.recommending import Recommendation, Recommender, open_recommender
from services.common.docs import form_docs
from services.common.errors import Refusal
from services.common.limits import MAX_TEXT, MAX_UNITS, read_body
from services.common.requests import Form, Id, field_names
from services.common.sentences import refusal_of

__all__ = ["RecommendationAnswer", "RecommendationRequest", "recommendation_routes"]

_MAX_PRODUCTS = 1_000
_MOST = 50
_Products = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]],
    FailFast(),
    Field(default=[], max_length=_MAX_PRODUCTS),
]


class RecommendationUnit(Form):
    """A session or a basket."""

    id: Id
    viewed: _Products = Field(default=[], description="products viewed, the latest last")
    basket: _Products = Field(
        default=[], description="products put in the cart or bought; never recommended"
    )
    segment: int | None = Field(
        default=None, ge=0, description="the shopper's, as `POST /predict` says; may be left out"
    )


class RecommendationRequest(Form):
    """Whom to recommend what."""

    units: Annotated[list[RecommendationUnit], FailFast()] = Field(
        min_length=1, max_length=MAX_UNITS
    )
    limit: int = Field(default=10, ge=1, le=_MOST, description="products for each unit at most")
    new_only: bool = Field(
        default=False, description="leave out what was viewed, which many view again"
    )


class RecommendedProduct(BaseModel):
    """A product, and why it is recommended."""

    model_config = ConfigDict(extra="forbid")

    product_id: str
    reason: str = Field(description="in words")
    relation: Literal["viewed", "bought", "category", "segment", "all"] = Field(
        description="viewed after or bought with `because_of`, or popular there or with everyone"
    )
    because_of: str = Field(description="a product, category or segment; empty for everyone")
    share: float = Field(
        ge=0,
        le=1,
        description="of those who viewed or bought `because_of`, about the part that went on to "
        "this product; of a popular one, its part of all views or purchases there",
    )


class UnitRecommendations(BaseModel):
    """What to recommend to one unit, the best first."""

    model_config = ConfigDict(extra="forbid")

    id: str
    products: list[RecommendedProduct]
    simulated: bool = Field(description="true where it was learned from simulated data")
    warnings: list[str] = Field(description="products that are not known; empty where all are")
    model_version: str
    data_version: str


class RecommendationAnswer(BaseModel):
    """One entry for each unit, in their order."""

    model_config = ConfigDict(extra="forbid")

    recommendations: list[UnitRecommendations]


def recommendation_routes(bundle: Bundle) -> APIRouter:
    """Make the route that recommends from one bundle.

    Parameters
    ----------
    bundle : Bundle
        A verified bundle; where it holds no recommendations, the route says why.
    """
    router = APIRouter()
    recommender = open_recommender(bundle)
    names = field_names(RecommendationRequest)

    def answer(body: bytes) -> RecommendationAnswer:
        return _answer(bundle, recommender, _read(body, names))

    # Not async, so it runs in a thread and the event loop stays free for other callers.
    @router.post("/recommend", **_docs(recommender, answer))
    def recommend(body: Annotated[bytes, Depends(read_body)]) -> Response:
        """Next products for sessions or baskets, from what others viewed or bought next."""
        return Response(answer(body).model_dump_json(), media_type="application/json")

    return router


def _docs(
    recommender: Recommender | None, answer: Callable[[bytes], RecommendationAnswer]
) -> dict[str, Any]:
    """Describe the route with a body that works and what is answered to it."""
    popular = [] if recommender is None else recommender.popular(None, 3)
    products = [one.product_id for one in popular]
    unit = {"id": "example", "viewed": products[:2], "basket": products[2:]}
    asked = {"recommendations": {"units": [unit], "limit": 5}}
    given = {
        name: answer(json.dumps(body).encode()).model_dump(mode="json")
        for name, body in asked.items()
        if recommender is not None
    }
    return form_docs([RecommendationRequest], asked, RecommendationAnswer, given)


def _read(body: bytes, names: set[str]) -> RecommendationRequest:
    try:
        return RecommendationRequest.model_validate_json(body)
    except ValidationError as error:
        raise refusal_of(error, names) from error


def _answer(
    bundle: Bundle, recommender: Recommender | None, asked: RecommendationRequest
) -> RecommendationAnswer:
    if recommender is None:
        reason = bundle.manifest.refused.get("recommendations", "it was trained without them.")
        raise Refusal(422, "cannot_answer", f"This bundle does not recommend: {reason}")
    given = [_unit(bundle, recommender, unit, asked) for unit in asked.units]
    return RecommendationAnswer(recommendations=given)


def _unit(
    bundle: Bundle,
    recommender: Recommender,
    unit: RecommendationUnit,
    asked: RecommendationRequest,
) -> UnitRecommendations:
    found = recommender.recommend(
        unit.viewed, unit.basket, asked.limit, segment=unit.segment, new_only=asked.new_only
    )
    sent = dict.fromkeys([*unit.viewed, *unit.basket])
    unknown = [name for name in sent if not recommender.knows(name)]
    return UnitRecommendations(
        id=unit.id,
        products=[_product(one) for one in found],
        simulated=bundle.manifest.simulated,
        warnings=[f"product {name[:100]!r} is not known" for name in unknown],
        model_version=bundle.manifest.model_version,
        data_version=bundle.manifest.data_version,
    )


def _product(found: Recommendation) -> RecommendedProduct:
    return RecommendedProduct(
        product_id=found.product_id,
        reason=_reason(found),
        relation=found.relation,
        because_of=found.because_of,
        share=found.share,
    )


def _reason(found: Recommendation) -> str:
    if found.relation == "viewed" and found.because_of == found.product_id:
        return "often viewed again"
    words = {
        "viewed": "often viewed after {}",
        "bought": "often bought together with {}",
        "category": "popular in the category {}",
        "segment": "popular in segment {}",
        "all": "popular with everyone",
    }
    return words[found.relation].format(found.because_of)
