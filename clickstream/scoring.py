"""Scoring: from the clicks of a unit to an answer, with DuckDB and ONNX Runtime alone.

Training, batch scoring and the services all make their inputs here or from the very SQL that
runs here, so there is no second preprocessing to drift away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import onnxruntime

from clickstream.bundle import Bundle
from clickstream.errors import InputError
from clickstream.loading import Columns, Rows, Unit, connect, load_lookups, load_rows, unit_rows
from clickstream.manifest import Input, Interval
from clickstream.ranges import TrainingRanges
from clickstream.small_batches import SmallBatches

__all__ = [
    "FeatureBatch",
    "Graph",
    "InputError",
    "Predictions",
    "Scorer",
    "feature_batch",
    "joined",
    "spend_interval",
]

Floats = npt.NDArray[np.float64]
_KEYS = ("unit_id", "cut_index")
_FEW_EVENTS = 2_000
"""Up to so many SQLite, which plans nothing, is sooner done with a query than DuckDB."""


@dataclass(frozen=True)
class FeatureBatch:
    """Inputs of N units, in the order of the manifest's inputs.

    Attributes
    ----------
    unit_ids : list of str
        N ids.
    numeric : ndarray of float32, shape (N, numbers)
        NaN where missing.
    categorical : ndarray of object, shape (N, strings)
        "" where missing.
    columns : mapping of str to ndarray, shape (N,)
        What the query says of the units, whether or not the model takes it.
    """

    unit_ids: list[str]
    numeric: npt.NDArray[np.float32]
    categorical: npt.NDArray[np.object_]
    columns: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.unit_ids)


@dataclass(frozen=True)
class Predictions:
    """What a model says of N units.

    Attributes
    ----------
    unit_ids : list of str
        N ids, as asked.
    outputs : dict of str to ndarray
        The graph's outputs, N rows each.
    warnings : list of list of str
        Per unit: values unlike those in training.
    columns : mapping of str to ndarray
        As in `FeatureBatch`.
    """

    unit_ids: list[str]
    outputs: dict[str, npt.NDArray[Any]]
    warnings: list[list[str]]
    columns: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)


class Graph:
    """An answer's ONNX graph: preprocessing and model in one.

    Parameters
    ----------
    model : bytes
        `model.onnx`.
    threads : int, default 1
        Threads for ONNX Runtime.
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )

    def outputs(self, batch: FeatureBatch) -> dict[str, npt.NDArray[Any]]:
        """The graph's outputs by name, a row per unit."""
        given = {"numeric": batch.numeric, "categorical": batch.categorical}
        feeds = {taken.name: given[taken.name] for taken in self._session.get_inputs()}
        names = [output.name for output in self._session.get_outputs()]
        return dict(zip(names, self._session.run(names, feeds), strict=True))


def spend_interval(value: Floats, interval: Interval) -> tuple[Floats, Floats]:
    """Bounds of an amount from quantiles of residuals of similar predictions.

    Nobody spends less than nothing, and the bounds always hold the expected amount itself.

    Parameters
    ----------
    value : ndarray of float, shape (N,)
        Expected amounts.
    interval : Interval
        The quantiles, by bins of the prediction.
    """
    starts = np.array([part.start for part in interval.bins])
    place = np.searchsorted(starts[1:], value, side="right")
    lowest = [-np.inf if part.low is None else part.low for part in interval.bins]
    low = np.array(lowest)[place]
    high = np.array([part.high for part in interval.bins])[place]
    return np.clip(value + low, 0.0, value), np.maximum(value + high, value)


class Scorer:
    """Answers questions from one bundle.

    Parameters
    ----------
    bundle : Bundle
        A verified bundle.
    threads : int, default 1
        Threads for DuckDB and for ONNX Runtime, each.

    Attributes
    ----------
    bundle : Bundle
        As given.
    graphs : dict of str to Graph
        By answer.
    """

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        self.bundle = bundle
        self._connection = connect(threads)
        load_lookups(self._connection, bundle.lookups())
        self._ranges = {
            answer: TrainingRanges(described)
            for answer, described in bundle.manifest.answers.items()
        }
        self.graphs = {
            answer: Graph(bundle.model(answer), threads) for answer in bundle.manifest.answers
        }

    def predict_units(self, units: Sequence[Unit], answer: str | None = None) -> Predictions:
        """Answer for units sent with their events.

        Parameters
        ----------
        units : sequence of mapping
            Each with `id`, `events` and, for customers, `as_of`.
        answer : str, optional
            The task's default where none is named.
        """
        name, _ = self.bundle.answer(answer)
        return self.predict(name, self.unit_features(name, units))

    def predict_rows(
        self, rows: Sequence[Mapping[str, Any]], answer: str | None = None
    ) -> Predictions:
        """Answer for ready-made rows; each holds the answer's inputs and may hold an `id`.

        Raises
        ------
        InputError
            As `row_features`.
        """
        name, _ = self.bundle.answer(answer)
        return self.predict(name, self.row_features(name, rows))

    def row_features(self, answer: str, rows: Sequence[Mapping[str, Any]]) -> FeatureBatch:
        """Inputs of ready-made rows, in their order.

        Raises
        ------
        InputError
            If an id is sent twice, or some rows have one and some not. Rows without ids have
            their number, from 1.
        """
        _, manifest = self.bundle.answer(answer)
        columns = {
            column.name: np.array(
                [row.get(column.name) for row in rows],
                dtype=np.float64 if column.type == "number" else object,
            )
            for column in manifest.inputs
        }
        return feature_batch(_row_ids(rows), columns, manifest.inputs)

    def unit_features(self, answer: str, units: Sequence[Unit]) -> FeatureBatch:
        """Inputs of units, in their order, made by the bundle's own SQL.

        Raises
        ------
        InputError
            If an id is sent twice, a session's places are not its own, a unit has no event up to
            its cut, or amounts are too large to compute with.
        """
        _, manifest = self.bundle.answer(answer)
        ids = [str(unit["id"]) for unit in units]
        _refuse_repeated(ids, "unit")
        rows = unit_rows(units, manifest.scope)
        columns = self._few_columns(answer, rows) or self._columns(answer, rows)
        return _in_order(ids, columns, manifest.inputs)

    def _few_columns(self, answer: str, rows: Rows) -> Columns | None:
        """What SQLite says of the rows, if they are few and it can hold them."""
        if len(rows.events) > _FEW_EVENTS or answer not in self._few.answers:
            return None
        inputs = self.bundle.manifest.answers[answer].inputs
        strings = [column.name for column in inputs if column.type == "string"]
        return self._few.columns(answer, rows, [*_KEYS, *strings])

    # Who scores ready inputs, or many units at once, needs none of it.
    @cached_property
    def _few(self) -> SmallBatches:
        return SmallBatches(
            self.bundle.sqlite_queries(), self._connection, self.bundle.manifest.context_columns
        )

    def _columns(self, answer: str, rows: Rows) -> Columns:
        """What DuckDB says of the rows."""
        with self._connection.cursor() as connection:
            load_rows(connection, rows, self.bundle.manifest.context_columns)
            try:
                found: Columns = connection.execute(self._query(answer)).fetchnumpy()
            except duckdb.OutOfRangeException as error:
                raise InputError("prices and quantities are too large to compute with") from error
        return found

    # Parsing takes as long as everything else, so it is done once, and for the first who needs it.
    @cache  # noqa: B019 - a scorer lives as long as its process
    def _query(self, answer: str) -> duckdb.Statement:
        return self._connection.extract_statements(self.bundle.features_sql(answer))[0]

    def predict(self, answer: str, batch: FeatureBatch) -> Predictions:
        """Run an answer's graph over ready inputs."""
        return Predictions(
            batch.unit_ids,
            self.graphs[answer].outputs(batch),
            self._ranges[answer].warnings(batch.numeric, batch.categorical),
            batch.columns,
        )


def _in_order(ids: list[str], columns: Columns, inputs: Iterable[Input]) -> FeatureBatch:
    """Inputs of units with one cut each, in the order wanted."""
    place = {str(name): number for number, name in enumerate(columns["unit_id"])}
    if absent := [name for name in ids if name not in place]:
        raise InputError(f"unit {absent[0]!r} has no event up to the moment that is asked about")
    rows = np.array([place[name] for name in ids])
    picked = {name: values[rows] for name, values in columns.items()}
    told = {name: values for name, values in picked.items() if name not in _KEYS}
    return replace(feature_batch(ids, picked, inputs), columns=told)


def feature_batch(
    unit_ids: list[str], columns: Mapping[str, npt.NDArray[Any]], inputs: Iterable[Input]
) -> FeatureBatch:
    """Bring columns into the two matrices that the graph takes.

    Parameters
    ----------
    unit_ids : list of str
        N ids.
    columns : mapping of str to ndarray
        N values each; missing ones masked, None or NaN.
    inputs : iterable of Input
        The manifest's inputs, which fix the order of columns.
    """
    inputs = list(inputs)
    size = len(unit_ids)
    numbers = [_numbers(columns[column.name]) for column in inputs if column.type == "number"]
    strings = [_strings(columns[column.name]) for column in inputs if column.type == "string"]
    # What single precision cannot hold becomes infinite; services and training refuse it by name.
    with np.errstate(over="ignore"):
        numeric = np.array(numbers).reshape(len(numbers), size).T.astype(np.float32, order="C")
    return FeatureBatch(
        unit_ids,
        numeric,
        np.column_stack(strings) if strings else np.empty((size, 0), object),
    )


def joined(batches: Sequence[FeatureBatch]) -> FeatureBatch:
    """The units of several batches in one, in their order; without `columns`.

    Parameters
    ----------
    batches : sequence of FeatureBatch
        Of the same inputs.
    """
    return FeatureBatch(
        [name for batch in batches for name in batch.unit_ids],
        np.concatenate([batch.numeric for batch in batches]),
        np.concatenate([batch.categorical for batch in batches]),
    )


def _numbers(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    numbers = values.astype(np.float64)
    return numbers.filled(np.nan) if isinstance(numbers, np.ma.MaskedArray) else numbers


def _strings(values: npt.NDArray[Any]) -> npt.NDArray[np.object_]:
    filled = np.ma.filled(np.ma.asarray(values).astype(object), "")
    return np.array(["" if value is None else str(value) for value in filled], dtype=object)


def _row_ids(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    given = [str(row["id"]) for row in rows if row.get("id") is not None]
    if not given:
        return [str(number) for number in range(1, len(rows) + 1)]
    if len(given) < len(rows):
        raise InputError("some rows have an id and some have none; give all an id, or none")
    _refuse_repeated(given, "row")
    return given


def _refuse_repeated(ids: Sequence[str], kind: str) -> None:
    if len(set(ids)) < len(ids):
        twice = next(name for name in ids if ids.count(name) > 1)
        raise InputError(f"{kind} id {twice!r} is sent twice; give every {kind} an id of its own")
