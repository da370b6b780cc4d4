"""Training starts from the same tables, whichever engine made them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from automl.options import Options
from automl.preparing import prepare
from automl.released import Segments
from automl.segmenting import train_segments
from automl.table import Prepared
from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.sources import read_source
from clickstream.spark import hand_over
from clickstream.tables import Dataset
from tests.gifts_file import write_gifts

WINDOWS = Windows(target_days=40)


def prepared(dataset: Dataset, name: str, segments: Segments | None = None) -> Prepared:
    found = answerability(dataset, ANSWERS[name], WINDOWS)
    return prepare(dataset, ANSWERS[name], found, WINDOWS, seed=0, segments=segments)


@pytest.mark.parametrize("name", ["session_spend", "repurchase", "segment"])
def test_both_engines_prepare_the_same_tables(
    small_shop: Path, session, tmp_path: Path, name: str
) -> None:
    dataset = read_source([small_shop])
    expected = prepared(dataset, name)
    log = hand_over(dataset, session.newSession(), tmp_path)
    found = prepared(replace(read_source([small_shop]), spark=log), name)
    assert_equal_tables(found, expected)


def assert_equal_tables(found: Prepared, expected: Prepared) -> None:
    for mine, other in ((found.training, expected.training), (found.holdout, expected.holdout)):
        assert len(other) > 50
        assert_frame_equal(mine.frame, other.frame, rtol=1e-6)
        for column in ("unit_ids", "cut_index", "start", "end", "label"):
            np.testing.assert_array_equal(getattr(mine, column), getattr(other, column))
    assert found.split == expected.split
    np.testing.assert_array_equal(found.naive_forecast, expected.naive_forecast)
    assert {name: table.to_pydict() for name, table in found.lookups.items()} == {
        name: table.to_pydict() for name, table in expected.lookups.items()
    }


def test_both_engines_label_new_customers_alike(session, tmp_path: Path) -> None:
    gifts = write_gifts(tmp_path / "gifts.csv", wholesale=True)
    dataset, answer = read_source([gifts]), ANSWERS["segment"]
    found = answerability(dataset, answer, WINDOWS)
    options = Options(("segment",), None, 6, windows=WINDOWS)
    segments = train_segments(dataset, answer, found, options).segments
    log = hand_over(dataset, session.newSession(), tmp_path)
    on_spark = replace(read_source([gifts]), spark=log)
    for name in ("interest", "next_segment"):
        expected = prepared(dataset, name, segments)
        assert_equal_tables(prepared(on_spark, name, segments), expected)
        assert len(expected.classes) > 1


def test_both_engines_tell_the_same_shares_of_grouped_products(session, tmp_path: Path) -> None:
    gifts = write_gifts(tmp_path / "gifts.csv", wholesale=True)
    log = hand_over(read_source([gifts]), session.newSession(), tmp_path)
    expected = prepared(read_source([gifts]), "customer_spend")
    assert expected.lookups
    assert_equal_tables(
        prepared(replace(read_source([gifts]), spark=log), "customer_spend"), expected
    )
