from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from automl.rows import row_columns
from clickstream.sources import read_source
from tests.automl.hand_made import prepare_answer

FILE = "online-shoppers/online_shoppers_intention.csv"


def test_rows_of_equal_inputs_stay_on_one_side(real_data: Callable[[str], Path]) -> None:
    dataset = read_source([real_data(FILE)])
    parts = prepare_answer(dataset, "purchase")
    everything = [*parts.training.unit_ids, *parts.holdout.unit_ids]
    assert (len(everything), len(set(everything))) == (12_330, 12_205), "125 exact duplicates"
    assert not set(parts.training.unit_ids) & set(parts.holdout.unit_ids)
    assert parts.training.label.mean() == pytest.approx(0.1547, abs=0.01)


def test_what_is_made_from_the_label_is_no_input(real_data: Callable[[str], Path]) -> None:
    dataset = read_source([real_data(FILE)])
    columns = row_columns(dataset)
    assert not {"PageValues", "Revenue"} & set(columns)
    assert set(row_columns(dataset, keep_derived=True)) - set(columns) == {"PageValues"}
    parts = prepare_answer(dataset, "purchase")
    assert sorted(parts.training.frame.columns) == sorted(columns)
    segments = prepare_answer(dataset, "segment")
    assert segments.training.n_numeric == segments.training.frame.shape[1] == 9


def test_the_order_of_rows_in_the_file_changes_nothing(real_data, tmp_path: Path) -> None:
    lines = real_data(FILE).read_text(encoding="utf-8").splitlines()
    shuffled = tmp_path / "visits.csv"
    shuffled.write_text("\n".join([lines[0], *random.Random(0).sample(lines[1:], len(lines) - 1)]))
    here, there = read_source([real_data(FILE)]), read_source([shuffled])
    for name in ("purchase", "segment"):
        one, other = prepare_answer(here, name), prepare_answer(there, name)
        for mine, its in ((one.training, other.training), (one.holdout, other.holdout)):
            assert_frame_equal(mine.frame, its.frame, check_exact=True)
            np.testing.assert_array_equal(mine.unit_ids, its.unit_ids)
            np.testing.assert_array_equal(mine.label, its.label)
