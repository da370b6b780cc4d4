from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from automl.options import Options
from automl.training import train
from benchmarks.accuracy.asked import Refused
from benchmarks.accuracy.product import Trained, clickwise, score_rows, train_bundle
from clickstream.scoring import Scorer
from clickstream.sources import read_source
from tests.automl.visits_file import write_visits


def test_scores_of_rows_come_in_the_order_of_the_file(
    real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    visits = write_visits(real_data, tmp_path, lambda visit: visit, rows=2_000)
    dataset = read_source([visits])
    train(dataset, tmp_path, Options(answers=("purchase",), budget=None, trials=5))
    trained = Trained(tmp_path, seconds=0.0)
    bundle = trained.bundle("purchase")
    names = [column.name for column in bundle.manifest.answers["purchase"].inputs]
    rows = dataset.connection.read_csv(str(visits), all_varchar=True).df().head(50)
    sent = [
        {name: row[name] if name in _STRINGS else float(row[name]) for name in names}
        for row in rows.to_dict("records")
    ]
    expected = Scorer(bundle).predict_rows(sent, "purchase").outputs["value"].ravel()
    scores = score_rows(trained, "purchase", visits)
    assert len(scores) == 2_000
    assert scores[:50] == pytest.approx(expected.astype(np.float64), abs=1e-6)
    assert trained.search_seconds("purchase") > 0


_STRINGS = (
    "Month",
    "OperatingSystems",
    "Browser",
    "Region",
    "TrafficType",
    "VisitorType",
    "Weekend",
)


def test_a_refusal_is_told_in_the_products_own_words(
    real_data: Callable[[str], Path], tmp_path: Path
) -> None:
    visits = write_visits(real_data, tmp_path, lambda visit: visit, rows=150)
    asked = {"answers": ["purchase"], "budget": 5.0, "seed": 0}
    with pytest.raises(Refused, match="rows whose inputs equal one of its rows"):
        train_bundle(visits, visits, tmp_path / "models", **asked)


def test_a_command_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        clickwise("train", tmp_path / "nothing.csv", "--out", tmp_path)
