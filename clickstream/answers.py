"""The questions that Clickwise answers, and whether a data set can answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clickstream.errors import NotAnswerable
from clickstream.tables import Dataset

__all__ = [
    "ANSWERS",
    "TASKS",
    "Answer",
    "Answerability",
    "Kind",
    "Scope",
    "Task",
    "Windows",
    "answerability",
    "require",
]

Task = Literal["conversion", "revenue", "segmentation"]
Kind = Literal["conversion", "revenue", "segment"]
Scope = Literal["session", "customer", "row"]

TASKS: tuple[Task, ...] = ("conversion", "revenue", "segmentation")
_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class Answer:
    """A question that one task answers.

    Attributes
    ----------
    name : str
        As users write it.
    task : str
        The service that gives it.
    kind : str
        How it is learned: a chance, an amount or a segment.
    meaning : str
        What a prediction says, in a sentence.
    """

    name: str
    task: Task
    kind: Kind
    meaning: str


@dataclass(frozen=True)
class Answerability:
    """Whether a data set answers a question.

    Attributes
    ----------
    status : {'yes', 'proxy', 'no'}
        A proxy is trained and called a proxy wherever it stands.
    reason : str
        In a sentence.
    scope : {'session', 'customer', 'row'}
        What a unit is.
    """

    status: Literal["yes", "proxy", "no"]
    reason: str
    scope: Scope


@dataclass(frozen=True)
class Windows:
    """Windows of time, after Google Analytics 4 and Segment.

    Attributes
    ----------
    target_days : int, default 28
        What a customer answer looks ahead.
    history_days : int, default 365
        How far back features look.
    """

    target_days: int = 28
    history_days: int = 365


ANSWERS: dict[str, Answer] = {
    answer.name: answer
    for answer in (
        Answer(
            "purchase",
            "conversion",
            "conversion",
            "chance that this session, as it stands, ends in a purchase",
        ),
        Answer(
            "session_spend",
            "revenue",
            "revenue",
            "amount that is still to be spent in this session, zeros included",
        ),
        Answer("segment", "segmentation", "segment", "which segment it belongs to"),
    )
}


def answerability(dataset: Dataset, answer: Answer, windows: Windows) -> Answerability:
    """Say whether a data set answers a question, and why.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    answer : Answer
        The question.
    windows : Windows
        Customer answers need four target windows of log.
    """
    if answer.kind == "segment":
        return _segment(dataset, windows)
    scope: Scope = "row" if dataset.kind == "rows" else "session"
    if answer.name in dataset.unlabelled:
        return Answerability("no", dataset.unlabelled[answer.name], scope)
    label = dataset.labels.get(answer.name)
    if label is None:
        return Answerability("no", f"source {dataset.source} has nothing that tells it", scope)
    if label.proxy is not None:
        return Answerability("proxy", label.proxy, scope)
    if label.kind == "column":
        return Answerability("yes", f"column {label.column} says it", scope)
    return _from_purchases(dataset, scope)


def require(found: Answerability, answer: Answer) -> None:
    """Raise `NotAnswerable` where the data set cannot answer."""
    if found.status == "no":
        raise NotAnswerable(f"{answer.name} cannot be answered: {found.reason}.")


def _from_purchases(dataset: Dataset, scope: Scope) -> Answerability:
    events = dataset.table
    purchases = int(events.filter(events.event_type == "purchase").count().execute())
    if not purchases:
        return Answerability("no", "no event says that anyone bought anything", scope)
    return Answerability("yes", f"the log holds {purchases} purchase events", scope)


def _segment(dataset: Dataset, windows: Windows) -> Answerability:
    if dataset.kind == "rows":
        return Answerability("yes", "ready-made rows are grouped as they are", "row")
    needed = 4 * windows.target_days
    span = _span_days(dataset)
    customers = dataset.table.customer_id.nunique().execute()
    if not customers:
        return Answerability("yes", "no customer is known, so sessions are grouped", "session")
    if span < needed:
        reason = (
            f"the log spans {span:.1f} days, and customers need four target windows "
            f"({needed} days), so sessions are grouped"
        )
        return Answerability("yes", reason, "session")
    return Answerability(
        "yes", f"the log knows {customers} customers over {span:.0f} days", "customer"
    )


def _span_days(dataset: Dataset) -> float:
    if dataset.time_resolution != "time":
        return 0.0
    time = dataset.table.event_time.epoch_seconds()
    return float((time.max() - time.min()).execute()) / _SECONDS_PER_DAY
