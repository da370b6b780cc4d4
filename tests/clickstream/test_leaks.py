"""Planted leaks are found and named; honest inputs are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from clickstream.leaks import AUC_LIMIT, column_leaks, derived_leaks, rank_auc, split_leaks
from clickstream.scoring import FeatureBatch

RANDOM = np.random.default_rng(0)
N = 2_000
LABEL = (RANDOM.random(N) < 0.2).astype(np.float64)
AMOUNT = np.where(LABEL > 0, RANDOM.gamma(2.0, 30.0, N), 0.0)
NOISE = RANDOM.normal(size=N)


def found(numbers: dict[str, np.ndarray], strings: dict[str, np.ndarray], label=LABEL) -> list[str]:
    batch = FeatureBatch(
        [str(n) for n in range(N)],
        np.column_stack(list(numbers.values())).astype(np.float32)
        if numbers
        else np.empty((N, 0), np.float32),
        np.column_stack(list(strings.values())) if strings else np.empty((N, 0), object),
    )
    leaks = column_leaks(batch, numbers, strings, label)
    assert all(leak.action == "blocks release" for leak in leaks)
    assert all(leak.columns[0] in leak.reason for leak in leaks)
    return [leak.columns[0] for leak in leaks]


def text(values: np.ndarray) -> np.ndarray:
    return np.array([str(value) for value in values], dtype=object)


LEAKS = {
    "a copy": LABEL,
    "its opposite": 1 - LABEL,
    "a copy with noise": LABEL * 10 + NOISE,
    "missing unless yes": np.where(LABEL > 0, NOISE, np.nan),
    "missing if yes": np.where(LABEL > 0, np.nan, NOISE),
    "the amount": AMOUNT,
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_number_that_gives_the_label_away_is_named(name: str) -> None:
    assert found({"honest": NOISE + LABEL, "planted": LEAKS[name]}, {}) == ["planted"]


def test_a_category_that_gives_the_label_away_is_named() -> None:
    planted = text(np.where(LABEL > 0, "thanks", "bye"))
    assert found({}, {"page": planted, "device": text(RANDOM.integers(0, 3, N))}) == ["page"]


def test_an_amount_leaks_by_whether_it_is_above_its_median() -> None:
    assert found({"tax": AMOUNT * 0.2, "honest": NOISE}, {}, AMOUNT) == ["tax"]
    dear = np.exp(NOISE)
    assert found({"price": dear * 3, "other": RANDOM.normal(size=N)}, {}, dear) == ["price"]


def test_an_honest_input_is_no_leak_however_useful() -> None:
    strong = NOISE + 1.5 * LABEL
    assert 0.8 < rank_auc(strong, LABEL > 0) < AUC_LIMIT
    assert found({"strong": strong}, {}) == []


def test_an_id_of_every_row_is_no_leak() -> None:
    assert found({}, {"id": text(np.arange(N))}) == []


def test_an_id_that_all_rows_of_a_unit_share_is_no_leak() -> None:
    units = [str(n // 4) for n in range(N)]
    label = np.repeat((RANDOM.random(N // 4) < 0.2).astype(np.float64), 4)
    ids = np.array(units, dtype=object)[:, None]
    batch = FeatureBatch(units, np.empty((N, 0), np.float32), ids)
    assert column_leaks(batch, [], ["id"], label) == []


def test_one_class_has_nothing_to_leak() -> None:
    assert found({"copy": LABEL}, {}, np.zeros(N)) == []
    assert found({"copy": LABEL}, {}, np.ones(N)) == []


def test_the_same_session_on_both_sides_of_a_split_is_found() -> None:
    (leak,) = split_leaks(["s1", "s2", "s3"], ["s3", "s4", "s2"])
    assert leak.kind == "split"
    assert leak.action == "blocks release"
    assert leak.reason == "2 units stand in training and in the holdout, such as 's2'"
    assert split_leaks(["s1", "s1"], ["s2", "s2"]) == []


def test_a_declared_column_is_dropped_with_its_reason() -> None:
    (leak,) = derived_leaks({"PageValues": "made from revenue"})
    assert (leak.kind, leak.columns, leak.reason, leak.action) == (
        "derived",
        ["PageValues"],
        "made from revenue",
        "dropped",
    )


@pytest.mark.parametrize("values", [NOISE, np.round(NOISE), np.zeros(N), NOISE + LABEL, -LABEL])
def test_rank_auc_is_that_of_scikit_learn(values: np.ndarray) -> None:
    assert rank_auc(values, LABEL > 0) == pytest.approx(roc_auc_score(LABEL, values), abs=1e-12)
