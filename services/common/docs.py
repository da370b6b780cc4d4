"""What `/docs.json` and `/docs` say: forms, answers and examples of the bundle that is served."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from clickstream.bundle import Bundle, BundleError
from services.common.errors import Refusal, error_responses
from services.common.limits import MAX_BYTES, MAX_EVENTS, MAX_UNITS
from services.common.predicting import ModelFailure, Predictor

__all__ = ["DOCS_PATHS", "add_docs_page", "add_forms", "form_docs", "prediction_docs"]

DOCS_PATHS = ("/", "/docs")
"""Where the page to try requests on is."""
_STATIC = "/static_content"
_REFERENCE = "#/components/schemas/{model}"


def prediction_docs(predictor: Predictor) -> dict[str, Any]:
    """Describe `POST /predict`, with every answer's own example and what is answered to it.

    Where the bundle has no answer, no body works, and the route is left out.

    Raises
    ------
    BundleError
        If the bundle does not answer its own example.
    """
    if not predictor.forms:
        return {"include_in_schema": False}
    asked = {answer: predictor.bundle.example(answer) for answer in predictor.forms}
    given = {answer: _given(predictor, example) for answer, example in asked.items()}
    return {
        "description": f"At most {MAX_UNITS:,} units or rows, {MAX_EVENTS:,} events and "
        f"{MAX_BYTES:,} bytes at once.",
        **form_docs(list(predictor.forms.values()), asked, predictor.answer_model, given),
    }


def form_docs(
    forms: Sequence[type[BaseModel]],
    asked: Mapping[str, Any],
    answer: type[BaseModel],
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """Describe a route that reads its body itself.

    Parameters
    ----------
    forms : sequence of type of BaseModel
        What a body may be; `add_forms` adds their schemas.
    asked : mapping of str to dict
        Bodies that work, by name.
    answer : type of BaseModel
        What is answered.
    given : mapping of str to dict
        The answers to these bodies.
    """
    references = [{"$ref": _REFERENCE.format(model=form.__name__)} for form in forms]
    schema = references[0] if len(references) == 1 else {"anyOf": references}
    body = {"schema": schema, "examples": _examples(asked)}
    return {
        "openapi_extra": {"requestBody": {"required": True, "content": {"application/json": body}}},
        "responses": {
            200: {
                "model": answer,
                "content": {"application/json": {"examples": _examples(given)}},
            },
            **error_responses(400, 408, 413, 415, 422, 500),
        },
    }


def add_forms(application: FastAPI, forms: Iterable[type[BaseModel]]) -> None:
    """Add what FastAPI does not see: the schemas of bodies, which it does not read, and keys."""
    modes = [(form, "validation") for form in forms]
    of_routes = application.openapi

    # Made when it is asked for: it takes as long as the rest of a start.
    @cache
    def openapi() -> dict[str, Any]:
        _, schemas = models_json_schema(modes, ref_template=_REFERENCE)  # type: ignore[arg-type]
        described = of_routes()
        described["components"]["schemas"].update(schemas["$defs"])
        # What stands before the application asks for keys, so FastAPI does not know of them.
        described["components"]["securitySchemes"] = {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "an API key, where any is set up",
            }
        }
        described["security"] = [{}, {"key": []}]
        return described

    application.openapi = openapi  # type: ignore[method-assign]


def add_docs_page(application: FastAPI) -> None:
    """Add a page to try requests on; its scripts come with BentoML, none from elsewhere."""
    files = StaticFiles(packages=[("bentoml", "_internal/server/static_content")])
    application.mount(_STATIC, files, name="static_content")

    @application.get(DOCS_PATHS[0], include_in_schema=False)
    @application.get(DOCS_PATHS[1], include_in_schema=False)
    def docs() -> Response:
        return get_swagger_ui_html(
            openapi_url="docs.json",
            title=application.title,
            swagger_js_url=f"{_STATIC}/swagger-ui-bundle.js",
            swagger_css_url=f"{_STATIC}/swagger-ui.css",
            swagger_favicon_url=f"{_STATIC}/favicon-light-32x32.png",
        )


def _given(predictor: Predictor, example: dict[str, Any]) -> dict[str, Any]:
    try:
        return predictor.answer_now(json.dumps(example).encode())
    except (Refusal, ModelFailure) as error:
        raise _no_answer(predictor.bundle, error) from error


def _no_answer(bundle: Bundle, error: Exception) -> BundleError:
    return BundleError(
        f"{bundle.path} does not answer its own example: {error}. Train and package it again."
    )


def _examples(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: {"value": value} for name, value in values.items()}
