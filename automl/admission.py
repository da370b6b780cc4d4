"""What must hold before a search is worth its time: evidence, and no open leak."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from automl.evidence import evidence_of, require_evidence
from automl.gate import refuse_leaks
from automl.holdout import both_logs
from automl.options import Options
from automl.preparing import prepare
from automl.released import Segments
from automl.table import Prepared, Table
from clickstream.answers import Answer, Answerability
from clickstream.errors import NotAnswerable
from clickstream.leaks import (
    Cut,
    column_leaks,
    copied_row_leaks,
    copied_session_leaks,
    cut_off_features,
    derived_leaks,
    later_leaks,
    split_leaks,
    window_leaks,
)
from clickstream.manifest import Evidence, Input, Leak
from clickstream.scoring import FeatureBatch
from clickstream.tables import Dataset

__all__ = ["Admitted", "admit", "leaks_of"]


@dataclass(frozen=True)
class Admitted:
    """Tables that may be searched on.

    Attributes
    ----------
    prepared : Prepared
        Training and holdout.
    evidence : Evidence
        How much there is of both.
    leaks : list of Leak
        Those that were dealt with.
    """

    prepared: Prepared
    evidence: Evidence
    leaks: list[Leak]


def admit(
    dataset: Dataset,
    answer: Answer,
    found: Answerability,
    options: Options,
    segments: Segments | None = None,
) -> Admitted:
    """Make an answer's tables and check them.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    answer : Answer
        The question.
    found : Answerability
        `yes` or `proxy`.
    options : Options
        Windows, seed and holdout.
    segments : Segments, optional
        Of customers, where the answer is about them.

    Raises
    ------
    NotAnswerable
        If there is too little evidence, or a number is too large to compute with.
    LeakFound
        If an input or the split gives the label away.
    """
    prepared = prepare(
        dataset,
        answer,
        found,
        options.windows,
        options.seed,
        holdout=options.holdout,
        segments=segments,
    )
    evidence = evidence_of(prepared, answer)
    require_evidence(evidence, answer)
    _require_finite(prepared, answer)
    leaks = leaks_of(dataset, prepared, answer, found, options.holdout)
    refuse_leaks(answer.name, leaks)
    return Admitted(prepared, evidence, leaks)


def _require_finite(prepared: Prepared, answer: Answer) -> None:
    """Refuse inputs that single precision cannot hold, before a search is spent on them."""
    for table in (prepared.training, prepared.holdout):
        numbers = table.frame.iloc[:, : table.n_numeric]
        infinite = np.isinf(numbers.to_numpy(np.float32)).any(axis=0)
        if infinite.any():
            raise NotAnswerable(
                f"{answer.name} needs finite numbers, but these columns hold values beyond "
                f"single precision (3.4e38): {', '.join(numbers.columns[infinite])}. "
                "Correct them in the file or leave them empty."
            )


def leaks_of(
    dataset: Dataset,
    prepared: Prepared,
    answer: Answer,
    found: Answerability,
    brought: Dataset | None = None,
) -> list[Leak]:
    """Find everything in an answer's tables that gives the label away.

    Parameters
    ----------
    dataset : Dataset
        Knows columns that are made from a label.
    prepared : Prepared
        Training and holdout.
    answer : Answer
        A segment has no label to give away.
    found : Answerability
        With the scope.
    brought : Dataset, optional
        The holdout where it is a file of its own: whether it lies later is up to who brings it.
    """
    training, holdout = prepared.training, prepared.holdout
    leaks = derived_leaks(dataset.derived)
    if found.scope != "customer":
        # A customer may recur as of a later moment; a session or a row may not.
        leaks += split_leaks(training.unit_ids, holdout.unit_ids)
    if brought is None:
        leaks += window_leaks(training.end, holdout.start)
    leaks += _copies(dataset, prepared, found, brought)
    leaks += _later(dataset, prepared, found, brought)
    for label in _labels(training, answer):
        names = list(training.frame.columns)
        numbers, strings = names[: training.n_numeric], names[training.n_numeric :]
        leaks += column_leaks(training.batch(), numbers, strings, label)
    return leaks


def _labels(training: Table, answer: Answer) -> list[npt.NDArray[np.float64]]:
    """What inputs could give away: nothing of a segment, and each class of several by itself."""
    if answer.kind == "segment":
        return []
    if answer.kind == "multiclass":
        return [(training.label == one).astype(np.float64) for one in np.unique(training.label)]
    return [training.label]


def _copies(
    dataset: Dataset, prepared: Prepared, found: Answerability, brought: Dataset | None
) -> list[Leak]:
    training, holdout = prepared.training, prepared.holdout
    if found.scope == "row":
        return copied_row_leaks(training.batch(), training.label, holdout.batch(), holdout.label)
    if found.scope == "session":
        return copied_session_leaks(
            dataset.connection,
            set(training.unit_ids),
            set(holdout.unit_ids),
            timed=dataset.time_resolution == "time",
            events="events" if brought is None else both_logs(dataset, brought),
        )
    return []


def _later(
    dataset: Dataset, prepared: Prepared, found: Answerability, brought: Dataset | None
) -> list[Leak]:
    """Compute features anew from a log that ends at the cut, as serving does."""
    if found.scope == "row" or prepared.sql is None:
        return []
    inputs = [
        Input(name=feature.name, type=feature.type, unit=feature.unit, description="")
        for feature in prepared.features
    ]
    cuts, cut_off = cut_off_features(dataset.connection, prepared.sql, inputs, found.scope)
    # Of a holdout from another log, a session of the same name is another one.
    tables = [prepared.training] if brought else [prepared.training, prepared.holdout]
    made_cuts, made = _rows_of(tables, {unit for unit, _ in cuts})
    return later_leaks(inputs, made, made_cuts, cut_off, cuts)


def _rows_of(tables: list[Table], units: set[str]) -> tuple[list[Cut], FeatureBatch]:
    """The rows of tables that belong to some units."""
    found: list[Cut] = []
    batches = []
    for table in tables:
        chosen = np.array([unit in units for unit in table.unit_ids], dtype=bool)
        part = table.rows(chosen)
        batches.append(part.batch())
        found += zip(part.unit_ids.tolist(), part.cut_index.tolist(), strict=True)
    return found, FeatureBatch(
        [unit for unit, _ in found],
        np.concatenate([batch.numeric for batch in batches]),
        np.concatenate([batch.categorical for batch in batches]),
    )
