"""One simulated shop, shared by the tests that look at its log as a reader would."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from clickstream.simulator import Simulation, simulate

SEED = 11


@dataclass(frozen=True)
class Log:
    events: pd.DataFrame  # as written, with cents as integers in "cents"
    truth: pd.DataFrame
    counts: Simulation
    events_path: Path
    truth_path: Path


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    folder = tmp_path_factory.mktemp("simulator")
    events_path, truth_path = folder / "shop.parquet", folder / "truth.parquet"
    counts = simulate(100_000, events_path, seed=SEED, truth=truth_path)
    events = pd.read_parquet(events_path)
    events["cents"] = (events["price"] * 100).astype("int64")
    return Log(events, pd.read_parquet(truth_path), counts, events_path, truth_path)
