"""What stands before the application: keys, limits, the request's id, and what is told of it."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common import metrics, tracing
from services.common.errors import Refusal, error_answer
from services.common.keys import Keys
from services.common.quotas import Quotas

__all__ = ["Guard"]

_LOCAL = "local"
"""Owner of what comes over loopback to a service without keys."""
_OTHER = "other"
"""Stands in metrics and logs for paths that there are not: a caller chose them."""
_log = logging.getLogger("clickwise.requests")


@dataclass
class _Told:
    """What is known of a request when it has been answered."""

    owner: str = ""
    status: int = 0
    code: str = ""


class Guard:
    """Lets through to an application who may ask, and as much as they may.

    Parameters
    ----------
    application : ASGI application
        What answers.
    keys : Keys
        Where none are set up, only what comes over loopback is answered.
    quotas : Quotas
        Of each owner.
    paths : collection of str
        That there are.
    every_request : bool
        Whether good answers leave a line in the log, too.
    """

    def __init__(
        self,
        application: ASGIApp,
        keys: Keys,
        quotas: Quotas,
        paths: Collection[str],
        *,
        every_request: bool,
    ) -> None:
        self._application, self._keys, self._quotas = application, keys, quotas
        self._paths, self._every_request = frozenset(paths), every_request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        began, told = time.perf_counter(), _Told()
        name = tracing.taken_or_new(Headers(scope=scope).get(tracing.HEADER))
        token = tracing.request_id.set(name)

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                told.status = message["status"]
                MutableHeaders(scope=message)[tracing.HEADER] = name
            await send(message)

        try:
            await self._answer(scope, receive, send_told, told)
        except Exception:
            if not told.status:
                raise
            # The caller has the 500 already; what went wrong is told here, under the request's id.
            _log.exception("the service failed", extra={"request_id": name})
        finally:
            self._tell(scope, told, time.perf_counter() - began)
            tracing.request_id.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, told: _Told) -> None:
        try:
            told.owner = self._owner(scope)
            self._check_rate(told.owner)
            if not self._quotas.begin(told.owner):
                raise _too_many_at_once()
        except Refusal as refusal:
            told.code = refusal.detail.code
            await error_answer(refusal)(scope, receive, send)
            return
        try:
            await self._application(scope, receive, send)
        finally:
            self._quotas.end(told.owner)

    def _owner(self, scope: Scope) -> str:
        if not self._keys.set_up:
            if _is_loopback(scope):
                return _LOCAL
            raise Refusal(
                401,
                "unauthorized",
                "This service has no API keys set up, so it answers over loopback alone. "
                "Give it CLICKWISE_SERVICE_API_KEYS.",
                "Authorization",
                {"WWW-Authenticate": "Bearer"},
            )
        kind, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
        owner = self._keys.owner(key.strip()) if kind.lower() == "bearer" else None
        if owner is None:
            raise Refusal(
                401,
                "unauthorized",
                "Authorization must be `Bearer` and an API key that this service knows.",
                "Authorization",
                {"WWW-Authenticate": "Bearer"},
            )
        return owner

    def _check_rate(self, owner: str) -> None:
        seconds = self._quotas.wait_for_rate(owner)
        if seconds:
            raise Refusal(
                429,
                "too_many_requests",
                f"{owner} has asked as often as it may; ask again in {seconds} s.",
                "",
                {"Retry-After": str(seconds)},
            )

    def _tell(self, scope: Scope, told: _Told, seconds: float) -> None:
        path = scope["path"] if scope["path"] in self._paths else _OTHER
        metrics.count_request(path, told.status, seconds)
        if self._every_request or told.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.info("request", extra=_fields(scope["method"], path, told, seconds))


def _fields(method: str, path: str, told: _Told, seconds: float) -> dict[str, object]:
    """What a line of the log tells: nothing of what was sent."""
    return {
        "request_id": tracing.request_id.get(),
        "method": method,
        "path": path,
        "status": told.status,
        "code": told.code,
        "owner": told.owner,
        "milliseconds": round(1000 * seconds, 2),
    }


def _too_many_at_once() -> Refusal:
    return Refusal(
        503,
        "busy",
        "As many requests as may be are being answered already; ask again in 1 s.",
        "",
        {"Retry-After": "1"},
    )


def _is_loopback(scope: Scope) -> bool:
    """Whether the request came to an address of this machine that no other can reach."""
    host = (scope.get("server") or ("",))[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
