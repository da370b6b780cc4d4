"""From a data set to the units that the services are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.errors import FileRefused
from ui.fitting import fitted
from ui.gateway import Outcomes
from ui.language import Count, Said, number
from ui.models import Model, Scope
from ui.reading import Loaded
from ui.shop import Shop

if TYPE_CHECKING:
    from clickstream.tables import Dataset

__all__ = ["misfit", "shop_of"]

Models = list[Model]
_SCOPES: tuple[Scope, ...] = ("session", "customer", "row")


def shop_of(loaded: Loaded, models: Outcomes[Model], limit: int) -> Shop:
    """Everything of a file that the running services can be asked about.

    Parameters
    ----------
    loaded : Loaded
        The file.
    models : dict
        What each service serves, and so which units are wanted.
    limit : int
        How many units of each kind are taken at most.

    Raises
    ------
    FileRefused
        If it is not of the source that the services were trained on.
    """
    running = [model for model in models.values() if isinstance(model, Model)]
    if (refused := misfit(loaded, models)) is not None:
        raise refused
    with loaded.used() as dataset:
        make = _row_shop if dataset.kind == "rows" else _event_shop
        return make(loaded, running, limit)


def misfit(loaded: Loaded, models: Outcomes[Model]) -> FileRefused | None:
    """Why the services would misread a file; None where they would not.

    Parameters
    ----------
    loaded : Loaded
        The file.
    models : dict
        What each service serves.
    """
    held = _held(loaded.dataset.source, loaded.dataset.kind)
    others: dict[str, list[str]] = {}
    for model in models.values():
        if isinstance(model, Model):
            trained_on = _held(model.source, model.input_kind)
            if trained_on != held:
                others.setdefault(str(trained_on), []).append(model.task)
    if not others:
        return None
    named = "; ".join(f"{', '.join(tasks)}: {data}" for data, tasks in others.items())
    return FileRefused("errors.another_source", name=loaded.name, held=held, trained=named)


def _held(source: str, kind: str) -> Said:
    return Said(f"source.{kind}", {"source": source})


def _row_shop(loaded: Loaded, models: Models, limit: int) -> Shop:
    from clickstream import units

    dataset = loaded.dataset
    wanted = dict.fromkeys(column.name for model in models for column in model.answer.inputs)
    present = dataset.table.columns
    if missing := [column for column in wanted if column not in present]:
        values = {"missing": ", ".join(missing), "present": ", ".join(present)}
        raise FileRefused("errors.missing_columns", name=loaded.name, **values)
    rows = units.ready_rows(dataset, list(wanted or present), limit)
    return Shop(loaded.name, rows=rows, totals={"row": units.unit_count(dataset, "row")})


def _event_shop(loaded: Loaded, models: Models, limit: int) -> Shop:
    from clickstream import units

    dataset = loaded.dataset
    scopes = {model.answer.scope for model in models} - {"row"}
    sessions = []
    if scopes != {"customer"}:
        sessions = units.session_units(dataset, limit, _history(models, "session"))
    customers = _customers(dataset, models, limit) if "customer" in scopes else []
    of_histories = _cut_histories(sessions, units.HISTORY_EVENTS)
    sessions, of_sessions = fitted(sessions, "session")
    customers, of_customers = fitted(customers, "customer")
    totals = {scope: units.unit_count(dataset, scope) for scope in _SCOPES if scope in scopes}
    notes = of_histories + of_sessions + of_customers
    return Shop(loaded.name, sessions, customers, totals=totals, notes=notes)


def _cut_histories(sessions: list[dict[str, Any]], most: int) -> list[Said]:
    """Say of how many sessions not all that their customers did before is sent."""
    earlier = [sum("session_id" in event for event in unit["events"]) for unit in sessions]
    cut = sum(events >= most for events in earlier)
    if not cut:
        return []
    values = {"units": Count("units.session", cut), "most": number(most)}
    return [Said("fitting.history", values)]


def _customers(dataset: Dataset, models: Models, limit: int) -> list[dict[str, Any]]:
    from clickstream import units

    if dataset.time_resolution != "time":
        return []
    return units.customer_units(dataset, limit, _history(models, "customer") or 0)


def _history(models: Models, scope: Scope) -> int | None:
    """How far back any model of a scope looks, in days; None where none does."""
    known = [model.answer.windows.history_days for model in models if model.answer.scope == scope]
    return max((days for days in known if days is not None), default=None)
