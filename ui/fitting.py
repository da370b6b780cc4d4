"""Units that hold more than one request may: only their newest sessions are sent."""

from __future__ import annotations

import json
from typing import Any

from ui.batches import MAX_BYTES, MAX_EVENTS
from ui.language import Count, Said
from ui.models import Scope

__all__ = ["fitted"]

Unit = dict[str, Any]
Events = list[dict[str, Any]]


def fitted(units: list[Unit], scope: Scope) -> tuple[list[Unit], list[Said]]:
    """Shorten units that no request could hold, such as an id that all guests share.

    Parameters
    ----------
    units : list of dict
        Sessions with their customers' earlier ones, or customers.
    scope : {"session", "customer"}
        What they are.

    Returns
    -------
    list of dict
        Those of which at least the newest session fits into a request; each with its newest whole
        sessions, as many as fit.
    list of Said
        A sentence on those that were shortened and one on those that were left out, if any were.
    """
    sent = [unit | {"events": _newest(unit)} for unit in units]
    kept = [unit for unit in sent if unit["events"]]
    lost = len(units) - len(kept)
    whole = sum(
        len(after["events"]) == len(before["events"])
        for before, after in zip(units, sent, strict=True)
    )
    limits = {"events": MAX_EVENTS, "mebibytes": MAX_BYTES // 2**20}
    notes = []
    if short := len(kept) - whole:
        notes.append(Said("fitting.shortened", {"units": Count(f"units.{scope}", short), **limits}))
    if lost:
        notes.append(Said("fitting.left_out", {"units": Count(f"units.{scope}", lost), **limits}))
    return kept, notes


def _newest(unit: Unit) -> Events:
    """The events of the newest whole sessions that fit, in the order in which they came."""
    if len(unit["events"]) <= MAX_EVENTS and len(json.dumps(unit)) <= MAX_BYTES:
        return list(unit["events"])
    sessions: dict[str | None, Events] = {}
    for event in unit["events"]:
        sessions.setdefault(event.get("session_id"), []).append(event)
    fitting = _fitting(sessions)
    return [event for event in unit["events"] if event.get("session_id") in fitting]


def _fitting(sessions: dict[str | None, Events]) -> set[str | None]:
    fitting: set[str | None] = set()
    events = size = 0
    for name in sorted(sessions, key=lambda name: _age(name, sessions[name]), reverse=True):
        events += len(sessions[name])
        size += len(json.dumps(sessions[name]))
        if events > MAX_EVENTS or size > MAX_BYTES:
            break
        fitting.add(name)
    return fitting


def _age(name: str | None, events: Events) -> tuple[bool, str]:
    """Larger for newer; the session that is asked about, which has no name, is the newest."""
    return name is None, max(str(event.get("event_time", "")) for event in events)
