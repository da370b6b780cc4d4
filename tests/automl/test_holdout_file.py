"""A holdout that the user brings."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.automl.conftest import run
from tests.automl.visits_file import write_visits

_TRIALS = ["--answers", "purchase", "--trials", "5", "--json"]


@pytest.fixture(scope="module")
def files(real_data, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two files of visits, which share a dozen rows."""
    folder = tmp_path_factory.mktemp("visits")
    with write_visits(real_data, folder, dict, rows=4_000).open(encoding="utf-8") as file:
        head, *rows = list(csv.reader(file))
    parts = {"training.csv": rows[:3_000], "holdout.csv": rows[2_988:]}
    for name, part in parts.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *part])
    return folder / "training.csv", folder / "holdout.csv"


@pytest.fixture(scope="module")
def trained(files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    training, holdout = files
    out = tmp_path_factory.mktemp("bundles")
    done = run("train", training, "--holdout", holdout, "--out", out, *_TRIALS)
    assert done.exit_code == 0, done.stderr
    return out / "conversion"


def test_all_of_the_file_is_learned_from_but_what_is_tested(trained: Path, files) -> None:
    manifest = json.loads((trained / "manifest.json").read_text())["answers"]["purchase"]
    evidence = manifest["evidence"]
    assert evidence["holdout_rows"] == 1_012
    learned = evidence["training_rows"]
    assert 2_940 <= learned <= 2_988
    assert "a file of its own" in evidence["split"]
    assert not [leak for leak in manifest["leaks"] if leak["kind"] == "duplicates"]


def test_evaluating_the_holdout_gives_the_figures_of_the_report(trained, files) -> None:
    manifest = json.loads((trained / "manifest.json").read_text())["answers"]["purchase"]
    done = run("evaluate", trained, files[1], "--json")
    assert done.exit_code == 0, done.stderr
    new = next(
        part for part in json.loads(done.stdout)["parts"] if part["part"] == "not seen in training"
    )
    assert new["rows"] == 1_012
    for name, metric in manifest["metrics"].items():
        assert new["metrics"][name]["value"] == pytest.approx(metric["value"], abs=1e-6), name


def test_a_holdout_that_cannot_test_is_refused(files, tmp_path: Path) -> None:
    training, holdout = files
    with holdout.open(encoding="utf-8") as file:
        rows = [row[1:] for row in csv.reader(file)]
    (tmp_path / "narrow.csv").write_text("\n".join(",".join(row) for row in rows))
    (tmp_path / "log.csv").write_text(
        "session_id,event_time,event_type,product_id,price\n"
        + "".join(f"s{n},2026-01-01 10:0{n}:00,view,p{n},3\n" for n in range(9))
    )
    for name, said in (("narrow.csv", "column"), ("log.csv", "event")):
        done = run(
            "train", training, "--holdout", tmp_path / name, "--out", tmp_path / "out", *_TRIALS
        )
        assert done.exit_code == 2, done.stdout
        assert said in done.stderr
        assert "Traceback" not in done.stderr
