from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from clickstream.sources import read_source
from clickstream.units import end_of_log
from tests.automl.hand_made import prepare_answer


def test_customers_train_one_target_window_before_they_are_tested(shop: Path) -> None:
    dataset = read_source([shop])
    parts = prepare_answer(dataset, "segment")
    now = end_of_log(dataset)
    assert f"{now:%Y-%m-%d} test" in parts.split
    assert f"{now - timedelta(days=28):%Y-%m-%d} train" in parts.split
    assert len(parts.holdout) > len(parts.training) > 500
