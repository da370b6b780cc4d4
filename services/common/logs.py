"""The log of a service: one JSON object a line, written beside the event loop."""

from __future__ import annotations

import logging
import sys
from logging.handlers import QueueHandler, QueueListener
from queue import SimpleQueue

from pythonjsonlogger.json import JsonFormatter

__all__ = ["start_log"]

_NAME = "clickwise"


def start_log() -> QueueListener:
    """Write what the services log to stderr, from a thread of its own.

    Returns
    -------
    QueueListener
        Started; `stop` writes what is left.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(
            ["asctime", "levelname", "name", "message"],
            rename_fields={"asctime": "time", "levelname": "level"},
        )
    )
    queue: SimpleQueue[logging.LogRecord] = SimpleQueue()
    logger = logging.getLogger(_NAME)
    logger.handlers = [_Queued(queue)]
    logger.setLevel(logging.INFO)
    # BentoML's own handler would write each line again, in another form.
    logger.propagate = False
    listener = QueueListener(queue, handler)
    listener.start()
    return listener


class _Queued(QueueHandler):
    """Hands records over as they are: the formatter, in the thread, needs their parts."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Nothing has to be made of a record within one process."""
        return record
