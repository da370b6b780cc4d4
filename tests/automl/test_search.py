import json
import time
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from automl.families import families_of, predict
from automl.families.averaging import average
from automl.families.balancing import BalancedClassifier
from automl.families.clock import Clock
from automl.families.ledger import Ledger
from automl.families.losses import fold_loss, row_losses
from automl.families.space import start_of
from automl.families.task import Task
from automl.search import fit_candidate, search
from clickstream.errors import ClickwiseError, TrainingError

N_NUMERIC = 3


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(4)
    n = 900
    frame = pd.DataFrame(
        {
            "clicks": rng.poisson(4, n).astype(np.float32),
            "seconds": rng.lognormal(4, 1, n).astype(np.float32),
            "noise": rng.normal(size=n).astype(np.float32),
            "device": rng.choice(["phone", "desktop", ""], n),
        }
    )
    frame.loc[::9, "seconds"] = np.nan
    signal = 0.7 * frame["clicks"] + (frame["device"] == "desktop") - 4
    label = (rng.random(n) < 1 / (1 + np.exp(-signal))).to_numpy().astype(np.int8)
    spend = np.where(label == 1, rng.lognormal(3, 1, n), 0.0)
    return frame, {"conversion": label, "revenue": spend}


ONE_FOLD = [(np.arange(600), np.arange(600, 900))]
TWO_FOLDS = [(np.arange(400), np.arange(400, 650)), (np.arange(650), np.arange(650, 900))]


def _search(shop, kind="conversion", folds=ONE_FOLD, budget=None, trials=None, **others):
    return search(
        shop[0],
        shop[1][kind],
        folds,
        n_numeric=N_NUMERIC,
        kind=kind,
        budget=budget,
        trials=trials,
        seed=3,
        **others,
    )


def _without_times(result):
    found = asdict(result)
    for one in (found, *found["families"], *found["path"]):
        del one["seconds"]
    for family in found["families"]:
        del family["models"]  # fitted models, whose predictions are compared
    # Row numbers follow the order in which rows came; what was predicted does not.
    del found["validation_rows"]
    return found | {"unseen": found["unseen"].tolist()}


@pytest.mark.parametrize("folds", [ONE_FOLD, TWO_FOLDS], ids=["one fold", "two folds"])
@pytest.mark.parametrize("kind", ["conversion", "revenue"])
def test_same_data_seed_and_trials_give_the_same_result(shop, kind, folds):
    one, other = (_search(shop, kind, folds, trials=14) for _ in range(2))
    assert _without_times(one) == _without_times(other)
    assert len(one.path) == 14
    json.dumps(_without_times(one), allow_nan=False)


def test_the_order_of_rows_changes_nothing(shop):
    frame, labels = shop
    shuffled = np.random.default_rng(1).permutation(len(frame))
    place = np.argsort(shuffled)
    folds = [(place[training], place[validation]) for training, validation in TWO_FOLDS]
    moved = {"conversion": labels["conversion"][shuffled]}
    one = _search(shop, folds=TWO_FOLDS, trials=10)
    other = _search((frame.iloc[shuffled], moved), folds=folds, trials=10)
    assert _without_times(one) == _without_times(other)


@pytest.mark.parametrize("kind", ["conversion", "revenue"])
def test_every_family_is_on_the_leaderboard(shop, kind):
    result = _search(shop, kind, trials=len(families_of(kind)))
    assert {one.family for one in result.families} == set(families_of(kind))
    assert all(one.trials == 1 and one.loss is not None for one in result.families)
    losses = [one.loss for one in result.families]
    assert losses == sorted(losses)
    assert result.family == result.families[0].family


def test_every_family_is_tried_within_a_short_budget(shop):
    result = _search(shop, budget=4)
    assert all(one.trials and one.loss for one in result.families)


def test_the_path_never_gets_worse_and_progress_follows_it(shop):
    seen = []
    result = _search(shop, trials=9, progress=seen.append)
    best = [trial.best for trial in result.path]
    assert best == sorted(best, reverse=True)
    assert best[-1] == result.families[0].loss
    assert [one.trial for one in seen] == list(result.path)
    assert seen[-1].done == 1


@pytest.mark.parametrize("kind", ["conversion", "revenue"])
def test_loss_and_unseen_predictions_are_those_of_the_models_refitted(shop, kind):
    result = _search(shop, kind, trials=9)
    training, validation = ONE_FOLD[0]
    frame, label = shop[0], shop[1][kind]
    assert sorted(result.validation_rows) == sorted(validation)
    pipelines = [
        fit_candidate(
            frame.iloc[training],
            label[training],
            n_numeric=N_NUMERIC,
            kind=kind,
            family=result.family,
            config=result.config,
            seed=3 + member,
        )
        for member in range(result.members)
    ]
    rows = result.validation_rows
    mean = np.mean([predict(one, frame.iloc[rows], kind) for one in pipelines], axis=0)
    np.testing.assert_allclose(result.unseen, mean, rtol=1e-9)
    assert fold_loss(row_losses(label[rows], mean, kind), kind) == pytest.approx(result.loss)


def test_seeds_are_averaged_where_they_differ(shop):
    task = Task(shop[0], shop[1]["conversion"], N_NUMERIC, "conversion", seed=3)
    space = families_of("conversion")["xgboost"].space(task.table)
    drawn = _of_one_seed(task, start_of(space) | {"row_share": 0.5})
    assert average(task, ONE_FOLD, drawn, Clock(None, 9)).members == 5
    fixed = _of_one_seed(task, start_of(space) | {"row_share": 1.0, "column_share": 1.0})
    assert average(task, ONE_FOLD, fixed, Clock(None, 9)).members == 1


def test_no_time_is_left_for_averaging_where_the_budget_is_used_up(shop):
    task = Task(shop[0], shop[1]["conversion"], N_NUMERIC, "conversion", seed=3)
    one = _of_one_seed(task, start_of(families_of("conversion")["xgboost"].space(task.table)))
    assert average(task, ONE_FOLD, one, Clock(0.01, None)).members == 1


def _of_one_seed(task, config):
    family = families_of("conversion")["xgboost"]
    training, validation = ONE_FOLD[0]
    pipeline = task.fit(training, family, config)
    loss = task.loss(pipeline, validation)
    ledger = Ledger(task, ["xgboost"], Clock(None, 9), None)
    # A ledger forgets the candidate of its task, which is the one to be recorded.
    task.fit(training, family, config)
    task.loss(pipeline, validation)
    ledger.record("xgboost", loss, config)
    return ledger.result(ONE_FOLD)


def test_a_candidate_far_behind_is_given_up_and_is_never_the_best(shop):
    result = _search(shop, folds=TWO_FOLDS, trials=30)
    given_up = [trial for trial in result.path if trial.given_up]
    assert given_up
    assert all(trial.loss > trial.best for trial in given_up)
    kept = [trial.loss for trial in result.path if not trial.given_up]
    assert min(one.loss for one in result.families) == min(kept)


def test_a_failing_candidate_is_recorded_and_costs_nothing_else(shop, monkeypatch):
    fit = BalancedClassifier.fit

    def refuse_trees(self, X, y):
        if "Tree" in type(self.model).__name__:
            raise ValueError("trees are\nout of stock")
        return fit(self, X, y)

    monkeypatch.setattr(BalancedClassifier, "fit", refuse_trees)
    result = _search(shop, trials=16, folds=TWO_FOLDS)
    failed = next(one for one in result.families if one.family == "decision tree")
    assert (failed.loss, failed.config, failed.reason) == (None, None, "trees are out of stock")
    assert result.families[-1] == failed
    assert failed.trials <= 3
    assert all(one.loss for one in result.families if one != failed)
    assert len(result.path) == 16


def test_a_search_in_which_all_fail_says_why(shop):
    only_no = (shop[0], {"conversion": np.zeros(900, dtype=np.int8)})
    with pytest.raises(TrainingError, match="xgboost: only one class in 600 rows"):
        _search(only_no, trials=9)


def test_a_candidate_that_takes_too_long_is_cut_short(shop, monkeypatch):
    def fit_forever(self, X, y):
        while True:
            time.sleep(0.01)

    monkeypatch.setattr(BalancedClassifier, "fit", fit_forever)
    with pytest.raises(TrainingError, match="not finished when its time was up"):
        _search(shop, budget=1)


def test_growing_samples_still_find_the_winner():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.normal(size=50_000).astype("f4")})
    frame["b"] = rng.normal(size=50_000).astype("f4")
    label = (frame["a"] > rng.normal(size=50_000)).to_numpy().astype(np.int8)
    folds = [(np.arange(45_000), np.arange(45_000, 50_000))]
    result = search(
        frame,
        label,
        folds,
        n_numeric=2,
        kind="conversion",
        budget=8,
        trials=None,
        seed=0,
    )
    # No model can be below 0.5 nats: the label is the sign of one input plus as much noise.
    assert 0.49 < result.loss < 0.51


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "either a budget or trials, but got budget=None and trials=None"),
        ({"budget": 1, "trials": 9}, "either a budget or trials, but got budget=1 and trials=9"),
        ({"budget": -1}, "is -1 seconds, but it must be above zero"),
        ({"trials": 3}, "3 trials do not try each of 5 families once"),
        ({"trials": 9, "folds": []}, "got no folds, but it needs at least one"),
    ],
)
def test_wrong_arguments_are_refused_with_a_reason(shop, wrong, said):
    with pytest.raises(ClickwiseError, match=said):
        _search(shop, **wrong)


def test_the_engine_keeps_quiet(shop, capfd, caplog):
    caplog.set_level(0)
    _search(shop, trials=6)
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.name.startswith("flaml")]
