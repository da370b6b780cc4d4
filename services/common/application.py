"""The HTTP application of a service, made from its bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import Response

from clickstream.bundle import Bundle
from services.common.answers import Prediction
from services.common.descriptions import description_routes
from services.common.docs import DOCS_PATHS, add_docs_page, add_forms, prediction_docs
from services.common.errors import add_error_handlers, error_responses
from services.common.limits import read_body
from services.common.predicting import Predictor
from services.common.prediction_log import PredictionLog

__all__ = ["make_application"]


def make_application(
    bundle: Bundle,
    kind: type[Prediction],
    kinds: Mapping[str, type[Prediction]] | None = None,
    further: Sequence[APIRouter] = (),
    further_forms: Sequence[type[BaseModel]] = (),
    *,
    threads: int = 1,
    log: PredictionLog | None = None,
) -> FastAPI:
    """Make the application that answers from one bundle.

    It answers the bundle's own examples once: a bundle that cannot answer never starts to serve,
    the first caller waits no longer than the second, and `/docs.json` shows real answers.

    Parameters
    ----------
    bundle : Bundle
        A verified bundle.
    kind : type of Prediction
        What the service says of each unit.
    kinds : mapping of str to type of Prediction, optional
        By answer, what it says where that is something else.
    further : sequence of APIRouter
        Routes of this service alone.
    further_forms : sequence of type of BaseModel
        What their bodies must be.
    threads : int, default 1
        For DuckDB and for ONNX Runtime, each.
    log : PredictionLog, optional
        Where predictions are kept.

    Raises
    ------
    BundleError
        If the bundle does not answer its own example.
    """
    predictor = Predictor(bundle, kind, kinds, threads=threads, log=log)
    application = FastAPI(
        title=f"Clickwise {bundle.manifest.task}",
        version=bundle.manifest.model_version,
        openapi_url="/docs.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=error_responses(401, 429, 503),
    )
    add_error_handlers(application)
    routers = [_prediction_routes(predictor), description_routes(predictor), *further]
    for router in routers:
        application.include_router(router)
    add_docs_page(application)
    # FastAPI itself tells them only with all that OpenAPI says, which is made when it is asked for.
    own = {str(application.openapi_url), *DOCS_PATHS}
    application.state.paths = own.union(_paths(routers))
    add_forms(application, [*predictor.forms.values(), *further_forms])
    return application


def _paths(routers: Sequence[APIRouter]) -> set[str]:
    """The paths of routers, as they are included: without a prefix.

    Parameters
    ----------
    routers : sequence of APIRouter
        None includes another.
    """
    return {
        route.path for router in routers for route in router.routes if isinstance(route, APIRoute)
    }


def _prediction_routes(predictor: Predictor) -> APIRouter:
    router = APIRouter()

    @router.post("/predict", **prediction_docs(predictor))
    async def predict(body: Annotated[bytes, Depends(read_body)]) -> Response:
        """Answer for units or rows, one prediction each, in their order."""
        return Response(await predictor.answer(body), media_type="application/json")

    return router
