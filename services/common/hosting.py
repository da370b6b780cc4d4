"""What stands between BentoML, which mounts at import, and an application made at start."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bentoml import Model
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from clickstream.bundle import Bundle, BundleError, open_bundle
from services.common import metrics
from services.common.guard import Guard
from services.common.keys import Keys
from services.common.logs import start_log
from services.common.prediction_log import PredictionLog
from services.common.quotas import Quotas
from services.common.settings import ServiceSettings
from services.common.tracing import HEADER

__all__ = [
    "BUNDLE_FOLDER",
    "Gate",
    "Make",
    "check_start",
    "guarded",
    "open_service",
    "read_settings",
]

BUNDLE_FOLDER = "bundle"
"""Folder of a stored model that holds the bundle; BentoML's own files lie beside it."""


class Make(Protocol):
    """Makes a service's application."""

    def __call__(self, bundle: Bundle, *, threads: int, log: PredictionLog | None) -> FastAPI:
        """Of a bundle, with what settings say."""


class Gate:
    """An application that is opened when the service starts.

    BentoML wants what it mounts when the module is imported, where no bundle may be touched. Not
    being Starlette's, the gate gets every path that BentoML itself does not serve, so that unknown
    ones are answered in our form too.
    """

    def __init__(self) -> None:
        self._application: ASGIApp | None = None

    def open(self, application: ASGIApp) -> None:
        """Let requests through to an application from now on."""
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if self._application is None:
            raise RuntimeError("The service has not started: its bundle is not open.")
        await self._application(scope, receive, send)


def check_start(model: Model, task: str) -> None:
    """Find before any worker starts what would keep each of them from starting.

    Parameters
    ----------
    model : Model
        As stored.
    task : str
        The service's.

    Raises
    ------
    BundleError
        If the bundle is damaged or of another task, or a setting cannot be used.
    """
    _open_stored(model, task)
    settings = read_settings()
    Keys(settings.api_keys, settings.api_keys_file)


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
    bundle = _open_stored(model, task)
    open_until_the_end = ExitStack()
    open_until_the_end.callback(start_log().stop)
    log = _prediction_log(settings, task)
    if log is not None:
        open_until_the_end.callback(log.close)
    metrics.set_bundle(bundle.manifest.model_version, _trained(bundle))
    gate.open(guarded(make(bundle, threads=settings.threads, log=log), settings))
    return open_until_the_end


def read_settings() -> ServiceSettings:
    """Read the settings of a service.

    Raises
    ------
    BundleError
        If one cannot be used.
    """
    try:
        return ServiceSettings()
    except ValidationError as error:
        wrong = "; ".join(
            f"CLICKWISE_SERVICE_{str(part['loc'][0]).upper()}: {part['msg']}"
            for part in error.errors()
        )
        raise BundleError(f"{wrong}. docs/settings.md lists what each takes.") from error


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
        [*application.openapi()["paths"], "/docs", "/docs.json"],
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


def _open_stored(model: Model, task: str) -> Bundle:
    return open_bundle(Path(model.path_of(BUNDLE_FOLDER)), task=task)


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
