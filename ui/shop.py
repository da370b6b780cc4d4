"""What is to be scored: the sessions, customers or rows of one shop, as `/predict` takes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from ui.batches import Question
from ui.errors import GatewayError, NothingToAsk
from ui.gateway import Outcomes
from ui.language import Said
from ui.models import Example, Model, Scope, Task

__all__ = ["Shop", "can_be_abandoned", "example_shop", "main_scope", "own_events", "questions"]

Unit = dict[str, Any]

EVENT_FIELDS = {"event_index", "event_type", "product_id", "category", "price", "quantity"}
TIME_FIELDS = {"time": {"event_time"}, "date": {"event_date"}, "none": set[str]()}
OF_BUYERS = {"repurchase"}
"""Answers about customers who have ordered before."""


@dataclass(frozen=True)
class Shop:
    """Everything of one file, or of the example, that can be asked about.

    Attributes
    ----------
    name : str or Said
        What the page calls it.
    sessions, customers : list of dict
        Units with their events.
    rows : list of dict
        Ready-made rows, each with an `id`.
    totals : dict
        How many of each scope the file holds; at least as many as are here.
    notes : list of Said
        What of the file is not asked about, and why, in sentences.
    """

    name: str | Said
    sessions: list[Unit] = field(default_factory=list)
    customers: list[Unit] = field(default_factory=list)
    rows: list[Unit] = field(default_factory=list)
    totals: dict[Scope, int] = field(default_factory=dict)
    notes: list[Said] = field(default_factory=list)

    def units(self, scope: Scope) -> list[Unit]:
        """The units of one scope.

        Parameters
        ----------
        scope : {"session", "customer", "row"}
            Which kind.
        """
        return {"session": self.sessions, "customer": self.customers, "row": self.rows}[scope]

    def total(self, scope: Scope) -> int:
        """How many units of a scope the file holds."""
        return self.totals.get(scope, len(self.units(scope)))

    def owners(self) -> dict[str, str]:
        """The customer of each session, as the customers' own events tell."""
        return {
            str(event["session_id"]): str(customer["id"])
            for customer in self.customers
            for event in customer["events"]
            if event.get("session_id") is not None
        }


def main_scope(models: Outcomes[Model]) -> Scope | None:
    """What one line of the joined answer is: the finest unit that a running service answers for.

    Parameters
    ----------
    models : dict
        What each service serves.

    Returns
    -------
    str or None
        None where no service runs.
    """
    scopes = {model.answer.scope for model in models.values() if isinstance(model, Model)}
    order: tuple[Scope, ...] = ("session", "customer", "row")
    return next((scope for scope in order if scope in scopes), None)


def questions(
    shop: Shop, models: Outcomes[Model]
) -> tuple[dict[Task, Question], dict[Task, GatewayError]]:
    """What each running service is asked about a shop, and who cannot be asked.

    Parameters
    ----------
    shop : Shop
        The units.
    models : dict
        What each service serves.
    """
    asked: dict[Task, Question] = {}
    missing: dict[Task, GatewayError] = {}
    for task, model in models.items():
        if isinstance(model, GatewayError):
            missing[task] = model
        elif not (items := _items(shop, model)):
            missing[task] = _nothing(shop, task, model)
        else:
            asked[task] = Question("rows" if model.input_kind == "rows" else "units", items)
    return asked, missing


def _items(shop: Shop, model: Model) -> list[Unit]:
    """The units in the form that the model takes, since a service refuses unknown fields."""
    units = shop.units(model.answer.scope)
    if model.default_answer in OF_BUYERS:
        units = [unit for unit in units if _count(unit["events"], "purchase")]
    if model.input_kind == "rows":
        names = {"id", *(column.name for column in model.answer.inputs)}
        return [_only(row, names) for row in units]
    names = EVENT_FIELDS | TIME_FIELDS[model.time_resolution] | set(model.context_columns)
    if model.answer.scope == "customer" or model.answer.windows.history_days is not None:
        return [_with_fields(unit, unit["events"], names | {"session_id"}) for unit in units]
    return [_with_fields(unit, own_events(unit), names) for unit in units]


def own_events(session: Unit) -> list[dict[str, Any]]:
    """The events of a session without those of its customer's earlier ones.

    Parameters
    ----------
    session : dict
        A unit of scope session.
    """
    return [
        event for event in session["events"] if event.get("session_id") in (None, session["id"])
    ]


def can_be_abandoned(session: Unit) -> bool:
    """Whether something is in a session's cart: more was put in than taken out, and none bought.

    Parameters
    ----------
    session : dict
        A unit of scope session.
    """
    events = own_events(session)
    full = _count(events, "cart") > _count(events, "remove")
    return full and not _count(events, "purchase")


def _count(events: list[dict[str, Any]], event_type: str) -> int:
    return sum(event["event_type"] == event_type for event in events)


def _with_fields(unit: Unit, events: list[dict[str, Any]], names: set[str]) -> Unit:
    return unit | {"events": [_only(event, names) for event in events]}


def _only(values: Unit, names: set[str]) -> Unit:
    return {name: value for name, value in values.items() if name in names}


def _nothing(shop: Shop, task: Task, model: Model) -> NothingToAsk:
    values = {"shop": shop.name, "source": model.source}
    if model.default_answer in OF_BUYERS:
        return NothingToAsk(task, "errors.no_buyers", **values)
    wanted = Said(f"units.{model.answer.scope}.plural")
    return NothingToAsk(task, "errors.no_units", units=wanted, **values)


def example_shop(models: Outcomes[Model], examples: Outcomes[Example]) -> Shop:
    """One shop out of the services' own examples.

    Where a service knows customers, the sessions are those of its customers, so that a session
    and its customer are answered side by side. Otherwise they are another service's.

    Parameters
    ----------
    models, examples : dict
        What each service serves, and its example.
    """
    found: dict[Scope, list[Unit]] = {"session": [], "customer": [], "row": []}
    for task, example in examples.items():
        model = models.get(task)
        if isinstance(example, Example) and isinstance(model, Model):
            scope = model.answer.scope
            found[scope] = found[scope] or example.units or example.rows
    customers = [_with_own_sessions(customer) for customer in found["customer"]]
    sessions = _sessions_of(customers) or found["session"]
    return Shop(Said("example.name"), sessions, customers, _with_ids(found["row"]))


def _with_own_sessions(customer: Unit) -> Unit:
    """A customer whose sessions are named after them: another one's may be called the same."""
    events = [
        event | {"session_id": f"{customer['id']}, {event['session_id']}"}
        for event in customer["events"]
    ]
    return customer | {"events": events}


def _sessions_of(customers: list[Unit]) -> list[Unit]:
    """Each customer's sessions up to the first purchase, since that is when one asks."""
    return [session for customer in customers for session in _own_sessions(customer)]


def _own_sessions(customer: Unit) -> list[Unit]:
    """A customer's sessions, each after those that began before it."""
    sessions: dict[str, list[dict[str, Any]]] = {}
    for event in customer["events"]:
        sessions.setdefault(str(event["session_id"]), []).append(event)
    found: list[Unit] = []
    earlier: list[dict[str, Any]] = []
    for name, clicks in sessions.items():
        if seen := list(takewhile(lambda click: click["event_type"] != "purchase", clicks)):
            own = [_only(click, set(click) - {"session_id"}) for click in seen]
            found.append({"id": name, "events": [*earlier, *own]})
        earlier += clicks
    return found


def _with_ids(rows: list[Unit]) -> list[Unit]:
    return [{"id": str(number), **row} for number, row in enumerate(rows, start=1)]
