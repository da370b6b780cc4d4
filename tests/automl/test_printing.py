from __future__ import annotations

import json

import pytest

from automl.evaluating import Part
from automl.printing import Progress, part_dict, part_lines, print_json
from clickstream.manifest import Metric


def test_progress_is_drawn_only_where_somebody_looks(capfd: pytest.CaptureFixture[str]) -> None:
    with Progress(total=100, unit="%") as progress:
        progress.tell("purchase", "xgboost", 0.5)
        progress.tell("purchase", "xgboost", 1.7)
        progress.reach(40)
    assert capfd.readouterr() == ("", "")


def test_a_part_is_told_to_readers_with_intervals_and_the_best_possible() -> None:
    part = Part("purchase", "all", 20, 9, {"roc_auc": Metric(value=0.7, low=0.6, high=0.8)}, 0.75)
    head, metric, best = part_lines(part)
    assert head == "purchase, all: 20 rows of 9 units"
    assert " ".join(metric.split()) == "roc_auc 0.7000 (95 % interval 0.6000 to 0.8000)"
    assert " ".join(best.split()) == "best possible AUC 0.7500 (the simulator's truth)"
    assert json.loads(json.dumps(part_dict(part)))["metrics"]["roc_auc"]["high"] == 0.8


def test_json_keeps_every_letter(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "Łódź ☂"})
    assert "Łódź ☂" in capsys.readouterr().out
