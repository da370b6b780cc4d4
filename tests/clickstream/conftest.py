"""Hand-made logs, and the simulated log read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path

import pytest

from clickstream.sources import read_source
from clickstream.tables import Dataset
from tests.clickstream.logs import Event, read_log

Read = Callable[[Iterable[Event]], Dataset]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads hand-made events as a data set."""
    numbers = count(1)
    return lambda events: read_log(tmp_path / f"log{next(numbers)}.csv", events)


@pytest.fixture
def shop_data(shop: Path) -> Dataset:
    """The simulated log, read anew, since tests change its tables."""
    return read_source([shop])
