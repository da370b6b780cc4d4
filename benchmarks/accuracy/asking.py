"""A bundle asked at cuts of a log that its label is known for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from automl.released import unit_hash
from benchmarks.accuracy.measures import Floats
from clickstream.answers import ANSWERS, label_of
from clickstream.bundle import Bundle
from clickstream.cuts import customer_cuts
from clickstream.loading import load_lookups
from clickstream.parts import in_parts
from clickstream.scoring import FeatureBatch, Scorer, feature_batch
from clickstream.tables import Dataset, store
from clickstream.targets import customer_labels, session_labels

__all__ = ["Inputs", "customer_inputs", "predicted", "seen_in_training", "session_inputs"]


@dataclass(frozen=True)
class Inputs:
    """N labelled cuts with the inputs that a bundle makes of them.

    Attributes
    ----------
    batch : FeatureBatch
        N rows; their ids are those of the units.
    cut_index : ndarray of int, shape (N,)
        Clicks seen; 0 for customers.
    label : ndarray of float, shape (N,)
        What happened after the cut.
    """

    batch: FeatureBatch
    cut_index: npt.NDArray[np.int64]
    label: Floats

    def rows(self, chosen: npt.NDArray[np.bool_]) -> Inputs:
        """Some of the rows."""
        ids = [unit for unit, kept in zip(self.batch.unit_ids, chosen, strict=True) if kept]
        batch = FeatureBatch(ids, self.batch.numeric[chosen], self.batch.categorical[chosen])
        return Inputs(batch, self.cut_index[chosen], self.label[chosen])

    @property
    def units(self) -> npt.NDArray[Any]:
        """Session or customer of each row."""
        return np.array(self.batch.unit_ids)


def session_inputs(bundle: Bundle, answer: str, dataset: Dataset, cuts: ir.Table) -> Inputs:
    """Ask about sessions as they stand at cuts.

    Parameters
    ----------
    bundle : Bundle
        With the answer.
    answer : str
        Its name.
    dataset : Dataset
        Events of the bundle's own source.
    cuts : ibis Table
        `unit_id`, `cut_index`, `as_of`; those without a label are dropped.
    """
    store(dataset.backend, "cuts", cuts)
    made = dataset.backend.table("cuts")
    label = label_of(dataset, ANSWERS[answer])
    store(dataset.backend, "labels", session_labels(dataset.table, made, label))
    return _inputs(bundle, answer, dataset, "session")


def seen_in_training(bundle: Bundle, answer: str, inputs: Inputs) -> npt.NDArray[np.bool_]:
    """Which rows are of units that training learned from, shape (N,)."""
    known = pq.read_table(bundle.path / answer / "training_units.parquet", columns=["unit_hash"])
    hashes = [unit_hash(unit) for unit in inputs.batch.unit_ids]
    return np.isin(np.array(hashes, np.uint64), known["unit_hash"].to_numpy().astype(np.uint64))


def customer_inputs(
    bundle: Bundle, answer: str, dataset: Dataset, as_of: datetime, target_days: int
) -> Inputs:
    """Ask about all customers of a moment.

    Parameters
    ----------
    bundle : Bundle
        With the answer.
    answer : str
        Its name.
    dataset : Dataset
        Events of the bundle's own source, with times.
    as_of : datetime
        Features look at what was before, labels at what came then.
    target_days : int
        How far labels look.
    """
    days = bundle.manifest.answers[answer].windows.history_days
    assert days is not None
    cuts = customer_cuts(dataset.table, [as_of.isoformat()], days)
    store(dataset.backend, "cuts", cuts)
    made = dataset.backend.table("cuts")
    label = label_of(dataset, ANSWERS[answer])
    labels = customer_labels(dataset.table, made, label, target_days)
    store(dataset.backend, "labels", labels.mutate(cut_index=0))
    return _inputs(bundle, answer, dataset, "customer")


def _inputs(bundle: Bundle, answer: str, dataset: Dataset, scope: Any) -> Inputs:
    load_lookups(dataset.connection, bundle.lookups())
    key = "unit_id, cut_index" if scope == "session" else "unit_id"
    parts = [
        connection.execute(
            f"SELECT f.*, l.label, l.cut_index AS _cut FROM {made} f JOIN labels l USING ({key}) "
            "ORDER BY md5(unit_id), _cut"
        ).fetchnumpy()
        for connection, made in in_parts(dataset, scope, bundle.features_sql(answer))
    ]
    columns = {name: np.ma.concatenate([part[name] for part in parts]) for name in parts[0]}
    ids = [str(name) for name in columns["unit_id"]]
    return Inputs(
        feature_batch(ids, columns, bundle.manifest.answers[answer].inputs),
        np.asarray(columns["_cut"], dtype=np.int64),
        np.asarray(columns["label"], dtype=np.float64),
    )


def predicted(bundle: Bundle, answer: str, inputs: Inputs) -> Floats:
    """What the bundle's graph says of them, shape (N,)."""
    outputs = Scorer(bundle, threads=2).predict(answer, inputs.batch).outputs
    return outputs["value"].ravel().astype(np.float64)
