"""`POST /recommend`: next products for a session or a basket, each with its reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError
from starlette.responses import Response

from clickstream.bundle import Bundle
from clickstream.recommending import Recommendation, Recommender, Relation, open_recommender
from services.common.beside import beside
from services.common.docs import form_docs
from services.common.errors import Refusal
from services.common.limits import MAX_EVENTS, MAX_TEXT, MAX_UNITS, read_body
from services.common.requests import Form, Id, field_names
from services.common.sentences import refusal_of

__all__ = ["RecommendationAnswer", "RecommendationRequest", "recommendation_routes"]

_MOST = 50
_NAMED = 10
"""Unknown products that a warning names one by one."""
_LARGE_BODY = 8 * 1024
"""Bytes from which reading a body would keep the event loop from other callers."""
_MANY = 50
"""Products from which recommending them would."""
_OFTEN = 0.05
"""From this share on a reason says often."""
_Products = Annotated[list[Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]], FailFast()]


class RecommendationUnit(Form):
    """A session or a basket."""

    id: Id
    viewed: _Products = Field(default=[], description="products viewed, the latest last")
    basket: _Products = Field(
        default=[], description="products put in the cart or bought; never recommended"
    )
    segment: int | None = Field(
        default=None,
        ge=0,
        description="the shopper's, as `POST /predict` says; leave it out where `fits` is false",
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
    relation: Relation = Field(
        description="viewed after or bought with `because_of`, or popular there or with everyone"
    )
    because_of: str = Field(description="a product, category or segment; empty for everyone")
    share: float = Field(
        ge=0,
        le=1,
        description="viewed: its part of all that was viewed after `because_of`, nearer views "
        "counting more; bought: of the baskets with `because_of`, the part that also held it; "
        "popular: its part of all views there, or of all purchases in a log without views",
    )


class UnitRecommendations(BaseModel):
    """What to recommend to one unit, the best first."""

    model_config = ConfigDict(extra="forbid")

    id: str
    products: list[RecommendedProduct]
    simulated: bool = Field(description="true where it was learned from simulated data")
    warnings: list[str] = Field(description="products and a segment that are not known")
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

    Returns
    -------
    APIRouter
        With `POST /recommend`.
    """
    router = APIRouter()
    recommender = open_recommender(bundle)
    names = field_names(RecommendationRequest)

    def answer(body: bytes) -> RecommendationAnswer:
        return _answer(bundle, recommender, _read(body, names))

    def written(asked: RecommendationRequest) -> str:
        return _answer(bundle, recommender, asked).model_dump_json()

    @router.post("/recommend", **_docs(recommender, answer))
    async def recommend(body: Annotated[bytes, Depends(read_body)]) -> Response:
        """Next products for sessions or baskets, from what others viewed or bought next."""
        asked = await beside(len(body) > _LARGE_BODY, _read, body, names)
        many = len(asked.units) * asked.limit > _MANY
        told = await beside(many, written, asked)
        return Response(told, media_type="application/json")

    return router


def _docs(
    recommender: Recommender | None, answer: Callable[[bytes], RecommendationAnswer]
) -> dict[str, Any]:
    """Describe the route, with a body that works and its answer where there is one."""
    asked, given = {}, {}
    if recommender is not None:
        # A name that the form does not take would make no example.
        known = (one.product_id for one in recommender.popular(None, _MOST))
        products = [name for name in known if len(name) <= MAX_TEXT][:3]
        unit = {"id": "example", "viewed": products[:2], "basket": products[2:]}
        asked = {"recommendations": {"units": [unit], "limit": 5}}
        body = json.dumps(asked["recommendations"]).encode()
        given = {"recommendations": answer(body).model_dump(mode="json")}
    return {
        "description": f"At most {MAX_UNITS:,} units and {MAX_EVENTS:,} products at once.",
        **form_docs([RecommendationRequest], asked, RecommendationAnswer, given),
    }


def _read(body: bytes, names: set[str]) -> RecommendationRequest:
    try:
        asked = RecommendationRequest.model_validate_json(body)
    except ValidationError as error:
        raise refusal_of(error, names) from error
    sent = sum(len(unit.viewed) + len(unit.basket) for unit in asked.units)
    if sent > MAX_EVENTS:
        message = f"{sent:,} products are more than {MAX_EVENTS:,}; send the units in parts."
        raise Refusal(413, "too_large", message, "units")
    counted = Counter(unit.id for unit in asked.units)
    twice = next((name for name, times in counted.items() if times > 1), None)
    if twice is not None:
        message = f"Unit id {twice!r} is sent twice; give every unit an id of its own."
        raise Refusal(422, "cannot_answer", message, "units")
    return asked


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
    names = _segment_names(bundle)
    found = recommender.recommend(
        unit.viewed, unit.basket, asked.limit, segment=unit.segment, new_only=asked.new_only
    )
    return UnitRecommendations(
        id=unit.id,
        products=[_product(one, names) for one in found],
        simulated=bundle.manifest.simulated,
        warnings=_warnings(recommender, unit),
        model_version=bundle.manifest.model_version,
        data_version=bundle.manifest.data_version,
    )


def _warnings(recommender: Recommender, unit: RecommendationUnit) -> list[str]:
    sent = dict.fromkeys([*unit.viewed, *unit.basket])
    unknown = [name for name in sent if not recommender.knows(name)]
    warnings = [f"product {name[:100]!r} is not known" for name in unknown[:_NAMED]]
    if len(unknown) > _NAMED:
        warnings.append(f"{len(unknown) - _NAMED} more products are not known")
    if unit.segment is not None and not recommender.knows_segment(unit.segment):
        warnings.append(f"segment {unit.segment} is not known")
    return warnings


def _segment_names(bundle: Bundle) -> dict[str, str]:
    described = bundle.manifest.answers.get("segment")
    return {str(one.segment): one.name for one in described.segments} if described else {}


def _product(found: Recommendation, names: Mapping[str, str]) -> RecommendedProduct:
    return RecommendedProduct(
        product_id=found.product_id,
        reason=_reason(found, names),
        relation=found.relation,
        because_of=found.because_of,
        share=found.share,
    )


def _reason(found: Recommendation, names: Mapping[str, str]) -> str:
    words = {
        "viewed": "viewed after {}",
        "bought": "bought together with {}",
        "category": "popular in the category {}",
        "segment": "popular among {}",
        "all": "popular with everyone",
    }
    if found.relation == "viewed" and found.because_of == found.product_id:
        said = "viewed again"
    else:
        named = names.get(found.because_of) if found.relation == "segment" else None
        said = words[found.relation].format(named or found.because_of)
    often = found.relation in ("viewed", "bought") and found.share >= _OFTEN
    return f"often {said}" if often else said
