"""Questions, and how they are cut into requests that the services take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["MAX_BYTES", "MAX_EVENTS", "MAX_UNITS", "Question", "batches"]

MAX_UNITS = 1_000
MAX_EVENTS = 20_000
MAX_BYTES = 7 * 2**20
"""The services take 8 MiB; the rest is room for the body around the units."""


@dataclass(frozen=True)
class Question:
    """What one service is asked about.

    Attributes
    ----------
    kind : {"units", "rows"}
        The field of the body that holds the items.
    items : list of dict
        Units with their events, or ready-made rows; each with an `id`.
    answer : str, optional
        Which of the service's answers; its default where none is named.
    explain : bool
        Whether reasons are wanted, which the services give for at most 50 items.
    """

    kind: Literal["units", "rows"]
    items: list[dict[str, Any]]
    answer: str | None = None
    explain: bool = False

    def body(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        """The body of the request about some of the items."""
        named = {} if self.answer is None else {"answer": self.answer}
        reasons = {"explain": True} if self.explain else {}
        return {self.kind: items, **named, **reasons}


def batches(question: Question) -> Iterator[list[dict[str, Any]]]:
    """Cut a question into requests that the services take.

    Parameters
    ----------
    question : Question
        Any number of items.

    Yields
    ------
    list of dict
        At most 1,000 items, 20,000 events and 7 MiB together, and at least one item.
    """
    batch: list[dict[str, Any]] = []
    events = size = 0
    for item in question.items:
        item_events, item_size = len(item.get("events", ())), len(json.dumps(item))
        full = len(batch) == MAX_UNITS or events + item_events > MAX_EVENTS
        if batch and (full or size + item_size > MAX_BYTES):
            yield batch
            batch, events, size = [], 0, 0
        batch.append(item)
        events, size = events + item_events, size + item_size
    if batch:
        yield batch
