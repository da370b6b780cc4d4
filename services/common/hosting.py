"""What stands between BentoML, which mounts at import, and an application made at start."""

from __future__ import annotations

from pathlib import Path

from bentoml import Model
from starlette.types import ASGIApp, Receive, Scope, Send

from clickstream.bundle import Bundle, open_bundle

__all__ = ["BUNDLE_FOLDER", "Gate", "open_stored"]

BUNDLE_FOLDER = "bundle"
"""Folder of a stored model that holds the bundle; BentoML's own files lie beside it."""


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


def open_stored(model: Model, task: str) -> Bundle:
    """Open the bundle that a stored model holds.

    Raises
    ------
    BundleError
        If it is damaged or of another task.
    """
    return open_bundle(Path(model.path_of(BUNDLE_FOLDER)), task=task)
