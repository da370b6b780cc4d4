from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from automl.effects import Effects, NumberEffect, StringEffect, accumulated_local_effects

SIZE = 3_000
LEVELS = {"SE": 0.0, "DK": 1.5, "NO": -0.5, "": 4.0}
"""What a level adds."""


def rows(size: int = SIZE, seed: int = 0, correlation: float = 0.9) -> pd.DataFrame:
    """Two numbers that go together, one that is skewed and not always known, and two strings."""
    random = np.random.default_rng(seed)
    a, own = random.normal(size=(2, size))
    numbers = {"a": a, "b": correlation * a + np.sqrt(1 - correlation**2) * own}
    numbers["spend"] = np.where(random.random(size) < 0.2, np.nan, random.lognormal(3, 1.5, size))
    frame = pd.DataFrame(numbers).astype(np.float32)
    # Countries go together with the numbers, too.
    shares = np.clip(np.argsort(np.argsort(a)) * 4 // size + random.integers(-1, 2, size), 0, 3)
    frame["country"] = pd.Series(np.array(list(LEVELS), dtype=object)[shares])
    frame["noise"] = pd.Series(random.choice(["x", "y"], size), dtype=object)
    return frame


def linear(frame: pd.DataFrame) -> np.ndarray:
    """3 a - 2 b and what the country adds."""
    numbers = frame[["a", "b"]].to_numpy(np.float64) @ [3.0, -2.0]
    return np.asarray(numbers + frame["country"].map(LEVELS).to_numpy(np.float64))


def effect(
    name: str, score=linear, frame: pd.DataFrame | None = None
) -> NumberEffect | StringEffect:
    found = accumulated_local_effects(score, rows() if frame is None else frame, [name], seed=1)
    return found.inputs[0]


@pytest.mark.parametrize(("name", "slope"), [("a", 3.0), ("b", -2.0)])
@pytest.mark.parametrize("correlation", [0.0, 0.99])
def test_the_effect_in_a_linear_model_is_a_line_of_its_slope(
    name: str, slope: float, correlation: float
) -> None:
    found = effect(name, frame=rows(correlation=correlation))
    assert len(found.values) == 41
    np.testing.assert_allclose(np.diff(found.effects), slope * np.diff(found.values), rtol=1e-6)


def test_it_is_that_of_the_data_where_partial_dependence_would_be_that_of_no_one() -> None:
    """Where a = b, the product moves with a as a^2 / 2; partial dependence, a mean over all b of
    the other rows, would be flat, as b is 0 on average."""

    def product(frame: pd.DataFrame) -> np.ndarray:
        return frame["a"].to_numpy(np.float64) * frame["b"].to_numpy(np.float64)

    frame = rows(correlation=1.0)
    found = effect("a", product, frame)
    expected = np.square(found.values) / 2
    expected -= (np.square(frame["a"].to_numpy(np.float64)) / 2).mean()
    inner = slice(1, -1)  # in the outermost bins few rows are spread far
    np.testing.assert_allclose(found.effects[inner], expected[inner], atol=0.02)


@pytest.mark.parametrize("name", ["spend", "noise"])
def test_the_effect_of_an_input_that_the_model_ignores_is_flat(name: str) -> None:
    assert set(effect(name).effects) == {0.0}


def test_the_mean_effect_over_the_rows_is_zero() -> None:
    frame = rows()
    found = effect("a", lambda given: np.exp(linear(given)), frame)
    at_rows = np.interp(frame["a"], found.values, found.effects)
    assert at_rows.mean() == pytest.approx(0, abs=1e-9 * np.abs(found.effects).max())
    country = effect("country")
    assert np.average(country.effects, weights=country.rows) == pytest.approx(0, abs=1e-12)


def test_the_effects_of_levels_differ_by_what_the_levels_add_whatever_goes_with_them() -> None:
    found = effect("country")
    for level, said in zip(found.levels, found.effects, strict=True):
        first = found.effects[found.levels.index("SE")]
        assert said - first == pytest.approx(LEVELS[level] - LEVELS["SE"], abs=1e-9)


def test_levels_stand_in_the_order_of_their_rows_and_not_of_what_they_add() -> None:
    """By rows() the countries go with a, and 3 a - 2 b grows with it."""
    assert effect("country").levels == tuple(LEVELS)


def test_few_rows_above_zero_have_a_curve_of_their_own() -> None:
    random = np.random.default_rng(0)
    carts = np.where(random.random(SIZE) < 0.9, 0, random.lognormal(3, 1, SIZE))
    frame = rows().assign(a=carts.astype(np.float32))
    found = effect("a", frame=frame)
    assert 8 <= len(found.values) <= 11, "300 rows, about 30 in each bin"
    np.testing.assert_allclose(np.diff(found.effects), 3 * np.diff(found.values), rtol=1e-6)


def test_rare_levels_are_left_out_and_counted() -> None:
    frame = rows()
    frame["country"] = [f"c{min(place % 100, 13)}" for place in range(SIZE)]

    def by_country(given: pd.DataFrame) -> np.ndarray:
        return given["country"].str[1:].to_numpy(np.float64)

    found = effect("country", by_country, frame)
    assert len(found.levels) == 12
    assert set(found.levels) == {"c13", *sorted(f"c{number}" for number in range(13))[:11]}
    assert found.others == SIZE - sum(found.rows) == 60


def test_a_level_of_a_few_rows_is_left_out_and_counted() -> None:
    frame = rows()
    frame.loc[:28, "country"] = "FI"
    found = effect("country", lambda given: given["a"].to_numpy(np.float64), frame)
    assert set(found.levels) == set(LEVELS)
    assert found.others == 29


def test_rows_without_a_value_are_counted_and_not_moved() -> None:
    def score(frame: pd.DataFrame) -> np.ndarray:
        return frame["spend"].fillna(-1e6).to_numpy(np.float64)

    frame = rows()
    found = effect("spend", score, frame)
    assert found.missing == frame["spend"].isna().sum() > 0
    assert max(np.abs(found.effects)) <= frame["spend"].max()


def test_the_density_counts_every_row_with_a_value_and_ends_before_the_far_ones() -> None:
    frame = rows()
    found = effect("spend", frame=frame)
    assert sum(found.density.counts) + found.density.beyond + found.missing == SIZE
    assert found.density.beyond == pytest.approx(0.02 * (SIZE - found.missing), abs=2)
    assert found.density.edges[-1] < frame["spend"].max()


def test_the_density_of_whole_numbers_has_a_bar_for_each() -> None:
    frame = rows().assign(a=np.arange(SIZE, dtype=np.float32) % 5)
    density = effect("a", frame=frame).density
    assert density.edges == (-0.5, 0.5, 1.5, 2.5, 3.5, 4.5)
    assert density.counts == (SIZE // 5,) * 5


def test_an_input_of_one_value_and_one_without_any_have_nothing_to_show() -> None:
    constant = effect("a", frame=rows().assign(a=np.float32(2)))
    assert (constant.values, constant.effects) == ((2.0,), (0.0,))
    unknown = effect("a", frame=rows().assign(a=np.float32(np.nan)))
    assert (unknown.values, unknown.density, unknown.missing) == ((), None, SIZE)
    country = effect("country", frame=rows().assign(country="SE"))
    assert (country.levels, country.effects) == (("SE",), (0.0,))


def test_many_rows_are_sampled_by_the_seed_and_the_result_says_so() -> None:
    def asked(seed: int) -> Effects:
        return accumulated_local_effects(linear, rows(8_000), ["b", "country"], seed=seed)

    found = asked(3)
    assert (found.rows, found.rows_of) == (3_000, 8_000)
    assert [one.name for one in found.inputs] == ["b", "country"]
    assert found == asked(3) != asked(4)


def test_the_rows_are_left_as_they_were_and_the_result_can_be_written_as_json() -> None:
    frame = rows()
    found = accumulated_local_effects(linear, frame, list(frame.columns), seed=1)
    pd.testing.assert_frame_equal(frame, rows())
    assert found.mean == pytest.approx(linear(frame).mean())
    written = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert [one["name"] for one in written["inputs"]] == list(frame.columns)
