"""Ctrl-C and SIGTERM, and how a run hears of them."""

from __future__ import annotations

import signal
from types import FrameType

__all__ = ["Stopped", "ignore_signals", "listen_for_signals"]

ENDING = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """Someone asked for the end, by Ctrl-C or SIGTERM."""


def listen_for_signals() -> None:
    """Raise `Stopped` from now on where someone asks for the end."""
    for number in ENDING:
        signal.signal(number, _stop)


def ignore_signals() -> None:
    """Let nobody interrupt what follows, since it is the end already."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, _: FrameType | None) -> None:
    raise Stopped(signal.Signals(number).name)
