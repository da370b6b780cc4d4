"""The study runs from top to bottom, and its tables say what the bundles say."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from automl.batch import score_dataset
from clickstream.bundle import Bundle, open_bundle
from clickstream.sources import read_source
from tests.automl.pages import Page
from tests.conftest import ROOT, data_folder
from tests.gifts_file import write_gifts

NOTEBOOK = ROOT / "notebooks" / "online_retail_segmentation.ipynb"
TRIALS = "9"
PLAIN = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
"""Statements that decide nothing."""
DECIDING = (ast.Lambda, ast.IfExp, ast.BoolOp)


def cells(kind: str, text: str | None = None) -> list[dict[str, Any]]:
    content = json.loads(text or NOTEBOOK.read_text(encoding="utf-8"))
    return [cell for cell in content["cells"] if cell["cell_type"] == kind]


def source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


@dataclass(frozen=True)
class Study:
    """What a run of the notebook left."""

    file: Path
    out: Path
    cells: list[dict[str, Any]]

    def bundle(self, task: str) -> Bundle:
        return open_bundle(self.out / task)

    def figures(self, tag: str) -> list[float]:
        """The numbers of the table of the cell with that tag."""
        (cell,) = (one for one in self.cells if tag in one["metadata"].get("tags", []))
        (output,) = cell["outputs"]
        words = Page("".join(output["data"]["text/html"])).text.split()
        return [float(word) for word in words if re.fullmatch(r"-?\d[\d.]*(e[-+]\d+)?", word)]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Run it on the real data where these are, else on orders of a made-up shop."""
    folder = tmp_path_factory.mktemp("study")
    data = data_folder()
    file = None if data is None else data / "online-retail" / "online_retail.csv.gz"
    real = file is not None and file.is_file()
    if not real:
        file = write_gifts(folder / "gifts.csv", wholesale=True)
    environment = os.environ | {
        "ONLINE_RETAIL": str(file),
        "TRIALS": TRIALS,
        "TARGET_WINDOW": "90" if real else "28",
        "OUT": str(folder / "models"),
        "PYTHONPATH": str(ROOT),
    }
    program = Path(sys.executable).with_name("jupyter-execute")
    command = [program, NOTEBOOK, f"--output={folder / 'run'}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    run = (folder / "run.ipynb").read_text(encoding="utf-8")
    return Study(Path(str(file)), folder / "models", cells("code", run))


def assert_told(figures: list[float], expected: Iterable[float]) -> None:
    """Every expected number stands in the table, to its three digits."""
    for number in expected:
        assert any(abs(one - number) <= 6e-4 * max(1, abs(number)) for one in figures), number


def test_every_cell_ran_in_order(study: Study) -> None:
    assert [cell["execution_count"] for cell in study.cells] == list(range(1, len(study.cells) + 1))


def test_rows_are_counted_as_the_source_counts_them(study: Study) -> None:
    counts = read_source([study.file]).counts
    expected = [counts.read, counts.kept, *dict(counts.quarantined).values()]
    assert_told(study.figures("cleaning"), expected)


def test_segments_are_those_of_the_bundle(study: Study) -> None:
    bundle = study.bundle("segmentation")
    answer, evaluation = bundle.manifest.answers["segment"], bundle.evaluation("segment")
    metrics = study.figures("segment-metrics")
    assert_told(metrics, (metric.value for metric in answer.metrics.values()))
    kept = evaluation["candidates"]
    assert kept
    for name in ("silhouette", "davies_bouldin", "within_ss", "stability"):
        assert_told(study.figures("candidates"), (one[name] for one in kept))
    assert_told(study.figures("segments"), (one.share for one in answer.segments))
    followed = [one.next_window for one in answer.segments if one.next_window]
    assert_told(study.figures("next-window"), (one.buying_share for one in followed))


@pytest.mark.parametrize(
    ("name", "tag"), [("interest", "interest"), ("next_segment", "next-segment")]
)
def test_new_customers_are_foretold_as_the_bundle_says(study: Study, name: str, tag: str) -> None:
    answer = study.bundle("segmentation").manifest.answers[name]
    for metrics in (answer.metrics, answer.baseline_metrics):
        assert_told(study.figures(tag), (metric.value for metric in metrics.values()))
    for told in study.bundle("segmentation").evaluation(name).get("forecasts", {}).values():
        assert_told(study.figures(tag), (metric["value"] for metric in told.values()))


def test_groups_hold_every_product_once(study: Study) -> None:
    groups = pd.read_parquet(study.bundle("segmentation").lookups()["product_groups"])
    assert sum(study.figures("groups")) == len(groups)


def test_families_are_compared_by_rmsle(study: Study) -> None:
    found = study.bundle("revenue").evaluation("customer_spend")["leaderboard"]
    measured = [one["holdout_rmsle"] for one in found if "holdout_rmsle" in one]
    assert len(measured) == 8
    assert_told(study.figures("spend-leaderboard"), measured)


def test_the_forecast_is_a_line_of_id_and_value_for_each_customer(study: Study) -> None:
    written = pd.read_csv(study.out / "spend.csv", dtype={"id": str})
    scores = score_dataset(study.bundle("revenue"), read_source([study.file])).to_pandas()
    assert list(written) == ["id", "value"]
    assert written["id"].tolist() == scores["unit_id"].tolist()
    assert written["value"].to_numpy() == pytest.approx(scores["value"].to_numpy())


def test_the_result_repeats_the_bundles(study: Study) -> None:
    answers = [study.bundle(task).manifest.answers for task in ("segmentation", "revenue")]
    metrics = {name: one.metrics for part in answers for name, one in part.items()}
    figures = {
        "segment": "silhouette",
        "interest": "accuracy",
        "next_segment": "accuracy",
        "customer_spend": "rmsle",
    }
    expected = [metrics[name][figure].value for name, figure in figures.items()]
    assert_told(study.figures("result"), expected)


def test_the_code_calls_and_decides_nothing() -> None:
    for cell in cells("code"):
        tree = ast.parse(source(cell))
        assert all(isinstance(statement, PLAIN) for statement in tree.body), source(cell)
        for node in ast.walk(tree):
            assert not isinstance(node, DECIDING), source(cell)
            assert not (isinstance(node, ast.comprehension) and node.ifs), source(cell)


def test_each_stage_ends_with_its_conclusion_and_stands_in_the_contents() -> None:
    content = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    heads = [place for place, cell in enumerate(content) if source(cell).startswith("## ")]
    contents = source(content[0])
    for place, following in zip(heads, [*heads[1:], len(content)], strict=True):
        title = source(content[place]).splitlines()[0].removeprefix("## ")
        if title == "Contents":
            continue
        assert f"[{title.split(': ')[0]}" in contents, title
        if title.startswith("Stage"):
            last = content[following - 1]
            assert last["cell_type"] == "markdown"
            assert source(last).startswith("**Conclusion.**")
