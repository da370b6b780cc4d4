"""Names are told by rules, else by traits; no two segments share one, and no unit matters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automl.segments import profile
from automl.segments.naming import RULES, name_segments

COLUMNS = [
    "days_since_visit",
    "sessions",
    "clicks_per_session",
    "orders",
    "spend",
    "price_mean",
]
KINDS = {
    1: (2.0, 9.0, 12.0, 8.0, 900.0, 30.0),
    2: (1.0, 1.0, 9.0, 0.0, 0.0, 30.0),
    3: (200.0, 1.0, 3.0, 0.0, 0.0, 30.0),
    4: (300.0, 2.0, 5.0, 1.0, 40.0, 30.0),
    5: (3.0, 4.0, 8.0, 3.0, 200.0, 30.0),
}


def customers(*kinds: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Forty customers of each kind, none quite like the other."""
    labels = np.repeat(np.arange(1, len(kinds) + 1), 40)
    noise = np.random.default_rng(seed).uniform(0.9, 1.1, (len(labels), len(COLUMNS)))
    values = np.array([KINDS[kinds[label - 1]] for label in labels]) * noise
    return pd.DataFrame(values, columns=COLUMNS, dtype="float32"), labels


def names(scope, frame, labels) -> dict[int, str]:
    found = name_segments(scope, frame, labels, profile(frame, labels))
    return {number: one.name for number, one in found.items()}


def test_customers_are_called_what_they_are() -> None:
    found = names("customer", *customers(1, 1, 2, 3, 3, 4, 4, 5))
    assert [found[number].split(":")[0] for number in range(1, 9)] == [
        "best customers",
        "best customers",
        "window shoppers",
        "passers-by",
        "passers-by",
        "lost customers",
        "lost customers",
        "regulars",
    ]


def test_a_currency_and_the_order_of_rows_change_no_name() -> None:
    frame, labels = customers(1, 2, 3, 4, 5)
    plain = names("customer", frame, labels)
    amounts = frame.assign(spend=frame.spend * 117, price_mean=frame.price_mean * 117)
    assert names("customer", amounts, labels) == plain
    order = np.random.default_rng(1).permutation(len(frame))
    assert names("customer", frame.iloc[order].reset_index(drop=True), labels[order]) == plain


def test_two_that_one_rule_names_are_told_apart_by_what_only_one_of_them_is() -> None:
    frame, labels = customers(3, 3, 1)
    frame.loc[labels == 1, "price_mean"] += 500
    found = names("customer", frame, labels)
    assert found[1] == "passers-by: drawn to dear products"
    assert found[2].startswith("passers-by: ")
    assert found[1] != found[2]


def test_a_segment_that_no_rule_names_has_its_two_strongest_traits() -> None:
    frame, labels = customers(1, 3)
    frame = frame[["days_since_visit", "spend"]].rename(columns={"spend": "page_values"})
    frame["days_since_visit"] *= np.random.default_rng(2).uniform(0.3, 3, len(frame))
    assert names("row", frame, labels) == {
        1: "high page values, here of late",
        2: "low page values, long away",
    }


def test_who_differs_in_nothing_is_close_to_the_average() -> None:
    frame = pd.DataFrame({"clicks": np.tile([1.0, 2.0], 100)})
    labels = np.repeat([1, 2], 100)
    assert names("row", frame, labels) == {
        1: "close to the average: segment 1",
        2: "close to the average: segment 2",
    }


@given(
    st.lists(st.sampled_from(sorted(KINDS)), min_size=3, max_size=10),
    st.sampled_from(sorted(RULES)),
    st.integers(0, 99),
)
def test_no_two_segments_share_a_name(kinds: list[int], scope: str, seed: int) -> None:
    found = names(scope, *customers(*kinds, seed=seed))
    assert len(set(found.values())) == len(kinds)


@pytest.mark.parametrize("scope", sorted(RULES))
def test_no_rule_is_out_of_reach_of_its_own_bounds(scope: str) -> None:
    for rule in RULES[scope]:
        assert all(bound.low < bound.high for bound in rule.bounds)
    assert len({rule.name for rule in RULES[scope]}) == len(RULES[scope])
