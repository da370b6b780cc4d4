"""One answer that passed the gate, ready to be written into its task's bundle."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from automl.dialects import dialects
from automl.segments import SegmentModel
from automl.table import Prepared, Table
from clickstream.features import Feature
from clickstream.manifest import AnswerManifest, Input

__all__ = [
    "Released",
    "Segments",
    "answer_files",
    "features_of",
    "inputs_of",
    "json_bytes",
    "parquet_bytes",
    "reference_bytes",
    "unit_hash",
    "units_bytes",
]

_REFERENCE_ROWS = 1_000
_CATEGORIES_LISTED = 500
"""More distinct values than these are an open list, and a new one is nothing to warn of."""


@dataclass(frozen=True)
class Segments:
    """What other answers take from segments.

    Attributes
    ----------
    model : SegmentModel
        Puts a row into the nearest.
    names : mapping of int to str
        By number.
    members : mapping of str to int
        The segment of each unit of training as it was last seen.
    """

    model: SegmentModel
    names: Mapping[int, str]
    members: Mapping[str, int]


@dataclass(frozen=True)
class Released:
    """An answer's part of a bundle.

    Attributes
    ----------
    name : str
        The answer.
    manifest : AnswerManifest
        What the bundle's manifest will say of it.
    files : mapping of str to bytes
        By path inside the bundle.
    run : mapping
        Times: what may differ between two equal models.
    segments : Segments or None
        Where the answer has any.
    """

    name: str
    manifest: AnswerManifest
    files: Mapping[str, bytes]
    run: Mapping[str, Any]
    segments: Segments | None = None


def inputs_of(features: tuple[Feature, ...], training: Table) -> list[Input]:
    """Describe the inputs by what training saw of them."""
    numbers = {
        name: training.frame[name].to_numpy(np.float64)
        for name in training.frame.columns[: training.n_numeric]
    }
    return [
        _number_input(feature, numbers[feature.name])
        if feature.type == "number"
        else _string_input(feature, training.frame[feature.name])
        for feature in features
    ]


def features_of(manifest: AnswerManifest) -> tuple[Feature, ...]:
    """The inputs of an answer as features, in the order of its graph."""
    return tuple(
        Feature(column.name, column.type, column.unit, column.description)
        for column in manifest.inputs
    )


def _number_input(feature: Feature, values: Any) -> Input:
    known = values[~np.isnan(values)]
    return Input(
        name=feature.name,
        type="number",
        unit=feature.unit,
        description=feature.description,
        minimum=float(known.min()) if known.size else None,
        maximum=float(known.max()) if known.size else None,
        lowest=feature.lowest,
        highest=feature.highest,
        topic=feature.topic,
    )


def _string_input(feature: Feature, values: pd.Series[str]) -> Input:
    categories = sorted(set(values) - {""})
    return Input(
        name=feature.name,
        type="string",
        unit=feature.unit,
        description=feature.description,
        categories=categories if len(categories) <= _CATEGORIES_LISTED else None,
        topic=feature.topic,
    )


def json_bytes(content: Any) -> bytes:
    """JSON with sorted keys and without NaN, so that equal content is equal bytes."""
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def answer_files(
    name: str, graph: onnx.ModelProto, evaluation: Mapping[str, Any], prepared: Prepared
) -> dict[str, bytes]:
    """Files of an answer, by path inside the bundle.

    Parameters
    ----------
    name : str
        The answer.
    graph : onnx.ModelProto
        Preprocessing and winner.
    evaluation : mapping
        What pages and reports draw.
    prepared : Prepared
        With the query and the rows behind it.
    """
    files = {
        "model.onnx": graph.SerializeToString(),
        "evaluation.json": json_bytes(evaluation),
        "reference.parquet": reference_bytes(prepared.training),
        "training_units.parquet": units_bytes(prepared.training),
    }
    if prepared.sql is not None:
        files["features.sql"] = prepared.sql.encode()
    if prepared.queried is not None:
        texts = dialects(prepared.queried)
        files |= {file: text.encode() for file, text in texts.items()}
    lookups = {
        f"lookups/{file}.parquet": parquet_bytes(table) for file, table in prepared.lookups.items()
    }
    return {f"{name}/{file}": content for file, content in files.items()} | lookups


def reference_bytes(training: Table) -> bytes:
    """Background rows as Parquet: the first of the training table, which is in hash order."""
    return parquet_bytes(
        pa.Table.from_pandas(training.frame.head(_REFERENCE_ROWS), preserve_index=False)
    )


def units_bytes(training: Table) -> bytes:
    """What the model was fitted on, to tell later which data it did not see.

    Per unit a hash, and `until`, the last moment of it that training saw: a customer may be cut
    again as of a later moment, and what follows then is new.
    """
    units = pd.DataFrame({"unit": training.unit_ids.astype(str), "until": training.end})
    last = units.groupby("unit")["until"].max()
    hashes = pa.array([unit_hash(unit) for unit in last.index], pa.uint64())
    until = pa.array(last.to_numpy("datetime64[us]"), pa.timestamp("us"))
    return parquet_bytes(pa.table({"unit_hash": hashes, "until": until}))


def unit_hash(unit: str) -> int:
    """The lower half of a unit's md5, DuckDB's `md5_number_lower`."""
    digest = hashlib.md5(unit.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little")


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as Parquet, without what its maker noted in its schema."""
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(None), buffer)
    return buffer.getvalue()
