"""Training starts from the same tables, whichever engine made them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from automl.preparing import prepare
from automl.table import Prepared
from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.sources import read_source
from clickstream.spark import hand_over
from clickstream.tables import Dataset

WINDOWS = Windows(target_days=40)


def prepared(dataset: Dataset, name: str) -> Prepared:
    found = answerability(dataset, ANSWERS[name], WINDOWS)
    return prepare(dataset, ANSWERS[name], found, WINDOWS, seed=0)


@pytest.mark.parametrize("name", ["session_spend", "repurchase", "segment"])
def test_both_engines_prepare_the_same_tables(
    small_shop: Path, session, tmp_path: Path, name: str
) -> None:
    dataset = read_source([small_shop])
    expected = prepared(dataset, name)
    log = hand_over(dataset, session.newSession(), tmp_path)
    found = prepared(replace(read_source([small_shop]), spark=log), name)
    for mine, other in ((found.training, expected.training), (found.holdout, expected.holdout)):
        assert len(other) > 50
        assert_frame_equal(mine.frame, other.frame, rtol=1e-6)
        for column in ("unit_ids", "cut_index", "start", "end", "label"):
            np.testing.assert_array_equal(getattr(mine, column), getattr(other, column))
    assert found.split == expected.split
    assert {name: table.to_pydict() for name, table in found.lookups.items()} == {
        name: table.to_pydict() for name, table in expected.lookups.items()
    }
