from __future__ import annotations

import os

import numpy as np
import pytest

from benchmarks.measuring import measured

_MIB = 2**20


def filled(size: int) -> int:
    """Hold so many MiB for a moment."""
    return len(np.ones(size * _MIB, dtype="uint8").tobytes())


def failing() -> None:
    raise ValueError("no such log")


def test_the_peak_is_the_childs_own_whatever_its_parent_held() -> None:
    filled(600)
    assert measured(os.getpid).peak < 400
    assert measured(filled, 300).peak > 600


def test_work_runs_in_another_process_and_gives_its_result() -> None:
    assert measured(os.getpid).result != os.getpid()
    assert measured(filled, size=1).result == _MIB


def test_what_work_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="no such log"):
        measured(failing)
