"""Figures on segments show what stands in evaluation.json, and nothing else."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from automl.html import page
from automl.segment_figures import (
    elbow_figure,
    profile_figure,
    silhouette_figure,
    sizes_figure,
    stability_figure,
)
from automl.segment_sections import segment_sections, who_they_are
from tests.automl.pages import Page

FIGURES = (silhouette_figure, elbow_figure, stability_figure, sizes_figure, profile_figure)


def drawn(figure: Any) -> list[dict[str, Any]]:
    """The traces as the page gets them."""
    return json.loads(figure.to_json())["data"]


def test_every_candidate_kept_is_drawn_with_its_silhouette_and_stability(evaluation):
    kept = {(one["family"], one["segments"]) for one in evaluation["candidates"]}
    lines = [line for line in silhouette_figure(evaluation).data if line.name != "chosen"]
    assert {(line.name, x) for line in lines for x in line.x} == kept
    points = stability_figure(evaluation).data
    assert sum(len(line.x) for line in points) == 2 * len(kept)


def test_the_chosen_candidate_is_marked(evaluation):
    (chosen,) = [one for one in evaluation["candidates"] if one["chosen"]]
    (mark,) = [line for line in silhouette_figure(evaluation).data if line.name == "chosen"]
    assert (mark.x[0], mark.y[0]) == (chosen["segments"], chosen["silhouette"])


def test_what_breaks_a_constraint_is_hollow_and_says_why(evaluation):
    spoilt = deepcopy(evaluation)
    spoilt["candidates"][0]["broken"] = ["too <small>"]
    family, segments = (spoilt["candidates"][0][name] for name in ("family", "segments"))
    (line,) = [line for line in silhouette_figure(spoilt).data if line.name == family]
    place = list(line.x).index(segments)
    assert line.marker.symbol[place] == "circle-open"
    assert line.customdata[place] == "<br>too &lt;small&gt;"


def test_the_elbow_is_marked_where_there_is_one(evaluation):
    with_elbow = elbow_figure(evaluation | {"elbow_at": 5})
    assert with_elbow.layout.shapes[0].x0 == 5
    assert "5 segments" in with_elbow.layout.title.subtitle.text
    without = elbow_figure(evaluation | {"elbow_at": None})
    assert not without.layout.shapes
    assert "no elbow" in without.layout.title.subtitle.text


def test_ten_segments_stand_in_the_order_of_their_numbers(evaluation):
    sizes = {str(number): 200 - number for number in range(1, 11)}
    names = dict.fromkeys(sizes, "regulars")
    told = evaluation | {"sizes": dict(sorted(sizes.items())), "names": names}
    bars = sizes_figure(told).data[0]
    assert list(bars.y) == [f"{number} regulars" for number in range(1, 11)]


def test_the_heatmap_has_a_row_per_input_and_a_column_per_segment(evaluation):
    profiles = evaluation["profiles"]
    heat = profile_figure(evaluation).data[0]
    assert list(heat.y) == profiles["inputs"]
    names = evaluation["names"]
    assert list(heat.x) == [f"{number} {names[str(number)]}" for number in profiles["segments"]]
    for row, name in enumerate(profiles["inputs"]):
        for column, differences in enumerate(profiles["differences"]):
            assert heat.z[row][column] == differences[profiles["inputs"].index(name)]


def test_an_input_without_values_in_a_segment_is_called_unknown(evaluation):
    spoilt = deepcopy(evaluation)
    spoilt["profiles"]["typical"][0][0] = spoilt["profiles"]["differences"][0][0] = None
    assert profile_figure(spoilt).data[0].text[0][0] == "unknown"


def test_a_column_named_like_markup_is_no_markup(evaluation):
    spoilt = deepcopy(evaluation)
    spoilt["profiles"]["inputs"][0] = "<b>spend"
    assert profile_figure(spoilt).data[0].y[0] == "&lt;b&gt;spend"


def test_agreement_with_rows_that_are_not_later_is_not_called_out_of_time(evaluation):
    assert "out of time" in "".join(segment_sections(evaluation))
    by_chance = "".join(segment_sections(evaluation | {"holdout_is_later": False}))
    assert "ut-of-time" not in by_chance
    assert "out of time" not in by_chance
    assert "held out" in by_chance


def test_the_sections_name_every_candidate_and_note_and_fetch_nothing(evaluation):
    parts = [who_they_are(evaluation), *segment_sections(evaluation)]
    shown = Page(page("Segments", "".join(parts)))
    assert shown.fetched == []
    assert len(shown.names) == len(set(shown.names)) == len(FIGURES)
    for note in evaluation["notes"]:
        assert note in shown.text
    for candidate in evaluation["candidates"]:
        assert f"{candidate['silhouette']:.3f}" in shown.text
        assert f"{candidate['out_of_time']:.3f}" in shown.text


@pytest.mark.parametrize("draw", FIGURES)
def test_equal_evaluations_are_drawn_equally(evaluation, draw):
    assert drawn(draw(evaluation)) == drawn(draw(deepcopy(evaluation)))
    assert draw(evaluation).layout.title.text
