"""Requests to one service: each within its time, repeated once where that can help, and read."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from ui.breaker import Breaker
from ui.errors import (
    BadAnswer,
    GatewayError,
    Refused,
    ServiceDown,
    ServiceResting,
    ServiceSlow,
)
from ui.models import Refusal, Task

__all__ = ["Service"]

M = TypeVar("M", bound=BaseModel)

REPEAT_AFTER = 0.2
"""Seconds between a request that was cut off or turned away, and its repetition."""
_HUNG_UP = "Server disconnected"
"""What httpx says where a connection ends before an answer begins, as it does if a worker dies."""
_CUT_OFF = (httpx.ConnectError, httpx.ReadError, httpx.WriteError)


class Service:
    """One service as one question sees it.

    Parameters
    ----------
    task : Task
        Which.
    client : AsyncClient
        Bound to its address.
    patience : float
        Seconds that a request may take with its repetition.
    setting : str
        What sets the patience, for the reader.
    breaker : Breaker
        Knows how earlier requests ended.
    """

    def __init__(
        self,
        task: Task,
        client: httpx.AsyncClient,
        patience: float,
        setting: str,
        breaker: Breaker,
    ) -> None:
        self.task = task
        self.url = str(client.base_url).rstrip("/")
        self._client, self._patience, self._setting = client, patience, setting
        self._breaker = breaker

    async def get(self, path: str, model: type[M]) -> M:
        """Ask for something and read it.

        Raises
        ------
        GatewayError
            If there is no good answer.
        """
        return self._read(await self._answer("GET", path), model)

    async def post(self, path: str, body: dict[str, Any], model: type[M]) -> M:
        """Ask about something; no answer of a service changes anything, so all may be repeated.

        Raises
        ------
        GatewayError
            If there is no good answer.
        """
        return self._read(await self._answer("POST", path, body), model)

    async def page(self, path: str) -> str:
        """Ask for a text that people read.

        Raises
        ------
        GatewayError
            If there is no good answer.
        """
        return (await self._answer("GET", path)).text

    async def _answer(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> httpx.Response:
        if wait := self._breaker.wait:
            values = {"reason": self._breaker.reason, "seconds": f"{wait:.0f}"}
            raise ServiceResting(self.task, "errors.resting", **values)
        try:
            async with asyncio.timeout(self._patience):
                response = await self._repeated(method, path, body)
        except TimeoutError as error:
            values = {"url": self.url, "seconds": f"{self._patience:g}", "setting": self._setting}
            raise self._failed(ServiceSlow(self.task, "errors.slow", **values)) from error
        except _CUT_OFF as error:
            values = {"url": self.url, "kind": type(error).__name__}
            raise self._failed(ServiceDown(self.task, "errors.down", **values)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            kind = type(error).__name__
            raise BadAnswer(self.task, "errors.no_service", url=self.url, kind=kind) from error
        self._breaker.reset()
        if response.status_code != httpx.codes.OK:
            raise self._refusal(response)
        return response

    def _failed(self, error: GatewayError) -> GatewayError:
        self._breaker.failed(error)
        return error

    async def _repeated(
        self, method: str, path: str, body: dict[str, Any] | None
    ) -> httpx.Response:
        """Send a request, and once more if it was cut off or turned away for the moment."""
        try:
            response = await self._client.request(method, path, json=body)
        except _CUT_OFF:
            pass
        except httpx.RemoteProtocolError as error:
            if not str(error).startswith(_HUNG_UP):
                raise
        else:
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return response
        await asyncio.sleep(REPEAT_AFTER)
        return await self._client.request(method, path, json=body)

    def _read(self, response: httpx.Response, model: type[M]) -> M:
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            values = {"path": response.request.url.path, "place": place, "reason": first["msg"]}
            raise BadAnswer(self.task, "errors.off_contract", **values) from error

    def _refusal(self, response: httpx.Response) -> GatewayError:
        try:
            problem = Refusal.model_validate_json(response.content).error
        except ValidationError:
            values = {"path": response.request.url.path, "status": response.status_code}
            return BadAnswer(self.task, "errors.no_reason", **values)
        return Refused(
            self.task, response.status_code, problem.code, problem.message, problem.field
        )
