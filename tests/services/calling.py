"""Calls an application in process, as a server would."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


class Caller:
    """Requests to an ASGI application; its own errors become answers, as in a server."""

    def __init__(self, application: ASGIApp, host: str = "service") -> None:
        self._application, self._url = application, f"http://{host}"

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.together([(method, path, options)])[0]

    def together(self, requests: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        """Send requests all at once."""
        return asyncio.run(self._send(requests))

    async def _send(self, requests: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        transport = httpx.ASGITransport(self._application, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self._url) as client:
            calls = (client.request(method, path, **options) for method, path, options in requests)
            return list(await asyncio.gather(*calls))
