"""Batch scoring on Spark: features there, and the bundle's graph over Arrow batches."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from automl.batch import Written, require_answers, score_table
from automl.files import read_files_for
from clickstream.answers import ANSWERS, Windows
from clickstream.bundle import Bundle
from clickstream.cuts import customer_cuts, last_cuts, last_of_first_cuts
from clickstream.errors import ClickwiseError, NotAnswerable
from clickstream.manifest import AnswerManifest, Manifest
from clickstream.scoring import FeatureBatch, Graph, feature_batch
from clickstream.spark import SparkLog, hand_over, read_folders, spark_session
from clickstream.spark.paths import to_read, to_write

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["score_files", "score_on_spark"]


def score_files(
    bundle: Bundle,
    files: Sequence[Path],
    mapping: Path | None,
    memory: str | None,
    out: Path,
    master: str,
) -> Written:
    """Score files as `clickwise score --engine spark` does.

    Parameters
    ----------
    bundle : Bundle
        One task's, of events.
    files : sequence of Path
        What a source reads, or folders of Parquet files that hold canonical events.
    mapping : Path or None
        A mapping's TOML file.
    memory : str or None
        What DuckDB may use to read files, such as `4GB`; Spark reads folders itself.
    out : Path
        A folder that does not exist yet.
    master : str
        Where Spark runs.

    Raises
    ------
    ClickwiseError
        If `out` exists, a mapping is given for folders, or as `score_on_spark` does.
    """
    folders = all(file.is_dir() for file in files)
    _require_sense(bundle, out, mapping if folders else None)
    with spark_session(master) as session, tempfile.TemporaryDirectory() as passed_on:
        if folders:
            log = read_folders(files, session, tuple(bundle.manifest.context_columns))
        else:
            dataset = read_files_for(bundle.manifest, files, mapping, memory)
            log = hand_over(dataset, session, Path(passed_on))
        return score_on_spark(bundle, log, out)


def _require_sense(bundle: Bundle, out: Path, mapping: Path | None) -> None:
    """Refuse what cannot be before Spark takes its time to start."""
    if out.exists():
        raise ClickwiseError(
            f"{out} exists, and Spark writes a new folder of Parquet files: name another --out."
        )
    if mapping is not None:
        raise ClickwiseError(
            "A folder holds canonical events already and takes no --mapping: leave it out, or "
            "give single files."
        )
    require_answers(bundle)
    for name in bundle.manifest.answers:
        bundle.spark_sql(name)


def score_on_spark(bundle: Bundle, log: SparkLog, out: Path) -> Written:
    """Score every unit of a log, for every answer of a bundle, into a folder of Parquet files.

    The rows are those of `automl.batch.score_dataset`, in no order.

    Parameters
    ----------
    bundle : Bundle
        One task's, of events.
    log : SparkLog
        Events of the bundle's own source.
    out : Path
        A folder that does not exist yet.

    Raises
    ------
    BundleError
        If the bundle has no query for Spark.
    NotAnswerable
        If the log holds no unit of any answer.
    """
    answers = bundle.manifest.answers
    # Every query is planned over the cuts of its own answer before the next one takes their name.
    scored = [_scored(bundle, log, name) for name in answers]
    whole = reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), scored)
    whole.write.parquet(to_write(out))
    written = log.session.read.parquet(to_read(out))
    counts = written.groupBy("answer").count().orderBy("answer").toArrow().to_pydict()
    if not counts["answer"]:
        shutil.rmtree(out)
        raise NotAnswerable(f"No unit of the data can be scored for {', '.join(answers)}.")
    return Written(sum(counts["count"]), written.columns, counts["answer"])


def _scored(bundle: Bundle, log: SparkLog, name: str) -> DataFrame:
    manifest = bundle.manifest
    query = bundle.spark_sql(name)
    log.keep("cuts", _cuts(log, name, manifest.answers[name]))
    log.load(bundle.lookups())
    inputs = [column.name for column in manifest.answers[name].inputs]
    features = log.session.sql(query).select("unit_id", *inputs)
    score = partial(_score_batches, manifest, name, bundle.model(name))
    return features.mapInArrow(score, _schema(log, manifest, name, Graph(bundle.model(name))))


def _cuts(log: SparkLog, name: str, manifest: AnswerManifest) -> DataFrame:
    if manifest.scope == "session":
        return log.frame(last_cuts(log.events))
    if ANSWERS[name].kind == "multiclass":
        return log.frame(last_of_first_cuts(log.events))
    history = manifest.windows.history_days or Windows().history_days
    ordered = ANSWERS[name].of_buyers
    return log.frame(customer_cuts(log.events, [log.end.isoformat()], history, ordered=ordered))


def _score_batches(
    manifest: Manifest, name: str, model: bytes, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Run in a process of Spark's: from inputs to scores, batch by batch."""
    graph = _graph(model)
    for rows in batches:
        if rows.num_rows:
            columns = {
                column: rows[column].to_numpy(zero_copy_only=False) for column in rows.schema.names
            }
            ids = rows["unit_id"].to_pylist()
            batch = feature_batch(ids, columns, manifest.answers[name].inputs)
            yield from score_table(manifest, name, ids, graph.outputs(batch)).to_batches()


@lru_cache(maxsize=2)
def _graph(model: bytes) -> Graph:
    """Loading a graph takes longer than a batch does, so a process does it once."""
    return Graph(model)


def _schema(log: SparkLog, manifest: Manifest, name: str, graph: Graph) -> object:
    """Spark's types of the scores, of a unit of which nothing is known."""
    kinds = [column.type for column in manifest.answers[name].inputs]
    unknown = FeatureBatch(
        [""],
        np.full((1, kinds.count("number")), np.nan, np.float32),
        np.full((1, kinds.count("string")), "", object),
    )
    table = score_table(manifest, name, unknown.unit_ids, graph.outputs(unknown))
    return log.session.createDataFrame(table).schema
