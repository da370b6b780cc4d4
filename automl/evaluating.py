"""Evaluate a bundle on labelled data: on all of it, and on what training did not see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from automl.batch import require_answers
from automl.class_metrics import class_metrics
from automl.customers import labelled_customers
from automl.evaluating_new_customers import labelled_new_customers
from automl.judging import amount_metrics
from automl.metrics import Resamples, conversion_metrics
from automl.released import features_of, unit_hash
from automl.rows import labelled_rows, row_columns
from automl.sessions import labelled_cuts, labelled_table
from automl.table import Table
from clickstream.answers import ANSWERS, Windows, label_of
from clickstream.bundle import Bundle
from clickstream.errors import BundleError, NotAnswerable, SourceError
from clickstream.leaks import rank_auc
from clickstream.loading import load_lookups
from clickstream.manifest import AnswerManifest, Interval, Metric
from clickstream.scoring import Scorer
from clickstream.tables import Dataset

__all__ = ["Part", "evaluate"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """Figures of an answer on one part of the data.

    Attributes
    ----------
    answer : str
        Its name.
    part : str
        `all`, or `not seen in training`.
    rows, units : int
        How much was scored.
    metrics : dict of str to Metric
        With 95 % intervals; empty where the part holds one class only.
    best_auc : float or None
        What the truth itself reaches on the same rows, where a truth was given.
    refused : str or None
        Why the data cannot label the answer, where it cannot.
    sample : str
        What of the data was scored, where it was not all of it.
    """

    answer: str
    part: str
    rows: int
    units: int
    metrics: dict[str, Metric]
    best_auc: float | None = None
    refused: str | None = None
    sample: str = ""


def evaluate(bundle: Bundle, dataset: Dataset, truth: Path | None = None) -> list[Part]:
    """Score labelled data and measure the answers of a bundle on it.

    Parameters
    ----------
    bundle : Bundle
        What to evaluate.
    dataset : Dataset
        Data of the bundle's own source.
    truth : Path, optional
        The simulator's truth for the same log: the best possible AUC is reported beside.

    Raises
    ------
    NotAnswerable
        If no answer of the bundle has a label, as segments have none, or the data labels none.
    SourceError
        If ready-made rows have other columns than those of training, with the difference.
    BundleError
        If the bundle lacks what an answer is measured by.
    """
    scorer = Scorer(bundle, threads=2)
    answers = {
        name: manifest
        for name, manifest in bundle.manifest.answers.items()
        if ANSWERS[name].kind != "segment"
    }
    require_answers(bundle)
    if not answers:
        raise NotAnswerable(
            "Segments have no label to be evaluated against, and this bundle holds nothing else. "
            "Evaluate a bundle of another task."
        )
    parts = [
        part
        for name, manifest in answers.items()
        for part in _parts(scorer, dataset, name, manifest, truth)
    ]
    refusals = [part.refused for part in parts if part.refused]
    if len(refusals) == len(parts):
        raise NotAnswerable(" ".join(refusals))
    return parts


def _parts(
    scorer: Scorer, dataset: Dataset, name: str, manifest: AnswerManifest, truth: Path | None
) -> list[Part]:
    """Both parts of an answer, or the one that says why there is none: others may have theirs."""
    try:
        return _evaluate_answer(scorer, dataset, name, manifest, truth)
    except NotAnswerable as refusal:
        return [Part(name, "all", 0, 0, {}, refused=str(refusal))]


def _evaluate_answer(
    scorer: Scorer, dataset: Dataset, name: str, manifest: AnswerManifest, truth: Path | None
) -> list[Part]:
    if ANSWERS[name].kind == "multiclass" and dataset.kind == "events":
        table, sample = labelled_new_customers(scorer, dataset, name)
    else:
        table, sample = _table(scorer.bundle, dataset, name, manifest)
    if not len(table):
        raise NotAnswerable(f"No unit of the data can be labelled for {name}.")
    predicted = scorer.predict(name, table.batch()).outputs["value"].astype(np.float64)
    if not manifest.classes:
        predicted = predicted.ravel()
    best = None if truth is None or name != "purchase" else _truth(table, truth)
    new = _not_seen(scorer.bundle, name, table)
    parts = {"all": np.ones(len(table), dtype=bool), "not seen in training": new}
    measured = [
        _part(
            name,
            manifest,
            part,
            table.rows(rows),
            predicted[rows],
            None if best is None else best[rows],
            scorer.bundle.manifest.seed,
        )
        for part, rows in parts.items()
    ]
    return [replace(part, sample=sample) for part in measured]


def _table(
    bundle: Bundle, dataset: Dataset, name: str, manifest: AnswerManifest
) -> tuple[Table, str]:
    """Every labelled cut, or those of a sample where there are too many, which is said."""
    features, answer = features_of(manifest), ANSWERS[name]
    label = label_of(dataset, answer)
    if dataset.kind == "rows":
        _require_columns(dataset, name, manifest)
        return labelled_rows(dataset, features, label), ""
    sql = bundle.features_sql(name)
    load_lookups(dataset.connection, bundle.lookups())
    if manifest.scope == "customer":
        return labelled_customers(dataset, answer, features, sql, _windows(manifest))
    sample = labelled_cuts(dataset, label)
    return labelled_table(dataset, features, sql), sample


def _require_columns(dataset: Dataset, name: str, manifest: AnswerManifest) -> None:
    """A unit is all columns of a row: with one more or fewer, none would be known again."""
    schema = dataset.table.schema()
    given = {
        column: "number" if schema[column].is_numeric() else "string"
        for column in row_columns(dataset, keep_derived=True)
    }
    taken = {column.name: column.type for column in manifest.inputs}
    dropped = {column for leak in manifest.leaks for column in leak.columns} | set(dataset.derived)
    unlike = [
        *(f"{column!r} is missing" for column in taken if column not in given),
        *(f"{column!r} was not there" for column in given if column not in {*taken, *dropped}),
        *(
            f"{column!r} is a {given[column]}, but was a {kind}"
            for column, kind in taken.items()
            if given.get(column, kind) != kind
        ),
    ]
    if unlike:
        raise SourceError(
            f"The columns are not those that {name} was trained on: {'; '.join(unlike)}. "
            "Give a file with the same columns."
        )


def _windows(manifest: AnswerManifest) -> Windows:
    known = {name: days for name, days in manifest.windows if days is not None}
    return Windows(**known)


def _not_seen(bundle: Bundle, name: str, table: Table) -> npt.NDArray[np.bool_]:
    """Rows of other units than training's, and of later moments than training's labels reach.

    A customer whom training knows is new no more, whatever a later log begins with.
    """
    file = bundle.path / name / "training_units.parquet"
    known = pq.read_table(file)
    until = dict(
        zip(
            known["unit_hash"].to_pylist(),
            known["until"].to_numpy(zero_copy_only=False),
            strict=True,
        )
    )
    once = ANSWERS[name].kind == "multiclass"
    hashes = [unit_hash(str(unit)) for unit in table.unit_ids]
    # A comparison with NaT is false: units without times are new only as a whole.
    return np.array(
        [
            unit not in until or (not once and start > until[unit])
            for unit, start in zip(hashes, table.start, strict=True)
        ]
    )


def _part(
    name: str,
    manifest: AnswerManifest,
    part: str,
    table: Table,
    predicted: Floats,
    best: Floats | None,
    seed: int,
) -> Part:
    units = len(set(table.unit_ids))
    actual = table.label
    if len(np.unique(actual)) < 2:
        return Part(name, part, len(table), units, {})
    resamples = Resamples(table.unit_ids, seed)
    if manifest.classes:
        metrics = class_metrics(actual, predicted, resamples)
    elif ANSWERS[name].kind == "conversion":
        metrics = conversion_metrics(actual, predicted, _threshold(name, manifest), resamples)
    else:
        metrics = amount_metrics(actual, predicted, _interval(name, manifest), resamples)
    best_auc = None if best is None else rank_auc(best, actual > 0)
    return Part(name, part, len(table), units, metrics, best_auc)


def _threshold(name: str, manifest: AnswerManifest) -> float:
    if manifest.threshold is None:
        raise BundleError(f"The bundle has no threshold for {name}. Train and package it again.")
    return manifest.threshold


def _interval(name: str, manifest: AnswerManifest) -> Interval:
    if manifest.interval is None:
        raise BundleError(f"The bundle has no interval for {name}. Train and package it again.")
    return manifest.interval


def _truth(table: Table, truth: Path) -> Floats:
    columns = ["session_id", "cut_index", "purchase_probability"]
    known = _truth_table(truth, columns)
    keys = zip(known["session_id"], known["cut_index"], strict=True)
    found = dict(zip(keys, known["purchase_probability"], strict=True))
    asked = list(zip(table.unit_ids, table.cut_index.tolist(), strict=True))
    if missing := [key for key in asked if key not in found]:
        raise SourceError(
            f"{truth} has no probability for session {missing[0][0]!r} after {missing[0][1]} "
            "clicks. Give the truth that was written together with this log."
        )
    return np.array([found[key] for key in asked], dtype=np.float64)


def _truth_table(truth: Path, columns: list[str]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = pq.read_table(truth, columns=columns).to_pydict()
    except (OSError, pa.ArrowException) as error:
        raise SourceError(
            f"{truth} cannot be read as a truth ({str(error).splitlines()[0]}): a Parquet file "
            f"with {', '.join(columns)} is needed, as `clickwise simulate --truth` writes it."
        ) from error
    return found
