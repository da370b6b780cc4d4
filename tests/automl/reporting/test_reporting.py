"""The report and the card say what the manifest says, and nothing from elsewhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from clickstream.bundle import open_bundle
from tests.automl.conftest import Trained
from tests.automl.pages import Page

TASKS = ["conversion", "revenue", "segmentation"]


@pytest.mark.parametrize("task", TASKS)
def test_the_report_fetches_nothing_and_shows_the_manifests_figures(
    trained: Path, task: str
) -> None:
    bundle = open_bundle(trained / task)
    page = Page(bundle.report())
    assert page.fetched == []
    assert "The data is simulated" in page.text
    for name, answer in bundle.manifest.answers.items():
        assert name in page.text
        assert answer.family in page.text
        assert unescape(answer.baseline) in page.text
        for metrics in (answer.metrics, answer.baseline_metrics):
            for metric in metrics.values():
                assert f"{metric.value:.4g}" in page.text
        for line in bundle.evaluation(name)["leaderboard"]:
            assert line["family"] in page.text


@pytest.mark.parametrize("task", TASKS)
def test_the_card_shows_every_metric_of_the_holdout(trained: Path, task: str) -> None:
    card = (trained / task / "card.md").read_text(encoding="utf-8")
    manifest = open_bundle(trained / task).manifest
    assert "**simulated**" in card
    assert manifest.data_version[:12] in card
    for answer in manifest.answers.values():
        for name, metric in answer.metrics.items():
            assert re.search(rf"\| {name} \| {re.escape(f'{metric.value:.4g}')}", card)


@pytest.mark.parametrize("task", ["conversion", "revenue"])
def test_a_proxy_is_called_a_proxy_on_both(clicks: Trained, task: str) -> None:
    bundle = open_bundle(clicks.path / task)
    for text in (Page(bundle.report()).text, (bundle.path / "card.md").read_text()):
        assert "Status: proxy" in text
        assert "a proxy, not" in text
        assert "imulated" not in text


@pytest.mark.parametrize("task", TASKS)
def test_the_card_says_all_that_a_reader_must_know(trained: Path, task: str) -> None:
    card = (trained / task / "card.md").read_text(encoding="utf-8")
    manifest = open_bundle(trained / task).manifest
    for heading in ("## Data", "## Limits", "## Versions", *(f"## {n}" for n in manifest.answers)):
        assert f"{heading}\n" in card
    for name, version in manifest.versions.items():
        assert f"{name} {version}" in card
    for answer in manifest.answers.values():
        assert answer.evidence.split in card
        assert all(column.name in card for column in answer.inputs)
        assert all(text in card for text in (*answer.warnings, *(x.reason for x in answer.leaks)))
        if answer.threshold is not None:
            assert f"Calibration: {answer.calibration_method}" in card
            assert f"{answer.threshold:.4g} on, chosen by f1" in card
        if answer.interval is not None:
            assert f"{answer.interval.holdout_coverage:.1%} of the holdout lie inside" in card
