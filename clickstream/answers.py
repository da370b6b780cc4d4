"""The questions that Clickwise answers, and whether a data set can answer them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import ibis.expr.types as ir

from clickstream.cuts import customer_moments, last_cuts
from clickstream.errors import ClickwiseError, NotAnswerable
from clickstream.manifest import Complement
from clickstream.tables import Dataset, Label
from clickstream.units import end_of_log

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
    "label_of",
    "meaning_of",
    "require",
]

Task = Literal["conversion", "revenue", "segmentation"]
Kind = Literal["conversion", "revenue", "segment", "multiclass"]
Scope = Literal["session", "customer", "row"]

TASKS: tuple[Task, ...] = ("conversion", "revenue", "segmentation")


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
        How it is learned: a chance, an amount, a segment, or one of several classes.
    scope : {'session', 'customer'}
        What a unit is, where the data holds events that know it.
    meaning : str
        What a prediction says, in a sentence; `{days}` stands for the target window's.
    complement : Complement or None
        What 1 minus a chance says, where that has a name of its own.
    of_buyers : bool, default False
        Whether only customers who have ordered within the history are asked about; all others
        are asked about who did anything in it.
    of_segments : bool, default False
        Whether it is about the segments that the same run finds.
    """

    name: str
    task: Task
    kind: Kind
    scope: Scope
    meaning: str
    complement: Complement | None = None
    of_buyers: bool = False
    of_segments: bool = False


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

    def __post_init__(self) -> None:
        """Refuse a window that holds nothing."""
        if self.target_days < 1:
            raise ClickwiseError(
                f"The target window is {self.target_days} days, but it must be at least 1."
            )


ANSWERS: dict[str, Answer] = {
    answer.name: answer
    for answer in (
        Answer(
            "purchase",
            "conversion",
            "conversion",
            "session",
            "chance that this session, as it stands, ends in a purchase",
            Complement(
                name="abandonment",
                meaning="chance that a session with something in its cart ends without a purchase",
            ),
        ),
        Answer(
            "repurchase",
            "conversion",
            "conversion",
            "customer",
            "chance that this customer, who has ordered before, orders again in the next "
            "{days} days",
            Complement(
                name="churn",
                meaning="chance that this customer, who has ordered before, orders nothing in the "
                "next {days} days",
            ),
            of_buyers=True,
        ),
        Answer(
            "exit",
            "conversion",
            "conversion",
            "session",
            "chance that this was the session's last click",
        ),
        Answer(
            "session_spend",
            "revenue",
            "revenue",
            "session",
            "amount that is still to be spent in this session, zeros included",
        ),
        Answer(
            "customer_spend",
            "revenue",
            "revenue",
            "customer",
            "amount that this customer spends in the next {days} days, zeros included and "
            "returns not subtracted",
        ),
        Answer("segment", "segmentation", "segment", "customer", "which segment it belongs to"),
        Answer(
            "interest",
            "segmentation",
            "multiclass",
            "customer",
            "category that a new customer, after the first session or the first order, spends most "
            "on in the next {days} days, if anything is bought then",
        ),
        Answer(
            "next_segment",
            "segmentation",
            "multiclass",
            "customer",
            "segment that a new customer, after the first session or the first order, is in {days} "
            "days later",
            of_segments=True,
        ),
    )
}
"""In the order in which a task prefers them: its first answer that is packaged is its default."""

_EVERY_LOG = {
    "purchase": Label("purchase"),
    "repurchase": Label("repurchase"),
    "exit": Label("exit"),
    "session_spend": Label("spend"),
    "customer_spend": Label("customer_spend"),
    "interest": Label("interest"),
    "next_segment": Label("next_segment"),
}
"""How a log of events labels an answer, unless its source does so in a way of its own."""

_GAPS_BORNE = 0.01
"""Share of sessions with clicks missing from which nobody can say which click was the last."""


_EXIT_WITH_GAPS = Label(
    "exit",
    proxy="clicks are missing within sessions, so the last click in the log need not be the "
    "session's last; whether the log holds a later one stands in for it",
    meaning="chance that the log holds no later click of this session (a proxy: clicks are "
    "missing from it)",
)


def meaning_of(text: str, windows: Windows) -> str:
    """A meaning with the days of the target window filled in."""
    return text.format(days=windows.target_days)


def label_of(dataset: Dataset, answer: Answer) -> Label:
    """How a data set labels an answer.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    answer : Answer
        The question.

    Raises
    ------
    NotAnswerable
        If nothing in the data can.
    """
    label = _label_or_none(dataset, answer)
    if label is None:
        raise NotAnswerable(f"{answer.name} cannot be answered: {_unlabelled(dataset, answer)}.")
    return label


def _label_or_none(dataset: Dataset, answer: Answer) -> Label | None:
    if answer.name in dataset.unlabelled:
        return None
    if answer.name in dataset.labels or dataset.kind == "rows":
        return dataset.labels.get(answer.name)
    if answer.name == "exit" and _clicks_missing(dataset.table):
        return _EXIT_WITH_GAPS
    return _EVERY_LOG.get(answer.name)


def _unlabelled(dataset: Dataset, answer: Answer) -> str:
    if answer.name in dataset.unlabelled:
        return dataset.unlabelled[answer.name]
    return f"no column of the {dataset.source} rows says it"


def _clicks_missing(events: ir.Table) -> bool:
    sessions = events.group_by("session_id").agg(
        gap=events.event_index.max() > events.event_index.nunique()
    )
    share = float(sessions.gap.cast("int64").mean().execute())
    return share > _GAPS_BORNE


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
    scope = "row" if dataset.kind == "rows" else answer.scope
    label = _label_or_none(dataset, answer)
    if label is None:
        return Answerability("no", _unlabelled(dataset, answer), scope)
    possible, reason = _possible(dataset, label, windows)
    if not possible:
        return Answerability("no", reason, scope)
    if label.proxy is not None:
        return Answerability("proxy", label.proxy, scope)
    return Answerability("yes", reason, scope)


def require(found: Answerability, answer: Answer) -> None:
    """Raise `NotAnswerable` where the data set cannot answer."""
    if found.status == "no":
        raise NotAnswerable(f"{answer.name} cannot be answered: {found.reason}.")


def _possible(dataset: Dataset, label: Label, windows: Windows) -> tuple[bool, str]:
    """Whether the data holds what a label is made from, and what it holds or lacks."""
    if label.kind in ("column", "amount", "any_amount"):
        return True, f"column {label.column} says it"
    if label.kind in ("repurchase", "customer_spend", "next_segment"):
        return _customers_order(dataset, windows)
    if label.kind == "interest":
        return _customers_choose(dataset, windows)
    if not last_cuts(dataset.table).count().execute():
        return False, "every session is an order, and nothing is seen before it"
    if label.kind in ("purchase", "spend"):
        return _sessions_buy(dataset)
    sessions = dataset.table.session_id.nunique().execute()
    return True, f"the clicks of {sessions} sessions say it"


def _sessions_buy(dataset: Dataset) -> tuple[bool, str]:
    events = dataset.table
    purchases = int(events.filter(events.event_type == "purchase").count().execute())
    if not purchases:
        return False, "no event says that anyone bought anything"
    return True, f"the log holds {purchases} purchase events"


def _customers_order(dataset: Dataset, windows: Windows) -> tuple[bool, str]:
    events = dataset.table
    if not events.customer_id.nunique().execute():
        return False, "no customer is known, so nobody is seen to come back"
    if dataset.time_resolution != "time":
        return False, "the log knows days and no times, so customers have no moments"
    orders = events.filter(events.event_type == "purchase")
    buyers = int(orders.customer_id.nunique().execute())
    if not buyers:
        return False, "no event says that a known customer bought anything"
    if short := _too_short(dataset, windows):
        return False, short
    first, _ = _ends(dataset)
    moments = len(customer_moments(first, end_of_log(dataset), windows.target_days))
    return True, (
        f"{buyers} customers ordered within {_span_days(dataset):.0f} days, which hold {moments} "
        f"moments with a target window of {windows.target_days} days before and after"
    )


def _customers_choose(dataset: Dataset, windows: Windows) -> tuple[bool, str]:
    """Whether customers are seen to buy of several categories."""
    possible, reason = _customers_order(dataset, windows)
    if not possible:
        return False, reason
    if dataset.described:
        return True, f"{reason}; products have descriptions to be grouped by"
    events = dataset.table
    bought = events.filter(events.event_type == "purchase", events.category.notnull())
    categories = int(bought.category.nunique().execute())
    if categories < 2:
        return False, "products have neither two categories nor descriptions to be grouped by"
    return True, f"{reason}; they bought of {categories} categories"


def _segment(dataset: Dataset, windows: Windows) -> Answerability:
    if dataset.kind == "rows":
        return Answerability("yes", "ready-made rows are grouped as they are", "row")
    customers = dataset.table.customer_id.nunique().execute()
    if not customers:
        return Answerability("yes", "no customer is known, so sessions are grouped", "session")
    if short := _too_short(dataset, windows):
        return Answerability("yes", f"{short}, so sessions are grouped", "session")
    return Answerability(
        "yes",
        f"the log knows {customers} customers over {_span_days(dataset):.0f} days",
        "customer",
    )


def _too_short(dataset: Dataset, windows: Windows) -> str | None:
    """Why the log is too short for customers, if it is."""
    span, needed = _span_days(dataset), 4 * windows.target_days
    if span >= needed:
        return None
    return f"the log spans {span:.1f} days, and customers need four target windows ({needed} days)"


def _span_days(dataset: Dataset) -> float:
    if dataset.time_resolution != "time":
        return 0.0
    first, last = _ends(dataset)
    return (last - first) / timedelta(days=1)


def _ends(dataset: Dataset) -> tuple[datetime, datetime]:
    """Times of the first and of the last event."""
    time = dataset.table.event_time
    first, last = time.min().execute(), time.max().execute()
    return first.to_pydatetime(), last.to_pydatetime()
