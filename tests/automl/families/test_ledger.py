"""What a search tries next, and which candidate it takes."""

import numpy as np
import pandas as pd
import pytest

from automl.families.averaging import average, choose_winner
from automl.families.candidates import families_of
from automl.families.clock import Clock
from automl.families.ledger import Ledger
from automl.families.space import start_of
from automl.families.task import Task

ROWS = 600
FOLDS = [(np.arange(400), np.arange(400, ROWS))]


@pytest.fixture
def task():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=ROWS), "b": rng.normal(size=ROWS)}).astype("f4")
    label = (frame["a"] * frame["b"] > rng.normal(size=ROWS)).to_numpy().astype(np.int8)
    return Task(frame, label, 2, "conversion", seed=0)


def _ledger(task, losses, **seconds):
    """A minute's search that tried each family once; what they take for all rows, in seconds."""
    ledger = Ledger(task, list(losses), Clock(60.0, None), None, sampled=True)
    task.rows = ROWS
    for family, loss in losses.items():
        ledger.record(family, loss, {})
        ledger.seconds_a_row[family] = seconds.get(family.replace(" ", "_"), 1.0) / ROWS
    return ledger


def test_on_all_rows_what_is_close_begins_again(task):
    ledger = _ledger(task, {"decision tree": 0.52, "logistic regression": 0.5})
    assert ledger.begin_again() == ["logistic regression"]


def test_boosting_begins_again_first_even_where_it_is_behind(task):
    ledger = _ledger(task, {"logistic regression": 0.5, "xgboost": 0.55})
    assert ledger.begin_again() == ["xgboost", "logistic regression"]


def test_what_cannot_be_done_in_time_does_not_begin_again(task):
    losses = {"logistic regression": 0.501, "random forest": 0.5, "decision tree": 0.502}
    ledger = _ledger(task, losses, decision_tree=20, logistic_regression=25, random_forest=30)
    assert ledger.begin_again() == ["decision tree", "logistic regression"]


@pytest.mark.parametrize("family", ["random forest", "xgboost"])
def test_one_family_begins_again_whatever_it_takes(task, family):
    ledger = _ledger(task, {family: 0.5}, random_forest=500, xgboost=500)
    assert ledger.begin_again() == [family]


def test_boosting_begins_again_whatever_it_takes_and_then_nothing_else(task):
    ledger = _ledger(task, {"logistic regression": 0.5, "xgboost": 0.5}, xgboost=500)
    assert ledger.begin_again() == ["xgboost"]


def _tried(task, ledger, family, config):
    pipeline = task.fit(FOLDS[0][0], families_of("conversion")[family], config)
    loss = task.loss(pipeline, FOLDS[0][1])
    ledger.record(family, loss, config)
    return loss


@pytest.mark.parametrize("ahead", [True, False])
def test_a_mean_wins_where_it_is_ahead_of_what_was_ahead_of_its_members(task, ahead):
    config = start_of(families_of("conversion")["xgboost"].space(task.table)) | {"row_share": 0.5}
    ledger = Ledger(task, ["xgboost", "logistic regression"], Clock(None, 9), None)
    single = _tried(task, ledger, "xgboost", config)
    mean = average(task, FOLDS, ledger.result(FOLDS), ledger.clock).loss
    assert mean < single
    between = (single + mean) / 2 if ahead else mean - 1e-6
    task.unseen, task.reason = [np.full(200, 0.5)], None
    ledger.record("logistic regression", between, {"l2": 1.0})
    won = choose_winner(ledger, FOLDS)
    assert (won.family, won.members) == (("xgboost", 5) if ahead else ("logistic regression", 1))
    assert won.families[0].family == won.family


@pytest.mark.parametrize(
    ("fit_seconds", "left_seconds"),
    [
        (0.5, 4 * 0.5 + 6 * 0.5),  # five members
        (6.0, 3 * 6.0 + 5 * 6.0),  # a fifth member would make it 60 s of 54
        (60.0, 54.0),  # not even two can be done
    ],
)
def test_averaging_gets_the_time_that_its_members_need(task, fit_seconds, left_seconds):
    ledger = Ledger(task, ["xgboost"], Clock(300.0, None), None)
    task.rows = ROWS
    ledger.record("xgboost", 0.5, {})
    ledger.seconds_a_row["xgboost"] = fit_seconds / ROWS
    # A search ends a little before its budget.
    end = ledger.clock.started + 0.96 * 300
    assert end - ledger.stop_at == pytest.approx(left_seconds)
