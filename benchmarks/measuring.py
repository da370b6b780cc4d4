"""A measurement in a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Generic, TypeVar

__all__ = ["Measured", "measured", "peak"]

_KIB_PER_MIB = 1024
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Measured(Generic[_Made]):
    """What a piece of work gave and took.

    Attributes
    ----------
    result : object
        What it returned.
    seconds : float
        From its call to its return.
    peak : float
        The most memory that its process ever held, in MiB.
    """

    result: _Made
    seconds: float
    peak: float


def measured(work: Callable[..., _Made], *args: Any, **options: Any) -> Measured[_Made]:
    """Run a function of a module in a new process.

    Parameters
    ----------
    work : callable
        Whatever it raises is raised here; if its process is killed, `BrokenProcessPool` is.
    *args, **options
        For the function.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_timed, work, *args, **options).result()


def _timed(work: Callable[..., _Made], *args: Any, **options: Any) -> Measured[_Made]:
    began = time.perf_counter()
    result = work(*args, **options)
    return Measured(result, time.perf_counter() - began, peak())


def peak(process: int | str = "self") -> float:
    """The most memory that a process ever held, in MiB.

    It is Linux' own count of its program; `getrusage` would tell the parent's where that is more.

    Parameters
    ----------
    process : int or str
        Its id; this one by default.
    """
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    assert found is not None
    return int(found[1]) / _KIB_PER_MIB
