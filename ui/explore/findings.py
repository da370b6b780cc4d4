"""What can be said of a file before anything is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ui.reading import Loaded

if TYPE_CHECKING:
    from clickstream.manifest import Leak
    from clickstream.tables import Dataset, Label

__all__ = ["Asked", "Findings", "findings"]


@dataclass(frozen=True)
class Asked:
    """Whether a question can be asked of a file, and why.

    Attributes
    ----------
    answer : str
        Its name.
    status : {'yes', 'proxy', 'no'}
        A proxy answers another question in its place.
    reason : str
        A sentence.
    """

    answer: str
    status: str
    reason: str


@dataclass(frozen=True)
class Findings:
    """What was found in a file.

    Attributes
    ----------
    units : dict of str to int
        Sessions and customers of a log.
    notes : tuple of str
        What a reader of results must know.
    questions : tuple of Asked
        One per question.
    leaks : tuple of Leak
        Columns that give a label away.
    """

    units: dict[str, int]
    notes: tuple[str, ...]
    questions: tuple[Asked, ...]
    leaks: tuple[Leak, ...]


def findings(loaded: Loaded) -> Findings:
    """Look at a file.

    Parameters
    ----------
    loaded : Loaded
        The file.
    """
    from clickstream.answers import ANSWERS, Windows, answerability
    from clickstream.remarks import remarks

    with loaded.used() as dataset:
        asked = {name: answerability(dataset, one, Windows()) for name, one in ANSWERS.items()}
        return Findings(
            _units(dataset),
            (*remarks(dataset), *dataset.notes),
            tuple(Asked(name, found.status, found.reason) for name, found in asked.items()),
            tuple(_leaks(dataset)),
        )


def _units(dataset: Dataset) -> dict[str, int]:
    if dataset.kind == "rows":
        return {}
    with dataset.connection.cursor() as cursor:
        sessions, customers = cursor.execute(
            "SELECT count(DISTINCT session_id), count(DISTINCT customer_id) FROM events"
        ).fetchall()[0]
    return {"sessions": sessions, "customers": customers}


def _leaks(dataset: Dataset) -> list[Leak]:
    """Columns made from a label and, in ready-made rows, those that tell it almost alone."""
    from clickstream.leaks import derived_leaks

    found = derived_leaks(dataset.derived)
    label = dataset.labels.get("purchase")
    if dataset.kind == "rows" and label is not None and label.column is not None:
        found += _column_leaks(dataset, label)
    return found


def _column_leaks(dataset: Dataset, label: Label) -> list[Leak]:
    from clickstream.leaks import column_leaks
    from clickstream.manifest import Input
    from clickstream.scoring import feature_batch

    schema = dataset.table.schema()
    labels = {one.column for one in dataset.labels.values()}
    names = [name for name in schema.names if name not in labels and name not in dataset.derived]
    numbers = [name for name in names if schema[name].is_numeric()]
    strings = [name for name in names if name not in numbers]
    inputs = [Input(name=name, type="number", unit="", description="") for name in numbers]
    inputs += [Input(name=name, type="string", unit="", description="") for name in strings]
    with dataset.connection.cursor() as cursor:
        columns = cursor.execute("FROM rows").fetchnumpy()
    said = np.ma.filled(np.ma.asarray(columns[label.column]), None)
    yes = said.astype(float) > 0 if label.positive is None else said.astype(str) == label.positive
    ids = [str(place) for place in range(len(yes))]
    batch = feature_batch(ids, columns, inputs)
    return list(column_leaks(batch, numbers, strings, yes.astype(np.float64)))
