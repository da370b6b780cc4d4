"""The elbow: the number of segments beyond which more of them explain little."""

from collections.abc import Sequence

import numpy as np

from automl.segments.results import ElbowPoint

__all__ = ["find_elbow"]


def find_elbow(points: Sequence[ElbowPoint]) -> int | None:
    """Find where the within-cluster sum of squares bends.

    After Satopää et al. (2011), "Finding a kneedle in a haystack": both axes scaled to 0..1, the
    point that lies farthest below the straight line from the first to the last one.

    Parameters
    ----------
    points : sequence of ElbowPoint
        In ascending order of the number of segments.

    Returns
    -------
    int or None
        That number of segments; None where no point lies below the line, as with two of them.
    """
    if len(points) < 3:
        return None
    numbers = np.array([point.segments for point in points], dtype=np.float64)
    squares = np.array([point.within_ss for point in points])
    fall = squares[0] - squares[-1]
    if not fall > 0:
        return None
    across = (numbers - numbers[0]) / (numbers[-1] - numbers[0])
    below = (squares[0] - squares) / fall - across
    best = int(below.argmax())
    return points[best].segments if below[best] > 0 else None
