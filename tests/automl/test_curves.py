from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from automl.curves import conversion_evaluation, revenue_evaluation
from automl.metrics import Resamples, chance_metrics
from tests.automl.hand_made import table

RANDOM = np.random.default_rng(4)
N = 900
CHANCE = RANDOM.random(N)
HOLDOUT = replace(
    table((RANDOM.random(N) < CHANCE).astype(float)), cut_index=RANDOM.choice([1, 2, 5], N)
)


def test_the_histogram_and_the_confusion_hold_every_row() -> None:
    drawn = conversion_evaluation(HOLDOUT, CHANCE, threshold=0.6)
    yes, no = (sum(drawn["scores"][name]) for name in ("positives", "negatives"))
    assert (yes, no) == (HOLDOUT.label.sum(), N - HOLDOUT.label.sum())
    (true_no, false_yes), (false_no, true_yes) = drawn["confusion"]
    assert true_no + false_yes == no
    assert false_no + true_yes == yes
    assert false_yes + true_yes == (CHANCE >= 0.6).sum()


def test_the_roc_curve_rises_from_0_to_1_around_its_area() -> None:
    roc = conversion_evaluation(HOLDOUT, CHANCE, 0.5)["roc"]
    x, y = roc["false_positive_rate"], roc["true_positive_rate"]
    assert (x[0], x[-1], y[-1]) == (0.0, 1.0, 1.0)
    assert y == sorted(y)
    assert np.trapezoid(y, x) == pytest.approx(roc_auc_score(HOLDOUT.label, CHANCE), abs=0.01)


def test_the_precision_recall_curve_lies_over_the_average_precision() -> None:
    curve = conversion_evaluation(HOLDOUT, CHANCE, 0.5)["precision_recall"]
    assert (curve["recall"][0], curve["recall"][-1]) == (0.0, 1.0)
    assert min(curve["precision"]) >= HOLDOUT.label.mean()
    expected = average_precision_score(HOLDOUT.label, CHANCE)
    assert np.mean(curve["precision"]) == pytest.approx(expected, abs=0.01)
    perfect = conversion_evaluation(HOLDOUT, HOLDOUT.label, 0.5)["precision_recall"]
    assert perfect["precision"] == [1.0] * 101


def test_gains_rise_to_all_and_the_first_is_the_lift_of_the_metrics() -> None:
    gains = conversion_evaluation(HOLDOUT, CHANCE, 0.5)["gains"]
    assert [part["share_of_rows"] for part in gains] == pytest.approx(np.arange(1, 11) / 10)
    assert gains[-1]["gain"] == pytest.approx(1)
    assert np.mean([part["lift"] for part in gains]) == pytest.approx(1)
    found = [part["gain"] for part in gains]
    assert found == sorted(found)
    for part in gains:
        assert part["cumulative_lift"] == pytest.approx(part["gain"] / part["share_of_rows"])
    metrics = chance_metrics(HOLDOUT.label, CHANCE, Resamples(HOLDOUT.unit_ids, 0))
    assert gains[0]["lift"] == pytest.approx(metrics["lift_top_decile"].value)


def test_quality_is_told_apart_by_clicks_seen_where_both_outcomes_occur() -> None:
    points = conversion_evaluation(HOLDOUT, CHANCE, 0.5)["by_clicks"]
    assert [point["clicks"] for point in points] == [1, 2, 5]
    for point in points:
        rows = HOLDOUT.cut_index == point["clicks"]
        assert point["rows"] == rows.sum()
        expected = roc_auc_score(HOLDOUT.label[rows], CHANCE[rows])
        assert point["roc_auc"] == pytest.approx(expected)
        for name in ("roc_auc", "average_precision"):
            assert point[f"{name}_low"] < point[name] < point[f"{name}_high"]
        assert point["share_of_yes"] == pytest.approx(HOLDOUT.label[rows].mean())
    no_buyer = replace(HOLDOUT, label=np.where(HOLDOUT.cut_index == 5, 0.0, HOLDOUT.label))
    assert [p["clicks"] for p in conversion_evaluation(no_buyer, CHANCE, 0.5)["by_clicks"]] == [
        1,
        2,
    ]


def test_deciles_of_amounts_are_ordered_and_add_up_to_the_total() -> None:
    actual = RANDOM.gamma(2.0, 10.0, N)
    predicted = actual * RANDOM.uniform(0.5, 1.5, N)
    drawn = revenue_evaluation(replace(HOLDOUT, label=actual), predicted)
    said = [part["predicted"] for part in drawn["deciles"]]
    assert len(said) == 10
    assert said == sorted(said)
    assert sum(part["rows"] for part in drawn["deciles"]) == N
    assert all(
        part["actual_low"] < part["actual"] < part["actual_high"] for part in drawn["deciles"]
    )
    assert sum(part["actual"] for part in drawn["deciles"]) * N / 10 == pytest.approx(actual.sum())
    assert drawn["total"]["actual"] == pytest.approx(actual.sum())
    assert drawn["total"]["predicted"] == pytest.approx(predicted.sum())
    assert sum(drawn["scores"]["counts"]) == N


def test_each_threshold_counts_the_rows_that_stand_at_or_above_it() -> None:
    drawn = conversion_evaluation(HOLDOUT, CHANCE, 0.5)["thresholds"]
    assert drawn["threshold"] == sorted(set(drawn["threshold"]))
    assert (drawn["true_positives"][0], drawn["false_positives"][0]) == (
        HOLDOUT.label.sum(),
        N - HOLDOUT.label.sum(),
    )
    for threshold, yes, no in zip(*drawn.values(), strict=True):
        (_, false_yes), (_, true_yes) = conversion_evaluation(HOLDOUT, CHANCE, threshold)[
            "confusion"
        ]
        assert (yes, no) == (true_yes, false_yes)


def test_weeks_count_each_unit_once_as_it_was_asked_about_first() -> None:
    twice = table(np.array([5.0, 7.0, 1.0]))
    start = np.array(["2026-03-08T23:59", "2026-03-08T23:59", "2026-03-09"], "datetime64[us]")
    visits = replace(
        twice, unit_ids=np.array(["a", "a", "b"]), cut_index=np.array([2, 1, 1]), start=start
    )
    weeks = revenue_evaluation(visits, np.array([3.0, 4.0, 2.0]))["weeks"]
    assert weeks == [
        {"week": "2026-03-02", "units": 1, "predicted": 4.0, "actual": 7.0},
        {"week": "2026-03-09", "units": 1, "predicted": 2.0, "actual": 1.0},
    ]
    timeless = replace(visits, start=np.full(3, np.datetime64("NaT", "us")))
    assert revenue_evaluation(timeless, np.array([3.0, 4.0, 2.0]))["weeks"] == []


def test_points_are_predicted_and_actual_side_by_side() -> None:
    points = revenue_evaluation(HOLDOUT, CHANCE)["points"]
    assert points == [[chance, spent] for chance, spent in zip(CHANCE, HOLDOUT.label, strict=True)]
