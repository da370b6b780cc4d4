"""Batch scoring: every unit of a file through a bundle, into a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from clickstream.answers import ANSWERS, Windows
from clickstream.bundle import Bundle
from clickstream.cuts import customer_cuts, last_cuts, last_of_first_cuts
from clickstream.errors import ClickwiseError, NotAnswerable
from clickstream.loading import load_lookups
from clickstream.manifest import AnswerManifest, Manifest
from clickstream.parts import in_parts
from clickstream.scoring import FeatureBatch, Scorer, feature_batch
from clickstream.tables import Dataset, store
from clickstream.units import end_of_log

__all__ = ["Written", "left_out", "require_answers", "score_dataset", "score_table", "write_scores"]

_BATCH = 10_000
"""Rows per run of a graph, which bounds its memory."""


def score_dataset(bundle: Bundle, dataset: Dataset) -> pa.Table:
    """Score every unit of a data set, for every answer of a bundle.

    Parameters
    ----------
    bundle : Bundle
        One task's.
    dataset : Dataset
        Data of the bundle's own source. Sessions are scored as they stand after their last click
        before a purchase, customers as of the end of the log, and of them only who has ordered
        where the answer is of buyers; new customers as of the first order, or the first session
        where they ordered nothing. A row's id is its number among the rows kept.

    Returns
    -------
    pyarrow.Table
        `unit_id`, `answer`, whether it is a `proxy` and the model's data `simulated`, and a
        column per output of the graph, of several classes the most likely `class` with its
        `chance`; in the order of the ids, or of the file where it holds
        ready-made rows.

    Raises
    ------
    NotAnswerable
        If the data holds no unit of any answer.
    """
    require_answers(bundle)
    scorer = Scorer(bundle, threads=2)
    load_lookups(dataset.connection, bundle.lookups())
    answers = bundle.manifest.answers
    tables = [_scores(scorer, dataset, name, manifest) for name, manifest in answers.items()]
    if not any(tables):
        raise NotAnswerable(_nothing(answers))
    return pa.concat_tables(filter(None, tables), promote_options="default")


def require_answers(bundle: Bundle) -> None:
    """Refuse to score with a bundle that only recommends.

    Raises
    ------
    NotAnswerable
        If it holds no answer.
    """
    if not bundle.manifest.answers:
        raise NotAnswerable(
            f"{bundle.path} only recommends products, and has no answer to score units by. Train "
            "answers, or ask POST /recommend of the service."
        )


def left_out(bundle: Bundle, answered: Iterable[str]) -> list[str]:
    """A sentence on the answers of a bundle that the data has no unit for.

    Parameters
    ----------
    bundle : Bundle
        What was scored with.
    answered : iterable of str
        The answers that any unit was scored for.
    """
    missing = sorted(set(bundle.manifest.answers) - set(answered))
    return [_nothing(missing)] if missing else []


def _nothing(names: Iterable[str]) -> str:
    return f"No unit of the data can be scored for {', '.join(names)}."


@dataclass(frozen=True)
class Written:
    """What scoring wrote.

    Attributes
    ----------
    rows : int
        One per unit and answer.
    columns : list of str
        Their columns.
    answers : list of str
        The answers that any unit was scored for; empty where no column tells them.
    """

    rows: int
    columns: list[str]
    answers: list[str]


def write_scores(scores: pa.Table, out: Path) -> Written:
    """Write scores as Parquet, or as CSV where the name ends so.

    Raises
    ------
    ClickwiseError
        If the file cannot be written.
    """
    try:
        if out.suffix == ".csv":
            pyarrow.csv.write_csv(scores, out)
        else:
            pq.write_table(scores, out)
    except OSError as error:
        raise ClickwiseError(f"{out} cannot be written: {error.strerror or error}.") from error
    answers = scores["answer"].unique().to_pylist() if "answer" in scores.column_names else []
    return Written(scores.num_rows, scores.column_names, answers)


def _scores(
    scorer: Scorer, dataset: Dataset, name: str, manifest: AnswerManifest
) -> pa.Table | None:
    """An answer's scores by unit, since a query gives its rows in whatever order its threads end.

    Ready-made rows are in the order of the file.
    """
    batches = _batches(scorer, dataset, name, manifest)
    tables = [_scored(scorer, name, batch) for batch in batches if batch.unit_ids]
    if not tables:
        return None
    scores = pa.concat_tables(tables)
    return scores if manifest.scope == "row" else scores.sort_by("unit_id")


def _batches(
    scorer: Scorer, dataset: Dataset, name: str, manifest: AnswerManifest
) -> Iterator[FeatureBatch]:
    if manifest.scope == "row":
        yield _rows(dataset, manifest)
        return
    if ANSWERS[name].kind == "multiclass":
        cuts = last_of_first_cuts(dataset.table)
    elif manifest.scope == "customer":
        cuts = customer_cuts(
            dataset.table,
            [end_of_log(dataset).isoformat()],
            manifest.windows.history_days or Windows().history_days,
            ordered=ANSWERS[name].of_buyers,
        )
    else:
        cuts = last_cuts(dataset.table)
    store(dataset.backend, "cuts", cuts)
    sql = scorer.bundle.features_sql(name)
    for connection, made in in_parts(dataset, manifest.scope, sql):
        columns = connection.execute(f"FROM {made}").fetchnumpy()
        yield feature_batch(list(map(str, columns["unit_id"])), columns, manifest.inputs)


def _rows(dataset: Dataset, manifest: AnswerManifest) -> FeatureBatch:
    named = ", ".join(f'"{column.name}"' for column in manifest.inputs)
    columns = dataset.connection.execute(f"SELECT {named} FROM rows").fetchnumpy()
    ids = [str(number) for number in range(1, dataset.counts.kept + 1)]
    return feature_batch(ids, columns, manifest.inputs)


def _scored(scorer: Scorer, name: str, batch: FeatureBatch) -> pa.Table:
    parts = [
        _outputs(scorer, name, batch, start) for start in range(0, len(batch.unit_ids), _BATCH)
    ]
    outputs = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    return score_table(scorer.bundle.manifest, name, batch.unit_ids, outputs)


def score_table(
    manifest: Manifest, name: str, unit_ids: Sequence[str], outputs: Mapping[str, Any]
) -> pa.Table:
    """The scores of N units for one answer, in the form of `score_dataset`.

    Parameters
    ----------
    manifest : Manifest
        The bundle's.
    name : str
        The answer.
    unit_ids : sequence of str
        N ids.
    outputs : mapping of str to ndarray
        The graph's outputs, N rows each.
    """
    proxy = manifest.answers[name].status == "proxy"
    columns: dict[str, Any] = {
        "unit_id": pa.array(unit_ids, pa.string()),
        "answer": pa.array([name] * len(unit_ids), pa.string()),
        "proxy": pa.array([proxy] * len(unit_ids), pa.bool_()),
        "simulated": pa.array([manifest.simulated] * len(unit_ids), pa.bool_()),
    }
    if classes := manifest.answers[name].classes:
        columns |= _most_likely([one.name for one in classes], outputs["value"])
    else:
        for key, values in outputs.items():
            columns |= _columns(key, values)
    return pa.table(columns)


def _most_likely(classes: Sequence[str], chances: Any) -> dict[str, pa.Array]:
    """The most likely class and its chance."""
    names = np.array(classes, dtype=object)[chances.argmax(axis=1)]
    return {"class": pa.array(names, pa.string()), "chance": pa.array(chances.max(axis=1))}


def _outputs(scorer: Scorer, name: str, batch: FeatureBatch, start: int) -> dict[str, Any]:
    part = slice(start, start + _BATCH)
    some = FeatureBatch(batch.unit_ids[part], batch.numeric[part], batch.categorical[part])
    return scorer.predict(name, some).outputs


def _columns(key: str, values: Any) -> dict[str, pa.Array]:
    """One column per coordinate."""
    if values.ndim == 1 or values.shape[1] == 1:
        return {key: pa.array(values.ravel())}
    return {f"{key}_{place}": pa.array(values[:, place]) for place in range(values.shape[1])}
