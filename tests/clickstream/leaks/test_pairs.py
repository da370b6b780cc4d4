"""Pairs are named for what they tell beyond each of the two."""

from __future__ import annotations

import numpy as np

from clickstream.leaks.coded import Coded, coded_numbers
from clickstream.leaks.pairs import Pair, telling_pairs

RANDOM = np.random.default_rng(0)
N = 4_000
HALF = np.arange(N) % 2 == 0
LABEL = RANDOM.random(N) < 0.3
A, B = RANDOM.integers(0, 2, N), RANDOM.integers(0, 2, N)


def pairs(columns: dict[str, np.ndarray], alone: dict[str, float], label=LABEL) -> list[Pair]:
    coded: dict[str, Coded] = {name: coded_numbers(values) for name, values in columns.items()}
    return telling_pairs(coded, alone, label, HALF, 0.8)


def test_a_strong_input_is_not_named_with_every_other() -> None:
    columns = {"strong": RANDOM.normal(size=N) + 2 * LABEL, "noise": RANDOM.normal(size=N)}
    assert pairs(columns, {"strong": 0.92, "noise": 0.5}) == []
    assert len(pairs(columns, {"strong": 0.5, "noise": 0.5})) == 1, "had it not been strong"


def test_an_input_is_named_in_its_best_pair_alone() -> None:
    noisy = np.where(RANDOM.random(N) < 0.1, 1 - B, B)
    columns = {"a": A, "b": B, "noisy": noisy}
    found = pairs(columns, dict.fromkeys(columns, 0.5), (A ^ B) > 0)
    assert [(pair.first, pair.second, pair.auc) for pair in found] == [("a", "b", 1.0)]
