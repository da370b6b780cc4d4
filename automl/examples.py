"""Request bodies that work, made from the data at hand without its ids."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from clickstream.answers import ANSWERS, Windows
from clickstream.manifest import AnswerManifest
from clickstream.tables import Dataset
from clickstream.units import customer_units, ready_rows, session_units

__all__ = ["as_new", "example_body"]

_KEPT = 100
_LONGEST = 60
"""Events of a unit that is short enough to read and to send."""


def example_body(
    dataset: Dataset, name: str, answer: AnswerManifest, windows: Windows
) -> dict[str, Any]:
    """Make a body for `POST /predict`.

    Parameters
    ----------
    dataset : Dataset
        What was trained on.
    name : str
        The answer.
    answer : AnswerManifest
        Its scope decides what a unit is.
    windows : Windows
        How far back a customer's events go.
    """
    if answer.scope == "row":
        columns = [column.name for column in answer.inputs]
        rows = ready_rows(dataset, columns, _KEPT, by_content=True)
        return {"answer": name, "rows": rows}
    if answer.scope == "customer":
        units = customer_units(dataset, _KEPT, windows.history_days)
        if ANSWERS[name].of_buyers:
            units = [unit for unit in units if _ordered(unit)]
        if ANSWERS[name].kind == "multiclass":
            units = [as_new(unit) for unit in units]
    else:
        units = session_units(dataset, _KEPT, answer.windows.history_days, _LONGEST)
    short = [unit for unit in units if len(unit["events"]) <= _LONGEST] or units[:1]
    return {"answer": name, "units": [_anonymous(n, unit) for n, unit in enumerate(short)]}


def _ordered(unit: dict[str, Any]) -> bool:
    return any(event["event_type"] == "purchase" for event in unit["events"])


def as_new(unit: dict[str, Any]) -> dict[str, Any]:
    """A customer who is still new: after the first order, or the first session without any.

    Parameters
    ----------
    unit : dict
        As `POST /predict` takes it.
    """
    seen = sorted(unit["events"], key=lambda event: str(event["event_time"]))
    first = next((event for event in seen if event["event_type"] == "purchase"), seen[0])
    end = max(event["event_time"] for event in seen if event["session_id"] == first["session_id"])
    kept = [event for event in unit["events"] if str(event["event_time"]) <= str(end)]
    moment = datetime.fromisoformat(str(end)) + timedelta(seconds=1)
    return unit | {"events": kept, "as_of": f"{moment.replace(tzinfo=None).isoformat()}Z"}


def _anonymous(number: int, unit: dict[str, Any]) -> dict[str, Any]:
    sessions: dict[str, str] = {}
    for event in unit["events"]:
        if session := event.get("session_id"):
            event["session_id"] = sessions.setdefault(
                session, f"visit-{number + 1}-{len(sessions) + 1}"
            )
    return unit | {"id": f"example-{number + 1}"}
