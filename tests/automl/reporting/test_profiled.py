"""The report describes segments of customers, sessions and rows alike."""

from __future__ import annotations

import pytest

from automl.reporting.figures_in_words import METRICS_IN_WORDS, verdict
from automl.reporting.profiled import moves_figure, profiled_section
from clickstream.bundle import open_bundle
from clickstream.manifest import SegmentProfile, Strategy
from tests.automl.pages import Page
from tests.services import hand_made

STRATEGY = Strategy(goal="Know <them>.", channel="c", offer="o", measure="m")


def segment(number: int, **moves: float) -> SegmentProfile:
    return SegmentProfile(
        segment=number,
        name=f"kind {number}",
        size=10,
        share=0.5,
        traits=[],
        strategy=STRATEGY,
        moves={name.strip("_"): share for name, share in moves.items()},
    )


def test_who_is_not_seen_any_more_has_a_column_only_where_there_is_one() -> None:
    stay = moves_figure([segment(1, _1=1.0), segment(2, _1=0.5, _2=0.5)], 28).data[0]
    assert list(stay.x) == list(stay.y) == ["1 kind 1", "2 kind 2"]
    assert [list(row) for row in stay.z] == [[1.0, 0.0], [0.5, 0.5]]
    leave = moves_figure([segment(1, _1=0.9, gone=0.1), segment(2, _2=1.0)], 28).data[0]
    assert leave.x[-1] == "not seen any more"
    assert [row[-1] for row in leave.z] == [0.1, 0.0]


def test_segments_without_a_next_window_are_described_without_one(tmp_path) -> None:
    manifest = hand_made.segment_bundle(tmp_path / "bundle").manifest.answers["segment"]
    text = Page(profiled_section(manifest)).text
    assert "0 regulars (60% of customers)" in text
    assert "bought in the next" not in text
    assert "share of sales" not in text


def test_a_strategy_is_text_and_no_markup(tmp_path) -> None:
    manifest = hand_made.segment_bundle(tmp_path / "bundle").manifest.answers["segment"]
    told = manifest.model_copy(update={"segments": [segment(1)]})
    assert "Know &lt;them&gt;." in profiled_section(told)


def test_segments_with_one_plan_name_each_other(tmp_path) -> None:
    manifest = hand_made.segment_bundle(tmp_path / "bundle").manifest.answers["segment"]
    other = segment(3).model_copy(update={"strategy": STRATEGY.model_copy(update={"goal": "g"})})
    told = manifest.model_copy(update={"segments": [segment(1), segment(2), other]})
    text = Page(profiled_section(told)).text
    assert text.count("The same plan as for") == 2
    assert "The same plan as for 2 kind 2" in text


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("silhouette", 0.71, "lie far apart"),
        ("silhouette", 0.3, "partly run into each other"),
        ("silhouette", -0.2, "are hardly groups"),
        ("stability", 0.83, "much the same"),
        ("davies_bouldin", 1.0, ""),
    ],
)
def test_a_figure_is_graded_where_there_are_grades(name: str, value: float, said: str) -> None:
    assert verdict(name, value).startswith(said)
    assert bool(verdict(name, value)) == bool(said)


@pytest.mark.parametrize("fixture", ["trained", "trained_on_orders"])
def test_every_figure_of_a_segmentation_is_put_in_words(request, fixture: str) -> None:
    bundle = open_bundle(request.getfixturevalue(fixture) / "segmentation")
    text = Page(bundle.report()).text
    for name in bundle.manifest.answers["segment"].metrics:
        assert METRICS_IN_WORDS[name] in text
