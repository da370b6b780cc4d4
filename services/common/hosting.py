"""A worker: the application of its bundle, behind keys and limits."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from typing import Protocol

from bentoml import Model
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from clickstream.bundle import Bundle
from services.common import metrics
from services.common.gate import Gate
from services.common.guard import Guard
from services.common.keys import Keys
from services.common.logs import start_log
from services.common.prediction_log import PredictionLog
from services.common.quotas import Quotas
from services.common.settings import ServiceSettings
from services.common.starting import open_stored, read_settings
from services.common.tracing import HEADER

__all__ = ["Make", "guarded", "open_service"]


class Make(Protocol):
    """Makes a service's application."""

    def __call__(self, bundle: Bundle, *, threads: int, log: PredictionLog | None) -> FastAPI:
        """Of a bundle, with what settings say."""


def open_service(gate: Gate, model: Model, task: str, make: Make) -> ExitStack:
    """Start to answer in this worker.

    Parameters
    ----------
    gate : Gate
        That BentoML has mounted.
    model : Model
        As stored.
    task : str
        The service's.
    make : callable
        Makes the application.

    Returns
    -------
    ExitStack
        To be closed at the end: it writes what is left of the logs.
    """
    settings = read_settings()
    bundle = open_stored(model, task)
    open_until_the_end = ExitStack()
    open_until_the_end.callback(start_log().stop)
    log = _prediction_log(settings, task)
    if log is not None:
        open_until_the_end.callback(log.close)
    metrics.set_bundle(bundle.manifest.model_version, _trained(bundle))
    gate.open(guarded(make(bundle, threads=settings.threads, log=log), settings))
    return open_until_the_end


def guarded(application: FastAPI, settings: ServiceSettings) -> ASGIApp:
    """Put keys and limits before an application.

    Parameters
    ----------
    application : FastAPI
        What answers.
    settings : ServiceSettings
        Keys, limits, and who may ask from a browser.
    """
    guard: ASGIApp = Guard(
        application,
        Keys(settings.api_keys, settings.api_keys_file),
        Quotas(settings.requests_per_minute, settings.concurrent_requests),
        application.state.paths,
        every_request=settings.request_log,
    )
    if settings.cors_origins is None:
        return guard
    return CORSMiddleware(
        guard,
        allow_origins=[origin.strip() for origin in settings.cors_origins.split(",")],
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", HEADER],
        expose_headers=[HEADER, "Retry-After"],
    )


def _prediction_log(settings: ServiceSettings, task: str) -> PredictionLog | None:
    if settings.prediction_log is None:
        return None
    return PredictionLog(
        settings.prediction_log,
        task,
        rows=settings.prediction_log_rows,
        seconds=settings.prediction_log_seconds,
        files=settings.prediction_log_files,
        keep_ids=settings.prediction_log_ids,
    )


def _trained(bundle: Bundle) -> float:
    """When training began, as the run notes it; 0 where it does not."""
    started = bundle.manifest.run.get("started")
    return datetime.fromisoformat(started).timestamp() if started else 0.0
