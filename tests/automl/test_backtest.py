from __future__ import annotations

import json
import re

import numpy as np
import pytest

from automl.backtest import Backtest, backtest
from automl.metrics import Resamples
from clickstream.answers import ANSWERS
from clickstream.manifest import Metric

DAY = np.timedelta64(86_400, "s")
FIRST = np.datetime64("2026-01-01", "us")


class Folds:
    """Remembers what it was asked to fit on and to score; says the mean of training."""

    def __init__(self, actual: np.ndarray) -> None:
        self.actual = actual
        self.asked: list[tuple[np.ndarray, np.ndarray]] = []

    def __call__(self, training: np.ndarray, test: np.ndarray) -> np.ndarray:
        self.asked.append((training, test))
        return np.full(len(test), self.actual[training].mean())


def measured(actual: np.ndarray, predicted: np.ndarray, groups: np.ndarray) -> dict[str, Metric]:
    return {"squared_error": Resamples(groups, seed=0).mean((predicted - actual) ** 2)}


def sessions(days: float = 40, size: int = 2_000, cuts: int = 3):
    """Sessions of up to a day, each cut some times; a third of them buys."""
    random = np.random.default_rng(1)
    start = FIRST + random.integers(0, int(days * 86_400), size).astype("timedelta64[s]")
    end = start + random.integers(0, 86_400, size).astype("timedelta64[s]")
    groups = np.array([f"s{number}" for number in range(size)], dtype=object)
    bought = (random.random(size) < 1 / 3).astype(np.float64)
    return {
        name: np.repeat(values, cuts)
        for name, values in {"actual": bought, "start": start, "end": end, "groups": groups}.items()
    }


def by_visitor() -> np.ndarray:
    """Of the sessions, two of each visitor."""
    visitors = np.array([f"c{place % 1_000}" for place in range(2_000)], dtype=object)
    return np.repeat(visitors, 3)


def customers(moments: int, size: int = 200):
    """The same customers as of moments a window of 28 days apart."""
    as_of = np.repeat(FIRST + np.arange(moments) * 28 * DAY, size)
    random = np.random.default_rng(1)
    return {
        "actual": random.lognormal(size=moments * size) * (random.random(moments * size) < 0.5),
        "start": as_of,
        "end": as_of + 28 * DAY - np.timedelta64(1, "us"),
        "groups": np.array([f"r{number}" for number in range(moments * size)], dtype=object),
    }


def run(rows, answer: str = "purchase") -> tuple[Backtest, Folds]:
    folds = Folds(rows["actual"])
    return backtest(ANSWERS[answer], folds, measured, **rows), folds


def test_no_row_is_trained_on_that_ends_after_the_origin_nor_tested_that_begins_before() -> None:
    rows = sessions()
    found, folds = run(rows)
    assert len(found.origins) == len(folds.asked) == 3
    for origin, (training, test) in zip(found.origins, folds.asked, strict=True):
        at = np.datetime64(origin.at)
        assert rows["end"][training].max() < at <= rows["start"][test].min()
        assert (origin.training_rows, origin.test_rows) == (len(training), len(test))


def test_no_label_reaches_the_next_origin() -> None:
    rows = sessions()
    found, folds = run(rows)
    for origin, (_, test) in zip(found.origins, folds.asked, strict=True):
        assert rows["end"][test].max() < np.datetime64(origin.until)
    assert [one.until for one in found.origins[:-1]] == [one.at for one in found.origins[1:]]


def test_every_other_row_is_used() -> None:
    rows = sessions()
    found, folds = run(rows)
    for origin, (training, test) in zip(found.origins, folds.asked, strict=True):
        at, until = np.datetime64(origin.at), np.datetime64(origin.until)
        assert len(training) == (rows["end"] < at).sum()
        assert len(test) == ((rows["start"] >= at) & (rows["end"] < until)).sum()


def test_no_group_is_on_both_sides() -> None:
    rows = sessions()
    rows["groups"] = by_visitor()
    found, folds = run(rows)
    assert len(found.origins) == 3
    for training, test in folds.asked:
        assert not set(rows["groups"][training]) & set(rows["groups"][test])


def test_what_is_trained_on_does_not_depend_on_what_comes_later() -> None:
    """A group goes from the test, not from training, where only those would stay who never come
    again."""
    rows = sessions()
    alone = [training for training, _ in run(rows)[1].asked]
    rows["groups"] = by_visitor()
    for training, other in zip(alone, [rows for rows, _ in run(rows)[1].asked], strict=True):
        np.testing.assert_array_equal(training, other)


@pytest.mark.parametrize("moments", [4, 5, 6, 7])
def test_customers_as_of_four_moments_have_three_origins(moments: int) -> None:
    rows = customers(moments)
    found, folds = run(rows, "customer_spend")
    assert len(found.origins) == 3
    for origin, (training, test) in zip(found.origins, folds.asked, strict=True):
        at = np.datetime64(origin.at)
        assert rows["start"][training].max() == at - 28 * DAY, "no further apart than need be"
        assert rows["start"][test].min() == at


def test_the_figures_are_those_of_the_rows_that_follow() -> None:
    rows = sessions()
    found, folds = run(rows)
    for origin, (training, test) in zip(found.origins, folds.asked, strict=True):
        share = rows["actual"][training].mean()
        expected = ((share - rows["actual"][test]) ** 2).mean()
        assert origin.metrics["squared_error"].value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (sessions(days=2), "from 2026-01-01T00:0.* 3 origins at least a day apart need a longer"),
        (customers(3), "begin at 3 different moments .* need a longer log"),
        (sessions(size=150), r"At 2026-01-\d\d.* \d+ positives .* at least 50 positives"),
        (sessions() | {"start": np.full(6_000, np.datetime64("NaT"))}, "The data has no times"),
    ],
)
def test_too_short_a_span_has_the_reason_and_fits_nothing(rows, said: str) -> None:
    found, folds = run(rows)
    assert found.origins == ()
    assert folds.asked == []
    assert found.reason is not None
    assert found.reason.startswith("No backtest. ")
    assert re.search(said, found.reason), found.reason


def test_amounts_that_are_never_zero_need_rows_only() -> None:
    rows = sessions()
    rows["actual"] += 1
    found, _ = run(rows, "session_spend")
    assert found.reason is None


def test_the_order_of_rows_changes_nothing() -> None:
    rows = sessions(cuts=1)
    order = np.random.default_rng(0).permutation(2_000)
    asked, others = (
        run(given)[1].asked
        for given in (rows, {name: values[order] for name, values in rows.items()})
    )
    for fold, other in zip(asked, others, strict=True):
        for places, moved in zip(fold, other, strict=True):
            assert set(places) == set(order[moved])


def test_the_result_can_be_written_as_json() -> None:
    found, _ = run(sessions())
    written = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert written["reason"] is None
    metrics = found.origins[0].metrics
    assert Metric(**written["origins"][0]["metrics"]["squared_error"]) == metrics["squared_error"]
    assert run(sessions(days=1))[0].as_dict()["origins"] == []
