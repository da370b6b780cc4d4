"""Long work beside the event loop; short work at once, since going there costs too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["beside"]

Done = TypeVar("Done")


async def beside(large: bool, work: Callable[..., Done], *given: Any) -> Done:
    """Do work in a thread if it is large, and at once if it is not.

    Parameters
    ----------
    large : bool
        Whether it would keep the event loop from other callers.
    work : callable
        What to do.
    *given : object
        What it is given.
    """
    return await asyncio.to_thread(work, *given) if large else work(*given)
