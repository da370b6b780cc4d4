from dataclasses import replace

import numpy as np
import pytest

from automl.segments.prototypes import Prototypes
from automl.segments.quality import (
    Figures,
    broken_constraints,
    draw_judged_rows,
    measure,
    row_silhouettes,
    sample_positions,
    wrong_count,
)

SOUND = Figures(
    segments=4,
    smallest_share=0.1,
    noise_share=0.01,
    silhouette=0.5,
    davies_bouldin=0.7,
    within_ss=1.0,
    stability=0.9,
)


def test_sound_figures_break_nothing():
    assert broken_constraints(SOUND) == ()


def test_figures_at_the_bounds_break_nothing():
    bounds = {"segments": 10, "smallest_share": 0.02, "noise_share": 0.1, "stability": 0.75}
    assert broken_constraints(replace(SOUND, **bounds)) == ()


@pytest.mark.parametrize(
    ("figure", "value", "sentence"),
    [
        ("segments", 2, "2 segments; 3 to 10 are of use"),
        ("segments", 11, "11 segments; 3 to 10 are of use"),
        ("smallest_share", 0.0194, "the smallest segment holds 1.94% of the rows; at least 2%"),
        ("noise_share", 0.104, "10.40% of the rows fit no segment; at most 10% may"),
        ("stability", 0.746, "stability 0.746; at least 0.75 is needed"),
    ],
)
def test_a_broken_constraint_is_said_in_a_sentence(figure, value, sentence):
    (said,) = broken_constraints(replace(SOUND, **{figure: value}))
    assert sentence in said


def test_stability_that_was_not_measured_breaks_nothing_here():
    assert broken_constraints(replace(SOUND, stability=None)) == ()


def test_no_group_at_all_is_a_wrong_count():
    assert wrong_count(0)


def test_shares_and_noise_count_rows_that_fit():
    rows = np.array([[0.0]] * 6 + [[10.0]] * 2 + [[50.0]] * 2)
    prototypes = Prototypes(np.array([[0.0], [10.0]]), np.array([1, 2]), np.ones(2))
    figures = measure(prototypes, rows, draw_judged_rows(rows, 0))
    assert figures.smallest_share == pytest.approx(0.2)
    assert figures.noise_share == pytest.approx(0.2)


def test_the_sum_of_squares_is_around_each_segments_mean():
    rows = np.array([[-1.0], [1.0], [9.0], [11.0]])
    prototypes = Prototypes(np.array([[0.0], [10.0]]), np.array([1, 2]), np.full(2, 2.0))
    assert measure(prototypes, rows, draw_judged_rows(rows, 0)).within_ss == pytest.approx(1.0)


def test_one_segment_has_no_silhouette():
    assert np.isnan(row_silhouettes(np.zeros((3, 3)), np.ones(3, dtype=np.int64))).all()


def test_the_sample_is_fixed_by_its_seed():
    first = sample_positions(5_000, 100, 1)
    assert (np.diff(first) > 0).all()
    np.testing.assert_array_equal(first, sample_positions(5_000, 100, 1))
    assert (first != sample_positions(5_000, 100, 2)).any()
    np.testing.assert_array_equal(sample_positions(7, 100, 1), np.arange(7))
