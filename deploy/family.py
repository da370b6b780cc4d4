"""The processes of a run, and their end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import psutil

__all__ = ["Family"]

GRACE_SECONDS = 15.0
"""How long a process may take to end by itself before it is killed."""


class Family:
    """Every process that descends from this one, also those whose parent has died since.

    BentoML puts its workers into groups of their own, so that ending a group would miss them, and
    a worker whose parent is gone is nobody's descendant any more: hence they are remembered.
    """

    def __init__(self) -> None:
        self._seen: set[psutil.Process] = set()

    def look(self) -> None:
        """Remember who is there now."""
        self._seen.update(psutil.Process().children(recursive=True))

    def end(self) -> None:
        """End all of them, kindly first."""
        self.look()
        for process in self._seen:
            _send(process, psutil.Process.terminate)
        _, alive = psutil.wait_procs(self._seen, timeout=GRACE_SECONDS)
        self.look()
        for process in {*alive, *self._seen}:
            _send(process, psutil.Process.kill)
        psutil.wait_procs(self._seen, timeout=GRACE_SECONDS)


def _send(process: psutil.Process, what: Callable[[psutil.Process], None]) -> None:
    # psutil compares the start time, so a number that was given to a stranger since is safe.
    with suppress(psutil.NoSuchProcess):
        what(process)
