from __future__ import annotations

from pathlib import Path

import numpy as np
from pandas.testing import assert_frame_equal

from clickstream.sources import read_source
from tests.automl.hand_made import prepare_answer


def test_rows_are_chosen_by_mask_or_by_place(shop: Path) -> None:
    table = prepare_answer(read_source([shop]), "purchase").holdout
    mask = table.label > 0
    by_mask, by_place = table.rows(mask), table.rows(np.flatnonzero(mask))
    assert len(by_mask) == len(by_place) == mask.sum()
    assert_frame_equal(by_mask.frame, by_place.frame, check_exact=True)
    assert list(by_mask.unit_ids) == list(table.unit_ids[mask])
    assert by_mask.batch().numeric.shape == (mask.sum(), table.n_numeric)
