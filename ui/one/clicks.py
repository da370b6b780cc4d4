"""A session that is being built: its clicks, its choices, and the shop that asks about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ui.gateway import Outcomes
from ui.language import Said, number, text
from ui.models import Example, Model
from ui.shop import Shop

__all__ = ["EVENT_TYPES", "Choices", "Click", "choices", "first_moment", "prefixes", "problem"]

EVENT_TYPES = ("view", "cart", "remove", "purchase")
Click = dict[str, Any]

LARGEST = {"price": 1e9, "quantity": 2**31 - 1, "seconds": 86_400}
"""The services take no larger price and quantity; a session does not rest for more than a day."""


@dataclass(frozen=True)
class Choices:
    """What the form offers, as the models and their examples know it.

    Attributes
    ----------
    products : dict
        Category and price of each product that the examples show.
    categories : list of str
        Product categories.
    context : dict
        Values of each context column.
    timed : bool
        Whether any model looks at the time between clicks.
    """

    products: dict[str, tuple[str | None, float | None]]
    categories: list[str]
    context: dict[str, list[str]]
    timed: bool


def choices(models: Outcomes[Model], examples: Outcomes[Example]) -> Choices:
    """Gather what the form can offer.

    Parameters
    ----------
    models, examples : dict
        What each service serves, and its example.
    """
    events = [event for example in _found(examples) for event in _events(example)]
    running = [model for model in models.values() if isinstance(model, Model)]
    columns = dict.fromkeys(name for model in running for name in model.context_columns)
    products = {
        str(event["product_id"]): (event.get("category"), event.get("price"))
        for event in events
        if event.get("product_id") is not None
    }
    return Choices(
        dict(sorted(products.items())),
        _values("category", events, running),
        {name: _values(name, events, running) for name in columns},
        any(model.time_resolution == "time" for model in running),
    )


def _found(examples: Outcomes[Example]) -> list[Example]:
    return [example for example in examples.values() if isinstance(example, Example)]


def _events(example: Example) -> list[Click]:
    return [event for unit in example.units for event in unit.get("events", ())]


def _values(column: str, events: Iterable[Click], models: Iterable[Model]) -> list[str]:
    """Values of a column in the examples, and those of the model's input of the same name."""
    seen = {str(event[column]) for event in events if event.get(column) is not None}
    known = {
        category
        for model in models
        for taken in model.answer.inputs
        # Features call the value at the last click `country_last`.
        if taken.name in (column, f"{column}_last")
        for category in taken.categories or ()
    }
    return sorted((seen | known) - {""})


def first_moment(examples: Outcomes[Example]) -> datetime | None:
    """When the examples' last click was: a moment that the models know.

    Parameters
    ----------
    examples : dict
        The services' examples.
    """
    events = [event for example in _found(examples) for event in _events(example)]
    moments = [event.get("event_time") or event.get("event_date") for event in events]
    known = [datetime.fromisoformat(str(moment)) for moment in moments if moment is not None]
    return max((moment.replace(tzinfo=None) for moment in known), default=None)


def problem(click: Click) -> str | None:
    """What of a click nobody would take, in a sentence; None where all is well.

    Parameters
    ----------
    click : dict
        As the form made it.
    """
    for name, largest in LARGEST.items():
        if (value := click.get(name)) is not None and value > largest:
            return text(f"clicks.too_large_{name}", value=number(value), most=number(largest))
    return None


def prefixes(clicks: list[Click], start: datetime) -> Shop:
    """The session as it stood after each click, as units that can be asked about together.

    Parameters
    ----------
    clicks : list of dict
        The form's clicks; `seconds`, where known, is the time since the click before.
    start : datetime
        When the first click was, in UTC.

    Returns
    -------
    Shop
        One session per prefix, and the same as a customer who is known by this session alone.
    """
    moments = _moments(clicks, start)
    events = [
        _event(click, place, moment)
        for place, (click, moment) in enumerate(zip(clicks, moments, strict=True), start=1)
    ]
    sessions = [{"id": str(size), "events": events[:size]} for size in range(1, len(events) + 1)]
    customers = [_as_customer(unit, moment) for unit, moment in zip(sessions, moments, strict=True)]
    return Shop(Said("clicks.session"), sessions, customers)


def _moments(clicks: list[Click], start: datetime) -> list[datetime]:
    moment = start
    moments: list[datetime] = []
    for click in clicks:
        moment += timedelta(seconds=click.get("seconds", 0) if moments else 0)
        moments.append(moment)
    return moments


def _event(click: Click, place: int, moment: datetime) -> Click:
    """A click as an event with both its time and its day; each service is sent what it takes."""
    known = {name: value for name, value in click.items() if value is not None}
    known.pop("seconds", None)
    return known | {
        "event_index": place,
        "event_time": moment.isoformat(),
        "event_date": moment.date().isoformat(),
    }


def _as_customer(unit: dict[str, Any], moment: datetime) -> dict[str, Any]:
    # What is known of a customer is what happened before `as_of`, so it lies after the click.
    # The session bears the unit's id, by which its answer and the customer's are joined.
    return {
        "id": unit["id"],
        "as_of": (moment + timedelta(seconds=1)).isoformat(),
        "events": [event | {"session_id": unit["id"]} for event in unit["events"]],
    }
