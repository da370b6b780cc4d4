"""What BentoML mounts at import, before an application can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Gate"]


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
