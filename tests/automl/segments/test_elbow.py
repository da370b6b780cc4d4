import pytest

from automl.segments import ElbowPoint
from automl.segments.elbow import find_elbow


def curve(*within_ss: float) -> list[ElbowPoint]:
    return [ElbowPoint(number, squares, 0.5) for number, squares in enumerate(within_ss, start=3)]


@pytest.mark.parametrize(
    ("squares", "elbow"),
    [
        ((9.0, 3.0, 2.8, 2.6, 2.4), 4),
        ((9.0, 7.0, 5.0, 1.0, 0.9, 0.8), 6),
        ((9.0, 8.0, 7.0), None),
        ((9.0, 8.9, 5.0), None),
        ((2.0, 2.0, 2.0), None),
        ((9.0, 3.0), None),
        ((), None),
    ],
)
def test_the_elbow_is_where_the_curve_bends_most(squares, elbow):
    assert find_elbow(curve(*squares)) == elbow


def test_the_unit_of_the_squares_moves_no_elbow():
    squares = (9.0, 5.0, 4.0, 3.5, 3.2)
    assert find_elbow(curve(*(1000 * one for one in squares))) == find_elbow(curve(*squares))


def test_a_number_that_was_not_tried_is_no_bend():
    points = [ElbowPoint(3, 9.0, 0.5), ElbowPoint(7, 5.0, 0.5), ElbowPoint(9, 3.0, 0.5)]
    assert find_elbow(points) is None
