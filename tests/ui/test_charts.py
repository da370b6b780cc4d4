from __future__ import annotations

import pytest

from tests.ui import standins
from ui import charts
from ui.models import (
    ConversionEvaluation,
    Interval,
    RevenueEvaluation,
    SegmentationPrediction,
    Task,
)

HOLDOUT = RevenueEvaluation.model_validate({"scores": {"edges": [0, 5, 50], "counts": [7, 2]}})


def _segment(number: int, fits: bool = True) -> SegmentationPrediction:
    made = standins.prediction(standins.model(Task.SEGMENTATION), {"id": "anna", "events": []})
    name = f"segment {number}"
    label = name if fits else "fits no segment"
    own = {"value": number, "name": name, "label": label, "fits": fits}
    return SegmentationPrediction.model_validate(made | own)


def test_every_amount_is_counted_also_outside_of_the_holdout() -> None:
    values = [-2.0, 0.0, 3.0, 5.0, 50.0, 400.0]
    bars = charts.amounts(values, "sessions", HOLDOUT).data[0]
    assert sum(bars.customdata) == len(values)
    assert sum(bars.y) == pytest.approx(1.0)


def test_a_chart_without_holdout_draws_only_what_was_scored() -> None:
    figure = charts.chances([0.1, 0.9], "sessions", None, None)
    assert len(figure.data) == 1
    assert sum(figure.data[0].customdata) == 2


def test_the_holdout_is_drawn_as_shares() -> None:
    scores = {"scores": {"edges": [0, 0.5, 1], "positives": [1, 2], "negatives": [5, 2]}}
    holdout = ConversionEvaluation.model_validate(scores)
    figure = charts.chances([0.1], "sessions", 0.5, holdout)
    assert list(figure.data[1].y) == [0.6, 0.4, 0.4]


@pytest.mark.parametrize("values", [[], [0.0], [0.0, 0.0]])
def test_nothing_and_zeros_can_be_drawn(values: list[float]) -> None:
    assert charts.amounts(values, "sessions", None).data
    assert charts.chances(values, "sessions", None, None).data


def test_a_segment_keeps_its_colour_whoever_else_is_there() -> None:
    alone = charts.segment_colours([_segment(2)])
    together = charts.segment_colours([_segment(0), _segment(2), _segment(1, fits=False)])
    assert alone["segment 2"] == together["segment 2"]
    assert set(together) == {"segment 0", "segment 2", "fits no segment"}


def test_the_pie_counts_who_fits_no_segment_by_itself() -> None:
    pie = charts.segment_shares([_segment(0), _segment(0), _segment(1, fits=False)]).data[0]
    assert dict(zip(pie.labels, pie.values, strict=True)) == {"segment 0": 2, "fits no segment": 1}


def test_a_gap_stays_a_gap_in_what_moved() -> None:
    interval = Interval(level=0.9, low=1.0, high=3.0)
    figure = charts.moved_amount([2.0, None, 4.0], [interval, None, interval], "Expected spend")
    assert list(figure.data[1].y) == [2.0, None, 4.0]


def test_a_long_name_is_written_in_lines_that_the_axis_holds() -> None:
    name = "Expected spend per customer within 28 days"
    shown = charts.moved_amount([2.0], [None], name).layout.yaxis.title.text
    assert shown.replace("<br>", " ") == f"{name}, currency units"
    assert max(map(len, shown.split("<br>"))) <= charts.LONGEST_LINE
