"""What a service tells of its model: manifest, example, evaluation, report and card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, create_model
from starlette.responses import HTMLResponse, JSONResponse, Response

from clickstream.bundle import Manifest
from services.common.errors import Refusal, error_responses
from services.common.predicting import Predictor

__all__ = ["REPORT_POLICY", "description_routes"]

_Units = Annotated[int, Query(ge=1, le=100, description="how many units or rows at most")]

REPORT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "font-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-scripts allow-downloads",
    ]
)
"""The report carries its scripts and styles inside itself. It may run them, but load nothing, send
nothing anywhere and, sandboxed into an origin of its own, not even ask this service."""


def _text(media_type: str) -> dict[int | str, dict[str, Any]]:
    """What a route that gives a text for people answers; its errors are JSON like all others.

    A class of responses that named the type would name it for the errors as well.
    """
    content = {media_type: {"schema": {"type": "string"}}}
    return error_responses(404) | {200: {"content": content}}


def description_routes(predictor: Predictor) -> APIRouter:
    """Make the routes that describe the model."""
    router = APIRouter()
    bundle = predictor.bundle
    described = _described(bundle.manifest)

    @router.get("/model", response_model=_model_card(), response_model_exclude_none=True)
    def model() -> Response:
        """What the bundle says of itself: its manifest and the model's version."""
        return JSONResponse(described)

    @router.get("/example", responses=error_responses(400, 422))
    def example(answer: str | None = None, units: _Units = 3) -> dict[str, Any]:
        """A body for `POST /predict` that works, made from reference data."""
        return bundle.example(predictor.named_answer(answer)[0], units)

    @router.get("/evaluation", responses=error_responses(422))
    def evaluation(answer: str | None = None) -> dict[str, Any]:
        """Curves, leaderboard and profiles, as pages and reports draw them."""
        return bundle.evaluation(predictor.named_answer(answer)[0])

    @router.get("/report", response_class=Response, responses=_text("text/html"))
    def report() -> Response:
        """The report of the training run, a self-contained page."""
        headers = {"Content-Security-Policy": REPORT_POLICY, "X-Content-Type-Options": "nosniff"}
        return HTMLResponse(_written(bundle.report, "report"), headers=headers)

    @router.get("/card", response_class=Response, responses=_text("text/markdown"))
    def card() -> Response:
        """The model card: what it is for, data, windows, metrics and limits, in Markdown."""
        return Response(_written(bundle.card, "card"), media_type="text/markdown; charset=utf-8")

    return router


def _described(manifest: Manifest) -> dict[str, Any]:
    content = manifest.model_dump(mode="json", exclude_none=True)
    return {"model_version": manifest.model_version, **content}


def _model_card() -> type[BaseModel]:
    parts: dict[str, Any] = {
        name: (field.annotation, field) for name, field in Manifest.model_fields.items()
    }
    return create_model("Model", model_version=(str, ...), **parts)


def _written(read: Callable[[], str], name: str) -> str:
    """What training wrote for people to read."""
    try:
        return read()
    except FileNotFoundError as error:
        message = f"This bundle was made without a {name}."
        raise Refusal(404, "not_found", message, "path") from error
