"""The tables that an answer's search starts from, whatever its units are."""

from __future__ import annotations

from automl.customers import prepare_customers
from automl.holdout import held_sessions
from automl.interest_tables import prepare_interests
from automl.next_segments import prepare_next_segments
from automl.released import Segments
from automl.rows import prepare_rows
from automl.sessions import prepare_sessions
from automl.table import Prepared
from clickstream.answers import Answer, Answerability, Windows
from clickstream.errors import NotAnswerable
from clickstream.tables import Dataset

__all__ = ["prepare"]


def prepare(
    dataset: Dataset,
    answer: Answer,
    found: Answerability,
    windows: Windows,
    seed: int,
    *,
    keep_derived: bool = False,
    holdout: Dataset | None = None,
    segments: Segments | None = None,
) -> Prepared:
    """Make the tables of an answer.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    answer : Answer
        The question.
    found : Answerability
        `yes` or `proxy`, with the scope.
    windows : Windows
        How far back features look, and a customer's target window.
    seed : int
        Parts ready-made rows, which have no time, and groups products by descriptions.
    keep_derived : bool, default False
        Keep columns that the source declares to be made from the label, to report what they do.
    holdout : Dataset, optional
        Rows or a log to test on, in place of a part of the file's own.
    segments : Segments, optional
        Of customers, where the answer is about them.

    Raises
    ------
    NotAnswerable
        If nothing is left to train on or to test on, or the holdout cannot test the answer.
    """
    if found.scope == "row":
        prepared = prepare_rows(dataset, answer, seed, keep_derived, holdout)
    elif found.scope == "customer":
        if holdout is not None:
            raise NotAnswerable(
                f"{answer.name} is asked of customers, whose later moments are held out: a log "
                "of its own cannot test it. Leave --holdout out for this answer."
            )
        prepared = _customers(dataset, answer, windows, seed, segments)
    elif holdout is not None:
        whole = prepare_sessions(dataset, answer, windows, whole=True)
        prepared = held_sessions(whole, holdout, answer)
    else:
        prepared = prepare_sessions(dataset, answer, windows)
    for name, table in (("training", prepared.training), ("holdout", prepared.holdout)):
        if not len(table):
            raise NotAnswerable(
                f"{answer.name} cannot be answered: no {found.scope} is left for the {name} part "
                f"({prepared.split})."
            )
    return prepared


def _customers(
    dataset: Dataset, answer: Answer, windows: Windows, seed: int, segments: Segments | None
) -> Prepared:
    if answer.kind != "multiclass":
        return prepare_customers(dataset, answer, windows, seed)
    if not answer.of_segments:
        return prepare_interests(dataset, windows, seed)
    if segments is None:
        raise NotAnswerable(
            f"{answer.name} is about segments of customers that the same run found, and it found "
            "none. Ask for segment too; where that is refused, so is this."
        )
    return prepare_next_segments(dataset, windows, segments)
