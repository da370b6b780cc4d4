from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from automl.price_effect import ASSOCIATION, price_effect
from clickstream.features import Feature
from clickstream.features.catalogue import CUSTOMER, SESSION

SIZE = 3_000
NAMES = (
    "clicks",
    "price_mean",
    "price_max",
    "price_to_category",
    "price_mean_before",
    "next_price",
    "country",
)
FEATURES = tuple(SESSION.get(name, Feature(name, "string", "name", "where from")) for name in NAMES)


def rows(size: int = SIZE) -> pd.DataFrame:
    """Sessions whose prices go together, some of them without any."""
    random = np.random.default_rng(0)
    mean = random.lognormal(3, 0.5, size)
    mean[::10] = np.nan
    numbers = {
        "clicks": random.integers(1, 9, size),
        "price_mean": mean,
        "price_max": mean * random.uniform(1, 2, size),
        "price_to_category": mean / 20,
        "next_price": mean,
        "price_mean_before": random.lognormal(3, 0.5, size),
    }
    frame = pd.DataFrame(numbers).astype(np.float32)
    return frame.assign(country=pd.Series(random.choice(["SE", "DK"], size), dtype=object))


def linear(frame: pd.DataFrame) -> np.ndarray:
    """Falls with the prices of this session, and grows with those of earlier ones."""
    weights = {"price_mean": -1.0, "price_max": -0.5, "price_to_category": -10.0}
    known = sum(frame[name].fillna(0).astype(np.float64) * by for name, by in weights.items())
    return np.asarray(known + 7 * frame["price_mean_before"])


def found(score=linear, features=FEATURES, frame: pd.DataFrame | None = None):
    return price_effect(score, rows() if frame is None else frame, features, seed=1)


def test_all_prices_of_a_session_move_together_and_nothing_else_does() -> None:
    asked: list[pd.DataFrame] = []

    def listening(frame: pd.DataFrame) -> np.ndarray:
        asked.append(frame)
        return linear(frame)

    effect = found(listening)
    assert effect.moved == ("price_mean", "price_max", "price_to_category")
    frame = rows()
    frame = frame[frame["price_mean"] > 0].reset_index(drop=True)
    others = [name for name in NAMES if name not in effect.moved]
    for given in asked:
        pd.testing.assert_frame_equal(given[others], frame[others])
        for name in ("price_max", "price_to_category"):
            ratio = (given[name] / given["price_mean"]).to_numpy()
            np.testing.assert_allclose(ratio, frame[name] / frame["price_mean"], rtol=1e-5)


def test_the_effect_is_that_of_all_prices_at_once() -> None:
    """A price of 1 more is 1 more in the mean, on average 1.5 more in the highest price, and
    1/20 more in the ratio."""
    effect = found().effect
    assert effect.name == "price_mean"
    inner = slice(1, -1)  # in the outermost bins few rows are spread far
    slopes = np.diff(effect.effects)[inner] / np.diff(effect.values)[inner]
    np.testing.assert_allclose(slopes, -1.0 - 0.5 * 1.5 - 10.0 / 20, rtol=0.05)
    assert effect.missing == 0


def test_ten_percent_off_all_prices_is_ten_percent_of_what_they_add() -> None:
    frame = rows()
    frame = frame[frame["price_mean"] > 0]
    of_prices = linear(frame.assign(price_mean_before=0)).mean()
    effect = found()
    assert effect.mean == pytest.approx(linear(frame).mean())
    assert {change.share: change.mean for change in effect.changes} == pytest.approx(
        {share: effect.mean + share * of_prices for share in (-0.1, 0.1)}, rel=1e-6
    )


def test_a_model_that_ignores_prices_has_a_flat_effect() -> None:
    effect = found(lambda frame: frame["clicks"].to_numpy(np.float64))
    assert set(effect.effect.effects) == {0.0}
    assert {change.mean for change in effect.changes} == {effect.mean}


def test_the_amounts_of_a_customer_move_with_the_prices_that_he_paid() -> None:
    names = ("orders", "spend", "order_value_mean", "price_mean", "price_mean_bought")
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.uniform(1, 2, (500, 5)).astype(np.float32), columns=list(names))
    features = tuple(CUSTOMER[name] for name in names)
    effect = found(lambda given: given["spend"].to_numpy(np.float64), features, frame)
    assert effect.moved == names[1:]
    assert effect.changes[1].mean == pytest.approx(1.1 * effect.mean, rel=1e-6)
    lines = found(lambda given: given["spend"], features, frame.assign(price_mean=np.nan))
    assert lines.effect.name == "price_mean_bought", "a log of order lines has no views"


def test_it_says_that_it_is_no_experiment() -> None:
    assert found().remark == ASSOCIATION
    assert "not an experiment" in ASSOCIATION


def test_a_model_without_prices_has_the_reason() -> None:
    as_in_the_file = tuple(Feature(name, "number", "as in the file", "") for name in NAMES)
    effect = found(features=as_in_the_file)
    assert effect.effect is None
    assert "no input of this model tells the mean price" in effect.reason


@pytest.mark.parametrize(("price", "priced"), [(5.0, "3,000"), (np.nan, "0"), (0.0, "0")])
def test_prices_that_are_all_the_same_or_unknown_have_the_reason(price, priced) -> None:
    effect = found(frame=rows().assign(price_mean=np.float32(price)))
    assert effect.effect is None
    assert f": {priced} rows have a price, and it must differ" in effect.reason


def test_it_is_repeatable_says_what_was_sampled_and_can_be_written_as_json() -> None:
    effect = found(frame=rows(8_000))
    assert effect == found(frame=rows(8_000))
    assert effect.rows_of == 8_000
    assert 2_400 < effect.rows < 3_000, "those of the 3,000 that have a price"
    written = json.loads(json.dumps(effect.as_dict(), allow_nan=False))
    assert written["effect"]["name"] == "price_mean"
    assert written["remark"] == ASSOCIATION
