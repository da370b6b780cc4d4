from __future__ import annotations

from pathlib import Path

from benchmarks.session_features import file_to_features
from clickstream.simulator import simulate


def test_a_limit_of_memory_costs_no_row(tmp_path: Path) -> None:
    simulate(3_000, tmp_path / "shop.parquet")
    free = file_to_features(tmp_path / "shop.parquet")
    limited = file_to_features(tmp_path / "shop.parquet", "1GB")
    assert limited.cuts == free.cuts > 1_000
