"""The id of a request, which answers, logs and the prediction log share."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

__all__ = ["HEADER", "request_id", "taken_or_new"]

HEADER = "x-request-id"
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered."""

_TAKEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


def taken_or_new(given: str | None) -> str:
    """The caller's id where it can stand in a log line, else a new one.

    Parameters
    ----------
    given : str or None
        What the caller's header says.
    """
    return given if given and _TAKEN.fullmatch(given) else uuid.uuid4().hex
