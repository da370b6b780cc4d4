"""What is to be scored: the sessions, customers or rows of one shop, as `/predict` takes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from ui.errors import GatewayError, NothingToAsk
from ui.gateway import Outcomes, Question
from ui.models import Example, Model, Scope, Task

__all__ = ["Shop", "example_shop", "main_scope", "questions"]

Unit = dict[str, Any]

EVENT_FIELDS = {"event_index", "event_type", "product_id", "category", "price", "quantity"}
TIME_FIELDS = {"time": {"event_time"}, "date": {"event_date"}, "none": set[str]()}
PLURAL: dict[Scope, str] = {"session": "sessions", "customer": "customers", "row": "rows"}


@dataclass(frozen=True)
class Shop:
    """Everything of one file, or of the example, that can be asked about.

    Attributes
    ----------
    name : str
        What the page calls it.
    sessions, customers : list of dict
        Units with their events.
    rows : list of dict
        Ready-made rows, each with an `id`.
    totals : dict
        How many of each scope the file holds; at least as many as are here.
    """

    name: str
    sessions: list[Unit] = field(default_factory=list)
    customers: list[Unit] = field(default_factory=list)
    rows: list[Unit] = field(default_factory=list)
    totals: dict[Scope, int] = field(default_factory=dict)

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
    if model.input_kind == "rows":
        names = {"id", *(column.name for column in model.answer.inputs)}
        return [_only(row, names) for row in units]
    names = EVENT_FIELDS | TIME_FIELDS[model.time_resolution] | set(model.context_columns)
    if model.answer.scope == "customer":
        names |= {"session_id"}
    return [unit | {"events": [_only(event, names) for event in unit["events"]]} for unit in units]


def _only(values: Unit, names: set[str]) -> Unit:
    return {name: value for name, value in values.items() if name in names}


def _nothing(shop: Shop, task: Task, model: Model) -> NothingToAsk:
    wanted = PLURAL[model.answer.scope]
    return NothingToAsk(
        task,
        f"clickwise-{task} answers for {wanted} as its model was made from {model.source} data, "
        f"and {shop.name} holds none. Give a file with {wanted}, or train on a file like this one.",
    )


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
    return Shop("the example shop", sessions, customers, _with_ids(found["row"]))


def _with_own_sessions(customer: Unit) -> Unit:
    """A customer whose sessions are named after them: another one's may be called the same."""
    events = [
        event | {"session_id": f"{customer['id']}, {event['session_id']}"}
        for event in customer["events"]
    ]
    return customer | {"events": events}


def _sessions_of(customers: list[Unit]) -> list[Unit]:
    """Each customer's sessions up to the first purchase, since that is when one asks."""
    sessions: dict[str, list[dict[str, Any]]] = {}
    for customer in customers:
        for event in customer["events"]:
            click = {name: value for name, value in event.items() if name != "session_id"}
            sessions.setdefault(str(event["session_id"]), []).append(click)
    open_ones = {
        name: list(takewhile(lambda click: click["event_type"] != "purchase", clicks))
        for name, clicks in sessions.items()
    }
    return [{"id": name, "events": clicks} for name, clicks in open_ones.items() if clicks]


def _with_ids(rows: list[Unit]) -> list[Unit]:
    return [{"id": str(number), **row} for number, row in enumerate(rows, start=1)]
