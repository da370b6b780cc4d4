"""How much one request may hold, and the reading of a body within it."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request

from services.common.errors import Refusal

__all__ = [
    "MAX_BYTES",
    "MAX_EVENTS",
    "MAX_EXPLAINED",
    "MAX_TEXT",
    "MAX_UNITS",
    "READ_SECONDS",
    "read_body",
]

MAX_UNITS = 1_000
"""Units or rows in one request."""

MAX_EVENTS = 20_000
"""Events in one request, over all units."""

MAX_EXPLAINED = 50
"""Units or rows in one request that wants reasons: each costs as much as a thousand predictions."""

MAX_BYTES = 8 * 1024 * 1024
"""Bytes of one body."""

MAX_TEXT = 1_000
"""Characters of one text."""

READ_SECONDS = 10.0
"""Seconds that a body may take to arrive; below BentoML's own 60, whose error has another form."""


async def read_body(request: Request) -> bytes:
    """Read a JSON body, refusing other types and too large ones without holding them.

    Raises
    ------
    Refusal
        408, 413 or 415, or 400 if the caller hung up.
    """
    _check_type(request)
    try:
        async with asyncio.timeout(READ_SECONDS):
            return await _read_bytes(request)
    except TimeoutError as error:
        message = f"The body did not arrive within {READ_SECONDS:g} seconds."
        raise Refusal(408, "too_slow", message, "body") from error
    except ClientDisconnect as error:
        raise Refusal(400, "incomplete", "The body ended too early.", "body") from error


def _check_type(request: Request) -> None:
    declared = request.headers.get("content-type", "")
    if declared.partition(";")[0].strip().lower() != "application/json":
        message = f"Content-Type is {declared[:100]!r}, but must be 'application/json'."
        raise Refusal(415, "unsupported_media_type", message, "Content-Type")
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        message = f"Content-Encoding is {encoding[:100]!r}, but the body must be sent as it is."
        raise Refusal(415, "unsupported_media_type", message, "Content-Encoding")


async def _read_bytes(request: Request) -> bytes:
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > 4 * MAX_BYTES:
            break
        if size > MAX_BYTES:
            # Read on for a while without keeping it: a caller that is still sending when the
            # connection closes sees a broken pipe instead of the answer.
            body.clear()
        else:
            body += chunk
    if size > MAX_BYTES:
        message = f"The body is larger than {MAX_BYTES:,} bytes; send it in parts."
        raise Refusal(413, "too_large", message, "body")
    return bytes(body)
