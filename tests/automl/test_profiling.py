"""Segments of a bundle are named, described, followed into the next window, and told what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from automl.options import Options
from automl.segments.strategies import OTHER, Strategies, read_strategies
from automl.training import train
from clickstream.bundle import AnswerManifest, Bundle, open_bundle
from clickstream.manifest import Strategy
from clickstream.sources import read_source
from tests.automl.hand_made import prepare_answer
from tests.automl.pages import Page

NOTHING = Strategy(goal="g", channel="c", offer="o", measure="m")


@pytest.fixture(scope="module")
def bundle(trained_on_orders: Path) -> Bundle:
    """Segments of customers who bought."""
    return open_bundle(trained_on_orders / "segmentation")


@pytest.fixture(scope="module")
def described(bundle: Bundle) -> AnswerManifest:
    """What it says of them."""
    return bundle.manifest.answers["segment"]


def test_every_segment_has_a_name_of_its_own_and_a_strategy(described: AnswerManifest) -> None:
    names = [one.name for one in described.segments]
    assert len(set(names)) == len(names) >= 3
    supplied = read_strategies()
    for one in described.segments:
        assert one.strategy in supplied.values()
        assert one.strategy == supplied.get(one.name.split(":")[0], supplied[OTHER])


def test_shares_and_what_followed_add_up_to_everyone(
    described: AnswerManifest, orders: Path
) -> None:
    training = prepare_answer(read_source([orders]), "segment").training
    sizes = np.array([one.size for one in described.segments])
    followed = [one.next_window for one in described.segments if one.next_window]
    assert len(followed) == len(sizes)
    assert sum(sizes) == len(training)
    assert sum(one.revenue_share or 0 for one in described.segments) == pytest.approx(1)
    bought = sizes @ np.array([one.buying_share for one in followed])
    assert bought == pytest.approx((training.label > 0).sum())
    spent = sizes @ np.array([one.spend_mean for one in followed])
    assert spent == pytest.approx(training.label.sum())
    for one in described.segments:
        assert sum(one.moves.values()) == pytest.approx(1)
    assert 0 < described.metrics["next_spend_explained"].value < 1
    stayed = sizes @ np.array([one.moves.get(str(one.segment), 0) for one in described.segments])
    assert described.metrics["moved_share"].value == pytest.approx(1 - stayed / sum(sizes))


def test_the_report_says_who_they_are_before_how_they_were_found(
    bundle: Bundle, described: AnswerManifest
) -> None:
    report = bundle.report()
    page = Page(report)
    assert report.index("<h3>The segments</h3>") < report.index(
        "<h2>How the segments were found</h2>"
    )
    for one in described.segments:
        assert f"{one.segment} {one.name} ({one.share:.0%} of customers)" in page.text
        assert one.strategy.offer in page.text
    assert "Who stays, and who moves on" in page.text
    assert "bought in the next 28 days" in page.text
    assert f"({described.segments_as_of:%Y-%m-%d})" in page.text
    assert "Seen from afar, they" in page.text


def test_editing_the_strategies_changes_their_text_and_nothing_else(
    bundle: Bundle, orders: Path, tmp_path: Path
) -> None:
    edited: Strategies = dict.fromkeys(read_strategies(), NOTHING)
    options = Options(answers=("segment",), budget=None, trials=8, strategies=edited)
    (outcome,) = train(read_source([orders]), tmp_path / "out", options)
    assert outcome.outcome == "packaged", outcome.message
    other = open_bundle(tmp_path / "out" / "segmentation")
    told = other.manifest.answers["segment"]
    assert {one.strategy for one in told.segments} == {NOTHING}
    was = bundle.manifest.answers["segment"]
    same = [
        new.model_copy(update={"strategy": old.strategy})
        for new, old in zip(told.segments, was.segments, strict=True)
    ]
    assert told.model_copy(update={"segments": same}) == was
    differing = {
        name for name, known in other.manifest.files.items() if known != bundle.manifest.files[name]
    }
    assert not differing, "the report alone, whose hash stands in the run"
