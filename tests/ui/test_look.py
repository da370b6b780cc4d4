"""Colours stand out from both backgrounds, and mean the same everywhere."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.ui import standins
from ui.charts import members, moves, spread
from ui.evaluations import ConversionEvaluation, RevenueEvaluation
from ui.look import BAD, COLOURS, GOOD, NEUTRAL, PALETTE, segment_colours
from ui.models import Interval, Model, SegmentationPrediction, Task

THEME = tomllib.loads(
    (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
)["theme"]
HOLDOUT = RevenueEvaluation.model_validate({"scores": {"edges": [0, 5, 50], "counts": [7, 2]}})


def _luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", sorted({*COLOURS.values(), *PALETTE, NEUTRAL, GOOD, BAD}))
def test_every_colour_of_a_chart_stands_out(theme: str, colour: str) -> None:
    assert _contrast(colour, THEME[theme]["backgroundColor"]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["textColor", "linkColor"])
@pytest.mark.parametrize("behind", ["backgroundColor", "secondaryBackgroundColor"])
def test_texts_can_be_read(theme: str, name: str, behind: str) -> None:
    assert _contrast(THEME[theme][name], THEME[theme][behind]) >= 4.5


def _segment(number: int, fits: bool = True) -> SegmentationPrediction:
    made = standins.prediction(standins.model(Task.SEGMENTATION), {"id": "anna", "events": []})
    name = f"segment {number}"
    label = name if fits else "fits no segment"
    own = {"value": number, "name": name, "label": label, "fits": fits}
    return SegmentationPrediction.model_validate(made | own)


def _model(*numbers: int) -> Model:
    profiles = [
        {"segment": number, "name": f"segment {number}", "size": 1, "share": 0.1}
        for number in numbers
    ]
    return Model.model_validate(standins.model(Task.SEGMENTATION, {"segments": profiles}))


def test_a_segment_has_the_colour_of_its_place_in_the_model() -> None:
    colours = members.colours_of(_model(3, 1, 2))
    assert colours == {f"segment {n}": PALETTE[n - 1] for n in (1, 2, 3)}
    assert len(set(segment_colours(range(10)).values())) == 10


def test_the_pie_counts_who_fits_no_segment_by_itself() -> None:
    predictions = [_segment(0), _segment(0), _segment(1, fits=False)]
    pie = members.segment_shares(predictions, members.colours_of(_model(0, 1))).data[0]
    assert dict(zip(pie.labels, pie.values, strict=True)) == {"segment 0": 2, "fits no segment": 1}
    assert pie.marker.colors[1] == NEUTRAL


def test_every_amount_is_counted_also_outside_of_the_holdout() -> None:
    values = [-2.0, 0.0, 3.0, 5.0, 50.0, 400.0]
    bars = spread.amounts(values, "sessions", HOLDOUT).data[0]
    assert sum(bars.customdata) == len(values)
    assert sum(bars.y) == pytest.approx(1.0)


def test_a_chart_without_holdout_draws_only_what_was_scored() -> None:
    figure = spread.chances([0.1, 0.9], "sessions", None, None)
    assert len(figure.data) == 1
    assert sum(figure.data[0].customdata) == 2


def test_the_holdout_is_drawn_as_shares() -> None:
    scores = {"scores": {"edges": [0, 0.5, 1], "positives": [1, 2], "negatives": [5, 2]}}
    holdout = ConversionEvaluation.model_validate(scores)
    figure = spread.chances([0.1], "sessions", 0.5, holdout)
    assert list(figure.data[1].y) == [0.6, 0.4, 0.4]


@pytest.mark.parametrize("values", [[], [0.0], [0.0, 0.0]])
def test_nothing_and_zeros_can_be_drawn(values: list[float]) -> None:
    assert spread.amounts(values, "sessions", None).data
    assert spread.chances(values, "sessions", None, None).data


def test_a_gap_stays_a_gap_in_what_moved() -> None:
    interval = Interval(level=0.9, low=1.0, high=3.0)
    figure = moves.moved_amount([2.0, None, 4.0], [interval, None, interval], "Expected spend")
    assert list(figure.data[1].y) == [2.0, None, 4.0]


def test_a_long_name_is_written_in_lines_that_the_axis_holds() -> None:
    name = "Expected spend per customer within 28 days"
    shown = moves.moved_amount([2.0], [None], name).layout.yaxis.title.text
    assert shown.replace("<br>", " ") == f"{name}, currency units"
    assert max(map(len, shown.split("<br>"))) <= moves.LONGEST_LINE
