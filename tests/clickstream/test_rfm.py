"""Scores of recency, frequency and monetary value, and the classes of them."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clickstream.rfm import CLASSES, rfm_borders, rfm_class, rfm_scores


def _customers(number: int = 500, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    days = rng.uniform(0, 300, number)
    days[::10] = np.nan
    return {
        "days_since_order": days,
        "orders": rng.geometric(0.5, number).astype(float),
        "spend": rng.lognormal(4, 1, number).round(2),
    }


def test_quintiles_hold_a_fifth_each_and_fewer_days_score_higher() -> None:
    customers = _customers(1_000)
    borders = rfm_borders(customers)
    assert borders is not None
    scores = rfm_scores(borders, customers)
    assert [one is None for one in scores] == np.isnan(customers["days_since_order"]).tolist()
    known = [one for one in scores if one is not None]
    for name in ("recency", "monetary"):
        counts = np.bincount([getattr(one, name) for one in known], minlength=6)[1:]
        assert counts.min() >= 0.19 * len(known)
    best = int(np.nanargmin(customers["days_since_order"]))
    assert scores[best] is not None
    assert scores[best].recency == 5


def test_equal_values_score_alike() -> None:
    customers = _customers()
    borders = rfm_borders(customers)
    assert borders is not None
    of_one_order = {
        one.frequency
        for one, orders in zip(rfm_scores(borders, customers), customers["orders"], strict=True)
        if one is not None and orders == 1
    }
    assert of_one_order == {1}


@given(factor=st.floats(0.001, 1_000))
def test_another_currency_moves_nobody(factor: float) -> None:
    customers = _customers()
    moved = customers | {"spend": customers["spend"] * factor}
    assert _scored(moved) == _scored(customers)


@given(seed=st.integers(0, 100))
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    customers = _customers()
    order = np.random.default_rng(seed).permutation(500)
    moved = {name: values[order] for name, values in customers.items()}
    scored = _scored(customers)
    assert _scored(moved) == [scored[place] for place in order]


def _scored(customers: dict[str, np.ndarray]) -> list:
    borders = rfm_borders(customers)
    assert borders is not None
    return rfm_scores(borders, customers)


def test_nobody_who_ordered_means_no_borders() -> None:
    columns = {name: np.array([np.nan]) for name in ("days_since_order", "orders", "spend")}
    assert rfm_borders(columns) is None


def test_every_class_is_met_and_every_one_has_a_meaning() -> None:
    met = {rfm_class(*three) for three in product(range(1, 6), repeat=3)}
    assert met == set(CLASSES)


@pytest.mark.parametrize(
    ("scores", "name"),
    [
        ((5, 5, 5), "champion"),
        ((5, 1, 1), "new"),
        ((4, 1, 2), "promising"),
        ((3, 5, 4), "loyal"),
        ((1, 5, 5), "dormant"),
        ((1, 1, 1), "lost"),
    ],
)
def test_classes_say_what_they_mean(scores, name) -> None:
    assert rfm_class(*scores) == name


def test_the_table_of_the_docs_is_the_one_that_is_used() -> None:
    text = (Path(__file__).parents[2] / "docs" / "segments.md").read_text(encoding="utf-8")
    lines = text.split("| recency | 1 | 2 | 3 | 4 | 5 |")[1].splitlines()[2:7]
    for line in lines:
        recency, *names = [cell.strip() for cell in line.strip("| ").split("|")]
        assert names == [rfm_class(int(recency), value, value) for value in range(1, 6)]
