"""From an uploaded file to a shop; the one place where the app uses `clickstream`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ui.errors import UploadError
from ui.fitting import fitted
from ui.gateway import Outcomes
from ui.models import Model, Scope
from ui.shop import Shop
from ui.texts import UNIT_NAMES, counted

if TYPE_CHECKING:
    from clickstream.tables import Dataset

__all__ = ["read_upload"]

Models = list[Model]


def read_upload(name: str, content: bytes, models: Outcomes[Model], limit: int) -> Shop:
    """Read an uploaded CSV or Parquet file.

    Parameters
    ----------
    name : str
        The file's name, as the user knows it.
    content : bytes
        What is in it.
    models : dict
        What each service serves, and so which units are wanted.
    limit : int
        How many units of each kind are taken at most.

    Raises
    ------
    UploadError
        If it is not a click log or table that a source knows, or not of the source that the
        services were trained on.
    """
    # Late, since it brings ibis and pandas: the page stands before they are loaded.
    from clickstream.errors import ClickwiseError

    running = [model for model in models.values() if isinstance(model, Model)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        try:
            return _shop(path.name, _read(path, running), running, limit)
        except ClickwiseError as error:
            # The reader knows the file by its name and never saw the folder that it passed through.
            raise UploadError(str(error).replace(f"{folder}/", "")) from error


def _read(path: Path, models: Models) -> Dataset:
    """Read a file by the mapping that the models were trained with, or by what its columns say."""
    from clickstream.errors import SourceError
    from clickstream.sources import read_source
    from clickstream.sources.mapping import mapping_from

    trained = next((model for model in models if model.mapping is not None), None)
    if trained is None or trained.mapping is None:
        return read_source([path])
    known = mapping_from(trained.mapping, "the mapping of the models")
    try:
        return read_source([path], trained.source, known)
    except SourceError as misfit:
        try:
            return read_source([path])
        except SourceError:
            raise misfit from None


def _shop(name: str, dataset: Dataset, models: Models, limit: int) -> Shop:
    _check_source(name, dataset, models)
    if dataset.kind == "rows":
        return _row_shop(name, dataset, models, limit)
    return _event_shop(name, dataset, models, limit)


def _check_source(name: str, dataset: Dataset, models: Models) -> None:
    """Refuse a file that the models would misread.

    It was read by the source that knows its columns and not by the models' own, so that the
    refusal can say what the file is and not only which columns it lacks.
    """
    held = _held(dataset.source, dataset.kind)
    others: dict[str, list[str]] = {}
    for model in models:
        if (trained_on := _held(model.source, model.input_kind)) != held:
            others.setdefault(trained_on, []).append(model.task)
    if others:
        named = "; ".join(f"{', '.join(tasks)} on {data}" for data, tasks in others.items())
        raise UploadError(
            f"{name} holds {held}, which is not what these services were trained on: {named}. "
            "Give a file of the same source, or train models on this one with `clickwise train` "
            "and store them with `clickwise package`."
        )


def _held(source: str, kind: str) -> str:
    what = {"events": "click events", "rows": "ready-made rows"}[kind]
    return f"{source} data ({what})"


def _row_shop(name: str, dataset: Dataset, models: Models, limit: int) -> Shop:
    from clickstream import units

    wanted = dict.fromkeys(column.name for model in models for column in model.answer.inputs)
    present = dataset.table.columns
    if missing := [column for column in wanted if column not in present]:
        raise UploadError(
            f"{name} lacks the columns {', '.join(missing)} that the models take; it has "
            f"{', '.join(present)}. Add them, empty where unknown."
        )
    rows = units.ready_rows(dataset, list(wanted or present), limit)
    return Shop(name, rows=rows, totals={"row": units.unit_count(dataset, "row")})


def _event_shop(name: str, dataset: Dataset, models: Models, limit: int) -> Shop:
    from clickstream import units

    scopes = {model.answer.scope for model in models} - {"row"}
    sessions = []
    if scopes != {"customer"}:
        sessions = units.session_units(dataset, limit, _history(models, "session"))
    customers = _customers(dataset, models, limit) if "customer" in scopes else []
    of_histories = _cut_histories(sessions, units.HISTORY_EVENTS)
    sessions, of_sessions = fitted(sessions, "session")
    customers, of_customers = fitted(customers, "customer")
    totals = {scope: units.unit_count(dataset, scope) for scope in UNIT_NAMES if scope in scopes}
    notes = of_histories + of_sessions + of_customers
    return Shop(name, sessions, customers, totals=totals, notes=notes)


def _cut_histories(sessions: list[dict[str, Any]], most: int) -> list[str]:
    """Say of how many sessions not all that their customers did before is sent."""
    earlier = [sum("session_id" in event for event in unit["events"]) for unit in sessions]
    cut = sum(events >= most for events in earlier)
    if not cut:
        return []
    return [
        f"With {counted(cut, 'session')} only the newest {most:,} earlier events of the customer "
        "are sent, so the models know less of the past than they learned from. An id that many "
        "guests share is no customer: leave it empty in the file."
    ]


def _customers(dataset: Dataset, models: Models, limit: int) -> list[dict[str, Any]]:
    from clickstream import units

    if dataset.time_resolution != "time":
        return []
    return units.customer_units(dataset, limit, _history(models, "customer") or 0)


def _history(models: Models, scope: Scope) -> int | None:
    """How far back any model of a scope looks, in days; None where none does."""
    known = [model.answer.windows.history_days for model in models if model.answer.scope == scope]
    return max((days for days in known if days is not None), default=None)
