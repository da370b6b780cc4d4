"""Scoring the units of several requests in one pass through query and graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any, Literal

from clickstream.scoring import FeatureBatch, InputError, Predictions, Scorer, joined

__all__ = ["Kind", "Question", "Scored", "score_together"]

Entry = Mapping[str, Any]
Kind = Literal["units", "rows"]


@dataclass(frozen=True)
class Question:
    """What one request asks.

    Attributes
    ----------
    answer : str
        One of the bundle's.
    kind : {'units', 'rows'}
        What the entries are.
    entries : sequence of mapping
        Units with their events, or ready-made rows.
    """

    answer: str
    kind: Kind
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Scored:
    """What a model says of one request's entries.

    Attributes
    ----------
    inputs : FeatureBatch
        What the model was given.
    predictions : Predictions
        What it says.
    """

    inputs: FeatureBatch
    predictions: Predictions


def score_together(scorer: Scorer, questions: Sequence[Question]) -> list[Scored | InputError]:
    """Score questions of one answer together.

    Parameters
    ----------
    scorer : Scorer
        Of the bundle.
    questions : sequence of Question
        All for the same answer; two requests may send the same ids.

    Returns
    -------
    list of Scored or InputError
        One per question; what one of them has wrong is no other's fault.
    """
    if len(questions) == 1:
        return [_scored_or_error(scorer, questions[0])]
    try:
        inputs = _inputs(scorer, questions)
    except InputError:
        return [_scored_or_error(scorer, one) for one in questions]
    said = scorer.predict(questions[0].answer, inputs)
    ends = accumulate((len(one.entries) for one in questions), initial=0)
    return [
        _part(inputs, said, slice(*ends_of), one)
        for ends_of, one in zip(pairwise(ends), questions, strict=True)
    ]


def _scored_or_error(scorer: Scorer, question: Question) -> Scored | InputError:
    try:
        inputs = _own_inputs(scorer, question)
    except InputError as error:
        return error
    return Scored(inputs, scorer.predict(question.answer, inputs))


def _own_inputs(scorer: Scorer, question: Question) -> FeatureBatch:
    if question.kind == "rows":
        return scorer.row_features(question.answer, question.entries)
    return scorer.unit_features(question.answer, question.entries)


def _inputs(scorer: Scorer, questions: Sequence[Question]) -> FeatureBatch:
    """Inputs of all entries, in the order of the questions."""
    if questions[0].kind == "rows":
        return joined([_own_inputs(scorer, one) for one in questions])
    units = [
        _labelled(unit, f"{number}:{unit['id']}")
        for number, question in enumerate(questions)
        for unit in question.entries
    ]
    return scorer.unit_features(questions[0].answer, units)


def _labelled(unit: Entry, label: str) -> Entry:
    """The unit under another id; its own session, which may be named after it, follows."""
    own = str(unit["id"])
    events = [
        {**event, "session_id": label} if event.get("session_id") == own else event
        for event in unit["events"]
    ]
    return {**unit, "id": label, "events": events}


def _part(inputs: FeatureBatch, said: Predictions, rows: slice, question: Question) -> Scored:
    ids = _ids(inputs, rows, question)
    columns = {name: values[rows] for name, values in inputs.columns.items()}
    own = FeatureBatch(ids, inputs.numeric[rows], inputs.categorical[rows], columns)
    outputs = {name: values[rows] for name, values in said.outputs.items()}
    return Scored(
        own,
        replace(said, unit_ids=ids, outputs=outputs, warnings=said.warnings[rows], columns=columns),
    )


def _ids(inputs: FeatureBatch, rows: slice, question: Question) -> list[str]:
    if question.kind == "rows":
        return inputs.unit_ids[rows]
    return [str(unit["id"]) for unit in question.entries]
