from __future__ import annotations

import numpy as np
import pytest

from automl.calibration import Calibration, choose_calibration
from automl.metrics import log_losses

N = 8_000


def _rows(odds: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels of these true log odds, and who they are of."""
    random = np.random.default_rng(seed)
    actual = (random.random(len(odds)) < 1 / (1 + np.exp(-odds))).astype(float)
    return actual, np.array([f"u{number}" for number in range(len(odds))], dtype=object)


def _chance(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))


TRUE = np.random.default_rng(5).normal(-1, 1.5, N)
SAID = {
    "none": TRUE,
    "sigmoid": 2.5 * TRUE + 1,
    # Right at low odds, far too bold at high ones: no straight line through log odds.
    "isotonic": np.where(TRUE < -1, TRUE, -1 + 4 * (TRUE + 1)),
}


@pytest.mark.parametrize("method", SAID)
def test_the_method_that_the_error_needs_is_chosen_and_mends_it(method: str) -> None:
    actual, units = _rows(TRUE, seed=1)
    said = _chance(SAID[method])
    found = choose_calibration(actual, said, units, seed=0)
    assert found.method == method
    new, _ = _rows(TRUE, seed=2)
    lost = log_losses(new, found.apply(said)).mean() - log_losses(new, _chance(TRUE)).mean()
    assert lost < 0.003
    assert abs(found.apply(said).mean() - new.mean()) < 0.015


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_no_calibration_changes_who_is_likelier(method: str) -> None:
    actual, units = _rows(TRUE, seed=1)
    found = choose_calibration(actual, _chance(SAID[method]), units, seed=0)
    order = np.sort(_chance(np.linspace(-12, 12, 500)))
    assert (np.diff(found.apply(order)) > 0).all()
    assert found.apply(np.array([0.0, 1.0])).tolist() == pytest.approx([0, 1], abs=0.05)


def test_a_certain_block_stays_in_doubt() -> None:
    actual = np.repeat([0.0, 1.0], 500)
    said = np.repeat([0.3, 0.6], 500)
    units = np.array([f"u{number}" for number in range(1_000)], dtype=object)
    found = choose_calibration(actual, said, units, seed=0)
    assert found.method != "none"
    low, high = found.apply(np.array([0.3, 0.6]))
    assert 0 < low < 0.05
    assert 0.95 < high < 1


def test_none_returns_what_it_is_given() -> None:
    said = np.array([0.0, 0.25, 1.0])
    assert Calibration().apply(said).tolist() == said.tolist()
