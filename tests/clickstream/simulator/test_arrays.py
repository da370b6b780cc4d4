import numpy as np

from clickstream.simulator.arrays import draw_index, logsumexp


def test_a_weight_of_zero_is_never_drawn():
    cumulative = np.cumsum([[0.0, 1.0, 0.0, 2.0, 0.0]], axis=1)
    extremes = np.array([0.0, 1 / 3, 1 - 2**-53])
    drawn = draw_index(np.repeat(cumulative, 3, axis=0), extremes)
    assert drawn.tolist() == [1, 3, 3]


def test_rounding_on_the_last_weight_stays_inside():
    cumulative = np.cumsum([0.1] * 10 + [0.0])
    assert draw_index(cumulative, np.array([1 - 2**-53])).tolist() == [9]


def test_logsumexp_survives_very_unlikely_logs():
    values = np.array([[-1000.0, -1000.0], [-1.0, -2000.0]])
    assert np.allclose(logsumexp(values, axis=1), [-1000 + np.log(2), -1.0])
