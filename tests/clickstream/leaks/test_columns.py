"""Planted leaks are found and named; honest inputs are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from clickstream.leaks import AUC_LIMIT, column_leaks, rank_auc
from clickstream.manifest import Leak
from clickstream.scoring import FeatureBatch

RANDOM = np.random.default_rng(0)
N = 2_000
LABEL = (RANDOM.random(N) < 0.2).astype(np.float64)
AMOUNT = np.where(LABEL > 0, RANDOM.gamma(2.0, 30.0, N), 0.0)
NOISE = RANDOM.normal(size=N)


def leaks(
    numbers: dict[str, np.ndarray], strings: dict[str, np.ndarray], label=LABEL
) -> list[Leak]:
    batch = FeatureBatch(
        [str(n) for n in range(N)],
        np.column_stack(list(numbers.values())).astype(np.float32)
        if numbers
        else np.empty((N, 0), np.float32),
        np.column_stack(list(strings.values())) if strings else np.empty((N, 0), object),
    )
    return column_leaks(batch, numbers, strings, label)


def found(numbers: dict[str, np.ndarray], strings: dict[str, np.ndarray], label=LABEL) -> list[str]:
    """What blocks the release, by name."""
    blocking = [leak for leak in leaks(numbers, strings, label) if leak.action == "blocks release"]
    assert all(name in leak.reason for leak in blocking for name in leak.columns)
    return [" and ".join(leak.columns) for leak in blocking]


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


def test_values_that_determine_the_label_out_of_order_are_named() -> None:
    code = RANDOM.permutation(40)[RANDOM.integers(0, 40, N)]
    odd = (code % 2).astype(np.float64)
    (leak,) = leaks({"code": code, "noise": NOISE}, {}, odd)
    assert (leak.kind, leak.columns, leak.action) == ("determines", ["code"], "blocks release")
    assert "saves 100% of the errors" in leak.reason
    assert found({"code": code, "noise": NOISE}, {}, RANDOM.permutation(odd)) == []


def test_a_pair_that_determines_the_label_is_named_though_neither_does_alone() -> None:
    one, other = (RANDOM.integers(0, 2, N) for _ in range(2))
    label = (one ^ other).astype(np.float64)
    noise = {f"noise {n}": RANDOM.normal(size=N) for n in range(10)}
    (leak,) = leaks({**noise, "one": one}, {"other": text(other)}, label)
    assert (leak.kind, leak.columns) == ("determines", ["one", "other"])
    assert "together separate yes from no with AUC 1.000" in leak.reason
    assert found({**noise, "one": one}, {"other": text(other)}) == []


def test_two_amounts_whose_order_is_the_label_are_named_as_a_pair() -> None:
    before, after = RANDOM.normal(size=N), RANDOM.normal(size=N)
    label = (before > after).astype(np.float64)
    assert found({"before": before, "after": after, "noise": NOISE}, {}, label) == [
        "before and after"
    ]


def test_a_strong_honest_input_is_not_named_with_every_other() -> None:
    strong = NOISE + 2.2 * LABEL
    assert 0.92 < rank_auc(strong, LABEL > 0) < AUC_LIMIT
    helper = np.random.default_rng(1).normal(size=N) + 1.4 * LABEL
    assert rank_auc(2.2 * strong + 1.4 * helper, LABEL > 0) > AUC_LIMIT
    assert found({"strong": strong, "helper": helper}, {}) == []


def test_an_input_with_the_ranks_of_the_amount_is_derived_from_it() -> None:
    (leak,) = leaks({"points": np.sqrt(AMOUNT) * 7, "honest": NOISE}, {}, AMOUNT)
    assert (leak.kind, leak.columns) == ("derived", ["points"])
    only_buyers = np.where(LABEL > 0, -AMOUNT, RANDOM.normal(size=N) * 100)
    (leak,) = leaks({"refund": only_buyers, "honest": NOISE}, {}, AMOUNT)
    assert (leak.kind, leak.columns) == ("derived", ["refund"])
    loose = AMOUNT * np.exp(RANDOM.normal(size=N))
    assert "derived" not in {leak.kind for leak in leaks({"loose": loose}, {}, AMOUNT)}


def test_an_input_far_ahead_of_all_others_is_warned_of() -> None:
    strong, weak = NOISE + 1.5 * LABEL, RANDOM.normal(size=N) + 0.4 * LABEL
    (leak,) = leaks({"strong": strong, "weak": weak}, {})
    assert (leak.kind, leak.columns, leak.action) == ("far ahead", ["strong"], "warned")
    assert "the next best input (weak)" in leak.reason
    rival = RANDOM.normal(size=N) + 1.4 * LABEL
    assert leaks({"strong": strong, "weak": weak, "rival": rival}, {}) == []
    assert leaks({"strong": RANDOM.normal(size=N) + LABEL, "weak": weak}, {}) == []


def test_a_value_in_a_few_copied_rows_determines_nothing() -> None:
    twice = np.repeat(RANDOM.normal(size=N // 2), 2)
    label = np.repeat((RANDOM.random(N // 2) < 0.3).astype(np.float64), 2)
    assert found({"duration": twice}, {}, label) == []


def test_rows_beyond_the_sample_change_nothing_but_the_time() -> None:
    size = 250_000
    random = np.random.default_rng(1)
    label = (random.random(size) < 0.1).astype(np.float64)
    numbers = np.column_stack([label + random.normal(size=size) / 9, random.normal(size=size)])
    batch = FeatureBatch(
        [str(n) for n in range(size)], numbers.astype(np.float32), np.empty((size, 0), object)
    )
    assert [leak.columns for leak in column_leaks(batch, ["copy", "noise"], [], label)] == [
        ["copy"]
    ]


def test_values_that_few_rows_share_do_not_speak_for_the_others() -> None:
    known = RANDOM.random(N) < 0.2
    values = np.where(known, np.where(LABEL > 0, 0.25, -0.25), RANDOM.normal(size=N))
    assert leaks({"sometimes": values, "noise": NOISE}, {}) == []
