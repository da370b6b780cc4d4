from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from automl.importance import Importance, Importances, permutation_importance

SIZE = 2_000


def squared(actual: np.ndarray, predicted: np.ndarray) -> float:
    return float(((actual - predicted) ** 2).mean())


def rows(size: int = SIZE, seed: int = 0) -> pd.DataFrame:
    """Three numbers, one of them not always known, and two strings."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(random.normal(size=(size, 3)).astype(np.float32), columns=["a", "b", "c"])
    frame.loc[::7, "c"] = np.nan
    frame["country"] = pd.Series(random.choice(["SE", "DK", ""], size), dtype=object)
    frame["noise"] = pd.Series(random.choice(["x", "y"], size), dtype=object)
    return frame


def score(frame: pd.DataFrame) -> np.ndarray:
    """Uses a, half as much of b, and the country; neither c nor noise."""
    country = (frame["country"] == "SE").to_numpy(np.float64)
    return 2 * frame["a"].to_numpy(np.float64) + frame["b"].to_numpy(np.float64) + country


def importances(
    frame: pd.DataFrame, seed: int = 1, per_unit: int = 1, noise: float = 0.0
) -> Importances:
    actual = score(frame) + noise * np.random.default_rng(9).normal(size=len(frame))
    units = np.array([f"u{place // per_unit}" for place in range(len(frame))], dtype=object)
    return permutation_importance(
        score, frame, actual, units, squared, loss_name="squared error", seed=seed
    )


def by_name(found: Importances) -> dict[str, Importance]:
    return {one.name: one for one in found.inputs}


def test_an_input_that_the_model_ignores_has_exactly_no_importance() -> None:
    found = by_name(importances(rows(), noise=1.0))
    for name in ("c", "noise"):
        assert found[name] == Importance(name, 0.0, 0.0)


def test_the_rise_of_the_squared_error_is_twice_the_variance_of_what_the_input_adds() -> None:
    """E (x - x')^2 is 2 var x for independent x and x'."""
    frame = rows()
    found = by_name(importances(frame))
    assert found["a"].rise == pytest.approx(2 * 4 * frame["a"].var(), rel=0.05)
    assert found["b"].rise == pytest.approx(2 * frame["b"].var(), rel=0.05)
    assert found["country"].rise == pytest.approx(2 * (frame["country"] == "SE").var(), rel=0.05)


def test_the_most_important_input_comes_first_and_none_is_left_out() -> None:
    found = importances(rows())
    assert [one.name for one in found.inputs[:3]] == ["a", "b", "country"]
    assert {one.name for one in found.inputs} == set(rows().columns)


def test_the_standard_error_is_the_spread_over_other_draws_of_the_data() -> None:
    drawn = [by_name(importances(rows(500, seed), seed, noise=1.0))["a"] for seed in range(30)]
    spread = np.std([one.rise for one in drawn], ddof=1)
    assert np.mean([one.standard_error for one in drawn]) == pytest.approx(spread, rel=0.4)


def test_rows_of_one_unit_tell_less_than_as_many_of_many_units() -> None:
    frame = rows(100)
    copied = frame.loc[frame.index.repeat(20)].reset_index(drop=True)
    alone, together = (by_name(importances(copied, per_unit=number))["a"] for number in (1, 20))
    assert together.rise == alone.rise
    assert together.standard_error > 2 * alone.standard_error


def test_many_rows_are_sampled_and_the_result_says_so() -> None:
    found = importances(rows(12_000))
    assert (found.rows, found.rows_of, found.repeats) == (3_000, 12_000, 1)
    found = importances(rows())
    assert (found.rows, found.rows_of, found.repeats) == (SIZE, SIZE, 1)


def test_the_same_seed_gives_the_same_figures_and_another_does_not() -> None:
    frame = rows(6_000)
    assert importances(frame, seed=3) == importances(frame, seed=3)
    assert importances(frame, seed=3) != importances(frame, seed=4)


def test_the_rows_are_left_as_they_were() -> None:
    frame = rows()
    importances(frame)
    pd.testing.assert_frame_equal(frame, rows())


def test_the_result_can_be_written_as_json() -> None:
    found = importances(rows())
    written = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert written["loss"] == 0.0
    assert written["inputs"][0]["name"] == "a"
