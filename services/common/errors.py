"""Every error a service answers with, in one form: `{"error": {"code", "message", "field"}}`.

400 : the body is not JSON, or it or a parameter behind the ? is not of the form that `/docs.json`
    describes.
401 : no API key that the service knows came with the request.
404, 405 : there is no such path, or not with this method.
408 : the body did not arrive in time.
413 : too much at once (bytes, units, rows or events); send it in parts.
415 : the body is not declared as plain `application/json`.
422 : of the right form, but it cannot be answered (an answer this bundle does not give, an id sent
    twice, a unit without events up to its moment, values far outside of what the model knows).
429 : this caller asked as often as it may; `Retry-After` says when to ask again.
503 : as many requests as may be are being answered; `Retry-After` says when to ask again.
500 : the fault is the service's. The log has the traceback, the body never has. A model that
    yields no finite number for ordinary inputs counts here, not as 503: asking again would not
    help.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

__all__ = [
    "ErrorAnswer",
    "ErrorDetail",
    "Refusal",
    "add_error_handlers",
    "error_answer",
    "error_responses",
]

_CODES = {404: "not_found", 405: "method_not_allowed"}
_MEANINGS = {
    400: "The body is not JSON, or it or what stands behind the ? is not of this form.",
    401: "No API key that the service knows came with the request.",
    404: "There is no such thing here.",
    408: "The body did not arrive in time.",
    413: "Too much at once; send it in parts.",
    415: "The body is not declared as plain application/json.",
    422: "Of this form, but it cannot be answered.",
    429: "This caller asked as often as it may; Retry-After says when to ask again.",
    503: "As many requests as may be are being answered; Retry-After says when to ask again.",
    500: "The service is at fault; its log says why.",
}


class ErrorDetail(BaseModel):
    """What was wrong, for a program (`code`, `field`) and for a person (`message`)."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(description="kind of error, stable across versions")
    message: str = Field(description="a sentence: what was found and what was expected")
    field: str = Field(
        description="where in the request, such as `units[0].events[2].price`; "
        "empty where no part of the request is at fault"
    )


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a 200."""

    model_config = ConfigDict(extra="forbid")

    error: ErrorDetail


class Refusal(Exception):
    """A request that gets an error for an answer.

    Parameters
    ----------
    status : int
        HTTP status.
    code : str
        Kind of error, for programs.
    message : str
        A sentence for people.
    field : str, default ""
        Where in the request.
    headers : mapping of str to str, optional
        Of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers
        self.detail = ErrorDetail(code=code, message=message, field=field)


def add_error_handlers(application: FastAPI) -> None:
    """Make an application answer every error in the one form."""
    application.add_exception_handler(Refusal, _refused)
    application.add_exception_handler(HTTPException, _unknown)
    application.add_exception_handler(RequestValidationError, _unfit)
    # Starlette sends this answer and raises the error again, so that the server logs it.
    application.add_exception_handler(Exception, _failed)


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe errors for OpenAPI."""
    return {status: {"model": ErrorAnswer, "description": _MEANINGS[status]} for status in statuses}


def error_answer(refusal: Refusal) -> Response:
    """The answer to a refused request.

    Parameters
    ----------
    refusal : Refusal
        What was wrong.
    """
    return _response(refusal.status, refusal.detail, refusal.headers)


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return error_answer(error)


def _unknown(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    message = (
        f"{phrase}: {request.method} {request.url.path[:200]}. See /docs.json for what there is."
    )
    code = _CODES.get(error.status_code, phrase.lower().replace(" ", "_"))
    field = "method" if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else "path"
    detail = ErrorDetail(code=code, message=message, field=field)
    return _response(error.status_code, detail, error.headers)


def _unfit(_: Request, error: Exception) -> Response:
    """What stands behind the ? of a URL; bodies are read, and refused, by us."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()[0]
    field = ".".join(str(part) for part in found["loc"][1:])
    said = str(found["msg"]).removeprefix("Input ").strip()
    message = f"{field} is {str(found['input'])[:100]!r}, but {said}."
    return error_answer(Refusal(HTTPStatus.BAD_REQUEST, "invalid", message, field))


def _failed(_: Request, __: Exception) -> Response:
    message = "The service failed to answer. This is not the request's fault; the log says more."
    detail = ErrorDetail(code="internal_error", message=message, field="")
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _response(status: int, detail: ErrorDetail, headers: Any = None) -> Response:
    content = ErrorAnswer(error=detail).model_dump()
    return JSONResponse(content, status_code=status, headers=headers)
