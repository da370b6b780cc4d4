"""A log that the user brings as the holdout of another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from automl.admission import admit
from automl.options import Options
from automl.preparing import prepare
from clickstream.answers import ANSWERS, answerability
from clickstream.errors import LeakFound
from clickstream.simulator import simulate
from clickstream.sources import read_source
from tests.automl.conftest import run

_TRIALS = ["--answers", "purchase", "--trials", "5", "--json"]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A log in two files, each with whole sessions of all its time, and a dozen in both."""
    folder = tmp_path_factory.mktemp("logs")
    simulate(60_000, folder / "shop.parquet", seed=4)
    events = pq.read_table(folder / "shop.parquet")
    sessions = np.unique(events["session_id"].to_numpy(zero_copy_only=False).astype(str))
    drawn = np.random.default_rng(1).permutation(sessions)
    parts = {"training": drawn[: len(drawn) * 2 // 3 + 12], "holdout": drawn[len(drawn) * 2 // 3 :]}
    for name, part in parts.items():
        mine = pc.is_in(events["session_id"], pa.array(part))
        pq.write_table(events.filter(mine), folder / f"{name}.parquet")
    return folder / "training.parquet", folder / "holdout.parquet"


@pytest.fixture(scope="module")
def trained(logs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    training, holdout = logs
    out = tmp_path_factory.mktemp("bundles")
    done = run("train", training, "--holdout", holdout, "--out", out, *_TRIALS)
    assert done.exit_code == 0, done.stderr
    return out / "conversion"


def test_sessions_of_both_logs_are_tested_on_and_not_learned_from(trained: Path, logs) -> None:
    manifest = json.loads((trained / "manifest.json").read_text())["answers"]["purchase"]
    assert "a log of its own; 1" in manifest["evidence"]["split"]
    known = pq.read_table(trained / "purchase" / "training_units.parquet").num_rows
    sessions = [len(set(pq.read_table(log)["session_id"].to_pylist())) for log in logs]
    assert 0.9 * sessions[0] < known < sessions[0]
    assert manifest["evidence"]["holdout_rows"] > sessions[1]


def test_evaluating_the_holdout_gives_the_figures_of_the_report(trained: Path, logs) -> None:
    manifest = json.loads((trained / "manifest.json").read_text())["answers"]["purchase"]
    done = run("evaluate", trained, logs[1], "--json")
    assert done.exit_code == 0, done.stderr
    parts = {part["part"]: part for part in json.loads(done.stdout)["parts"]}
    new = parts["not seen in training"]
    assert new["rows"] == parts["all"]["rows"] == manifest["evidence"]["holdout_rows"]
    for name, metric in manifest["metrics"].items():
        assert new["metrics"][name]["value"] == pytest.approx(metric["value"], abs=1e-6), name


def test_nothing_of_the_holdout_changes_what_is_learned(logs) -> None:
    log, answer, options = read_source([logs[0]]), ANSWERS["purchase"], Options()
    found = answerability(log, answer, options.windows)
    one, other = (
        prepare(log, answer, found, options.windows, 0, holdout=held)
        for held in (read_source([logs[1]]), _with_other_prices(logs[1]))
    )
    assert one.training.frame.equals(other.training.frame)
    assert not one.holdout.frame.equals(other.holdout.frame)
    for name, lookup in one.lookups.items():
        assert lookup.equals(other.lookups[name])


def _with_other_prices(log: Path):
    held = read_source([log])
    held.connection.execute("UPDATE events SET price = price * 3")
    return held


def test_copies_under_other_names_in_the_holdout_block_the_release(logs) -> None:
    log, held = read_source([logs[0]]), read_source([logs[1]])
    held.connection.register("copied", log.table.to_pyarrow())
    held.connection.execute(
        "INSERT INTO events BY NAME SELECT * REPLACE ('copy of ' || session_id AS session_id) "
        "FROM copied WHERE hash(session_id) % 3 = 0"
    )
    answer, options = ANSWERS["purchase"], replace(Options(), holdout=held)
    found = answerability(log, answer, options.windows)
    with pytest.raises(LeakFound, match="have a twin in training"):
        admit(log, answer, found, options)


def test_a_log_cannot_test_what_is_asked_of_customers(logs, tmp_path: Path) -> None:
    answers = ["--answers", "repurchase", "--trials", "5"]
    done = run("train", logs[0], "--holdout", logs[1], "--out", tmp_path / "out", *answers)
    assert done.exit_code == 3
    assert "Leave --holdout out" in done.stdout
