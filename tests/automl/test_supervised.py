"""The gate lets through what beats its baseline, and refuses what does not, with figures."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from automl import searched
from automl.cli import main
from automl.splits import folds_by_unit
from clickstream.bundle import open_bundle
from tests.automl.hand_made import labels, table
from tests.automl.visits_file import write_visits


def test_labels_of_pure_chance_are_refused_with_figures(real_data, tmp_path: Path) -> None:
    coin = random.Random(0)
    file = write_visits(
        real_data,
        tmp_path,
        lambda row: row | {"Revenue": "TRUE" if coin.random() < 0.3 else "FALSE"},
        rows=2_000,
    )
    asked = ["train", file, "--out", tmp_path / "out", "--answers", "purchase", "--trials", "5"]
    done = CliRunner().invoke(main, [str(part) for part in asked])
    assert done.exit_code == 3, done.output
    assert not list((tmp_path / "out").iterdir())
    said = done.stdout
    assert "does not surely beat its baseline" in said
    figures = re.search(r"lower by (\S+), 95 % interval (\S+) to (\S+), which", said)
    assert figures is not None, said
    value, low, high = map(float, figures.groups())
    assert low <= 0
    assert low <= value <= high
    assert "the share of yes in training" in said


def test_a_log_of_one_moment_is_validated_by_unit() -> None:
    training = table(labels(40, 60))
    folds = searched._folds(training, seed=3)
    expected = folds_by_unit(training.unit_ids, seed=3)
    for (mine, validated), (other, expected_validated) in zip(folds, expected, strict=True):
        np.testing.assert_array_equal(mine, other)
        np.testing.assert_array_equal(validated, expected_validated)


@pytest.mark.parametrize(
    ("task", "name"), [("conversion", "purchase"), ("revenue", "session_spend")]
)
def test_every_family_is_on_the_leaderboard_with_its_holdout_loss(
    trained: Path, task: str, name: str
) -> None:
    bundle = open_bundle(trained / task)
    board = bundle.evaluation(name)["leaderboard"]
    assert (
        len({line["family"] for line in board})
        == len(board)
        == {"conversion": 5, "revenue": 8}[task]
    )
    losses = [line["validation_loss"] for line in board if "failure" not in line]
    assert losses == sorted(losses)
    assert all(line["trials"] >= 1 for line in board)
    winner = bundle.manifest.answers[name]
    assert board[0]["family"] == winner.family
    metric = {"conversion": "log_loss", "revenue": "rmse"}[task]
    assert board[0]["holdout_loss"] == pytest.approx(winner.metrics[metric].value, rel=1e-6)


@pytest.mark.parametrize(
    ("task", "name", "metric"),
    [("conversion", "purchase", "log_loss"), ("revenue", "session_spend", "rmse")],
)
def test_the_winner_beats_its_baseline_on_the_holdout(
    trained: Path, task: str, name: str, metric: str
) -> None:
    bundle = open_bundle(trained / task)
    answer = bundle.manifest.answers[name]
    gain = bundle.evaluation(name)["gain_over_baseline"]
    assert 0 < gain["low"] < gain["value"] < gain["high"]
    won = answer.baseline_metrics[metric].value ** 2 - answer.metrics[metric].value ** 2
    if name == "purchase":
        won = answer.baseline_metrics[metric].value - answer.metrics[metric].value
    assert gain["value"] == pytest.approx(won, rel=1e-6)


def test_a_constant_has_no_skill(trained: Path) -> None:
    conversion = open_bundle(trained / "conversion").manifest.answers["purchase"]
    assert conversion.baseline_metrics["roc_auc"].value == 0.5
    revenue = open_bundle(trained / "revenue").manifest.answers["session_spend"]
    assert revenue.baseline_metrics["r2"].value <= 0


def test_intervals_of_amounts_cover_about_nine_in_ten(trained: Path) -> None:
    interval = open_bundle(trained / "revenue").manifest.answers["session_spend"].interval
    assert interval is not None
    assert interval.level == 0.9
    starts = [part.start for part in interval.bins]
    assert starts == sorted(set(starts))
    assert [part.low for part in interval.bins] == [None] * len(starts), "most buy nothing"
    highs = [part.high for part in interval.bins]
    assert min(highs) >= 0
    assert highs[-1] > highs[0], "whoever is expected to spend much is harder to tell"
    assert 0.88 < interval.holdout_coverage < 0.95


def test_calibration_says_how_often_each_tenth_of_the_holdout_bought(trained: Path) -> None:
    answer = open_bundle(trained / "conversion").manifest.answers["purchase"]
    assert len(answer.calibration) == 10
    assert sum(part.rows for part in answer.calibration) == answer.evidence.holdout_rows
    observed = [part.observed for part in answer.calibration]
    assert observed[-1] > 2 * observed[0], "a higher score means more purchases"


def test_quality_is_reported_by_clicks_seen(trained: Path) -> None:
    bundle = open_bundle(trained / "conversion")
    curve = bundle.evaluation("purchase")["by_clicks"]
    assert [point["clicks"] for point in curve] == [1, 2, 3, 5, 8, 13, 21]
    rows = [point["rows"] for point in curve]
    assert rows == sorted(rows, reverse=True)
    assert sum(rows) == bundle.manifest.answers["purchase"].evidence.holdout_rows
