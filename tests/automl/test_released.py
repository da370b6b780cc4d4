from __future__ import annotations

import io
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from automl.released import inputs_of, json_bytes, reference_bytes, unit_hash, units_bytes
from clickstream.bundle import open_bundle
from clickstream.manifest import Input
from tests.automl.hand_made import FEATURES, labels, table


def test_inputs_are_described_by_what_training_saw() -> None:
    training = table(labels(5, 15))
    training.frame.loc[0, "clicks"] = np.nan
    clicks, country = inputs_of(FEATURES, training)
    assert isinstance(clicks, Input)
    known = training.frame.clicks.dropna()
    assert (clicks.minimum, clicks.maximum) == (known.min(), known.max())
    assert clicks.categories is None
    assert country.categories == ["DK", "SE"], "missing is no category"
    training.frame["clicks"] = np.float32("nan")
    assert inputs_of(FEATURES, training)[0].minimum is None


def test_a_long_list_of_categories_stays_open() -> None:
    training = table(np.zeros(501))
    training.frame["country"] = [f"land {n}" for n in range(501)]
    assert inputs_of(FEATURES, training)[1].categories is None
    training.frame["country"] = [f"land {n % 500}" for n in range(501)]
    assert len(inputs_of(FEATURES, training)[1].categories or ()) == 500


def test_a_unit_has_the_hash_that_duckdb_gives_it() -> None:
    for unit in ("s1", "", "naïve ☂"):
        assert duckdb.execute("SELECT md5_number_lower(?)", [unit]).fetchall() == [
            (unit_hash(unit),)
        ]


def test_units_that_the_model_was_fitted_on_are_kept_as_hashes_once_each() -> None:
    training = table(np.zeros(9), "t", rows_per_unit=3)
    kept = pq.read_table(io.BytesIO(units_bytes(training)))["unit_hash"].to_pylist()
    assert sorted(kept) == sorted(unit_hash(unit) for unit in ("t0", "t1", "t2"))


def test_equal_content_is_equal_bytes() -> None:
    assert json_bytes({"b": 1, "a": "é"}) == json_bytes({"a": "é", "b": 1})
    assert reference_bytes(table(labels(9, 9))) == reference_bytes(table(labels(9, 9)))
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_bytes({"a": float("nan")})


@pytest.mark.parametrize("task", ["conversion", "revenue", "segmentation"])
def test_reference_rows_have_the_inputs_of_the_manifest(trained: Path, task: str) -> None:
    bundle = open_bundle(trained / task)
    name, answer = bundle.answer()
    reference = pq.read_table(bundle.path / name / "reference.parquet")
    assert reference.num_rows == 1_000
    assert sorted(reference.column_names) == sorted(column.name for column in answer.inputs)
    for column in answer.inputs:
        values = reference[column.name].drop_null().to_pylist()
        if column.type == "number":
            finite = [value for value in values if value == value]
            assert all(column.minimum <= value <= column.maximum for value in finite)
        else:
            assert set(values) <= {"", *(column.categories or ())}
