"""Evaluation of ready-made rows: as in training on the same file, refused on another's columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clickstream.bundle import open_bundle
from clickstream.manifest import Metric
from tests.automl.conftest import run, run_json

ROWS = 1_500
MAPPING = """kind = "rows"
label = "bought"
label_yes = ["1"]
label_no = ["0"]
amount = "spent"
price_divisor = 100
"""


def _visits() -> pd.DataFrame:
    random = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "pages": random.integers(1, 40, ROWS),
            "minutes": random.gamma(2, 3, ROWS).round(3),
            "device": random.choice(["phone", "desktop"], ROWS),
        }
    )
    chance = 1 / (1 + np.exp(4 - 0.15 * frame.pages - 0.8 * (frame.device == "desktop")))
    frame["bought"] = (random.random(ROWS) < chance).astype(int)
    cents = 100 * frame.bought * frame.minutes * random.uniform(2, 9, ROWS)
    frame["spent"] = cents.round().astype(int)
    return frame


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of visits, its mapping, and bundles trained on it."""
    made = tmp_path_factory.mktemp("rows")
    _visits().to_csv(made / "visits.csv", index=False)
    (made / "visits.toml").write_text(MAPPING)
    files = [made / "visits.csv", "--mapping", made / "visits.toml", "--out", made]
    asked = ["--answers", "purchase,session_spend", "--trials", "8", "--seed", "3"]
    done = run("train", *files, *asked, "--threshold", "precision=0.6")
    assert done.exit_code == 0, done.output
    return made


@pytest.mark.parametrize(
    ("task", "answer"), [("conversion", "purchase"), ("revenue", "session_spend")]
)
def test_the_holdout_of_the_same_file_has_the_metrics_of_the_report(
    folder: Path, task: str, answer: str
) -> None:
    said = open_bundle(folder / task).manifest.answers[answer]
    _, new = run_json("evaluate", folder / task, folder / "visits.csv")["parts"]
    assert new["rows"] == said.evidence.holdout_rows
    assert set(new["metrics"]) == set(said.metrics)
    for name, metric in said.metrics.items():
        found = Metric(**new["metrics"][name])
        assert found.model_dump() == pytest.approx(metric.model_dump(), rel=1e-3, abs=1e-5), name


def test_amounts_in_cents_are_learned_and_scored_in_currency_units(
    folder: Path, tmp_path: Path
) -> None:
    visits, out = folder / "visits.csv", tmp_path / "scores.csv"
    run_json("score", visits, "--bundle", folder / "revenue", "--out", out)
    assert pd.read_csv(out).value.mean() == pytest.approx(_visits().spent.mean() / 100, rel=0.1)


def test_amounts_in_another_unit_are_judged_alike_by_a_mapping_that_says_so(
    folder: Path, tmp_path: Path
) -> None:
    visits = _visits()
    visits.assign(spent=visits.spent * 10_000).to_csv(tmp_path / "millionths.csv", index=False)
    mapping = tmp_path / "millionths.toml"
    mapping.write_text(MAPPING.replace("price_divisor = 100", "price_divisor = 1_000_000"))
    other = run_json(
        "evaluate", folder / "revenue", tmp_path / "millionths.csv", "--mapping", mapping
    )
    said = run_json("evaluate", folder / "revenue", folder / "visits.csv")
    assert other["parts"] == said["parts"]


def test_the_bundle_says_how_its_threshold_was_chosen(folder: Path) -> None:
    conversion, revenue = (
        open_bundle(folder / task).manifest.answers[answer]
        for task, answer in (("conversion", "purchase"), ("revenue", "session_spend"))
    )
    assert conversion.threshold_rule == "precision=0.6"
    assert conversion.metrics["precision"].high > 0.6
    assert (revenue.threshold, revenue.threshold_rule) == (None, None)


def _refusal(folder: Path, visits: pd.DataFrame, tmp_path: Path, *options: str | Path) -> str:
    visits.to_csv(tmp_path / "other.csv", index=False)
    result = run("evaluate", folder / "conversion", tmp_path / "other.csv", *options)
    assert result.exit_code == 2, result.output
    return result.stderr


def test_a_missing_column_is_named(folder: Path, tmp_path: Path) -> None:
    said = _refusal(folder, _visits().rename(columns={"pages": "page"}), tmp_path)
    assert "names column 'pages', which" in said
    assert "does not have" in said


def test_a_column_that_training_did_not_have_is_named(folder: Path, tmp_path: Path) -> None:
    said = _refusal(folder, _visits().assign(browser="one"), tmp_path)
    assert "not those that purchase was trained on: 'browser' was not there" in said


def test_a_number_that_has_become_text_is_named(folder: Path, tmp_path: Path) -> None:
    said = _refusal(folder, _visits().assign(minutes="long"), tmp_path)
    assert f"{ROWS} rows: minutes is not a number" in said


def test_by_another_mapping_each_difference_is_named(folder: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "other.toml"
    mapping.write_text(MAPPING)
    other = _visits().assign(minutes="long", browser="one").drop(columns="pages")
    said = _refusal(folder, other, tmp_path, "--mapping", mapping)
    assert "'pages' is missing; 'browser' was not there; 'minutes' is a string, but was a" in said
    assert said.rstrip().endswith("Give a file with the same columns.")


def test_a_rule_for_the_threshold_that_cannot_be_is_refused_before_the_search(
    folder: Path, tmp_path: Path
) -> None:
    result = run("train", folder / "visits.csv", "--out", tmp_path, "--threshold", "cost=9,2")
    assert result.exit_code == 2
    assert "A contact costs 9 and a sale is worth 2" in result.stderr
