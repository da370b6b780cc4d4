"""Ctrl-C during a search: it ends where nothing is left half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupts:
    """Turns SIGINT into KeyboardInterrupt at moments that do no harm.

    While a candidate is being fitted it is raised at once; between fits, while the search is
    writing down what it found, it waits for the next fit.

    Attributes
    ----------
    pending : bool
        Whether somebody pressed Ctrl-C since the search began.
    """

    def __init__(self) -> None:
        self.pending = False
        self._fitting = False

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Take Ctrl-C in; off the main thread, which alone gets signals, nothing changes."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._take)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let Ctrl-C end what is done in here.

        Raises
        ------
        KeyboardInterrupt
            If it was pressed before or is pressed now.
        """
        self._raise_pending()
        self._fitting = True
        try:
            yield
        finally:
            self._fitting = False
        self._raise_pending()

    def _take(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.pending = True
        if self._fitting and not called_from_c(frame):
            raise KeyboardInterrupt

    def _raise_pending(self) -> None:
        if self.pending:
            raise KeyboardInterrupt


def called_from_c(frame: FrameType | None) -> bool:
    """Tell whether XGBoost is reading its data by calling back.

    An exception there corrupts its memory.

    Parameters
    ----------
    frame : frame or None
        Where a signal was taken in.

    Returns
    -------
    bool
    """
    while frame is not None:
        if frame.f_code.co_name in ("_next_wrapper", "_reset_wrapper"):
            return True
        frame = frame.f_back
    return False
