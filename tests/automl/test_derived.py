"""A column that may know of the label is reported with and without."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from automl.derived import suspected_columns
from automl.options import Options
from automl.released import Released
from automl.supervised import train_supervised
from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.manifest import Leak
from clickstream.sources import read_source
from tests.automl.visits_file import write_visits


@pytest.fixture(scope="module")
def undeclared(real_data, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """Visits whose source does not know that PageValues is made from revenue."""
    file = write_visits(real_data, tmp_path_factory.mktemp("visits"), dict)
    dataset, answer = replace(read_source([file]), derived={}), ANSWERS["purchase"]
    found = answerability(dataset, answer, Windows())
    return train_supervised(dataset, answer, found, Options(budget=None, trials=5))


def test_an_input_far_ahead_is_released_with_a_warning(undeclared: Released) -> None:
    (leak,) = undeclared.manifest.leaks
    assert (leak.kind, leak.columns, leak.action) == ("far ahead", ["PageValues"], "warned")
    assert "PageValues" in [column.name for column in undeclared.manifest.inputs]


def test_both_results_are_reported(undeclared: Released) -> None:
    (sentence,) = [text for text in undeclared.manifest.warnings if "may know" in text]
    figures = re.search(r"ROC AUC (\S+) with, (\S+) without\.", sentence)
    assert figures is not None
    with_it, without = map(float, figures.groups())
    assert with_it == pytest.approx(undeclared.manifest.metrics["roc_auc"].value, abs=5e-4)
    assert without < with_it - 0.05


def test_only_inputs_that_were_kept_are_suspected() -> None:
    leaks = [
        Leak(kind="far ahead", columns=["a"], reason="", action="warned"),
        Leak(kind="derived", columns=["b"], reason="", action="dropped"),
        Leak(kind="duplicates", columns=[], reason="", action="warned"),
    ]
    assert suspected_columns(leaks) == ["a"]
