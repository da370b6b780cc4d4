"""When things happen: the hour of a visit and the pauses between clicks, in microseconds UTC."""

from datetime import UTC, datetime

import numpy as np

from clickstream.simulator.arrays import Floats, Ints, draw_index
from clickstream.simulator.chain import START, decode_states
from clickstream.simulator.visits import weekday
from clickstream.simulator.walk import Step

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()) * SECOND  # day 0 of the log

# Visits begin in the half hours from 06:00 to 22:30. With at most one visit a day and the limits
# below, a session is over by about 03:00 and never reaches into the customer's next.
FIRST_SLOT, LAST_SLOT = 12, 45
SLOT = 30 * MINUTE
# Peaks of the rhythm: hour, width in hours, height; over an even floor of 0.15.
WORKDAY_PEAKS = ((9.0, 1.5, 0.4), (12.5, 1.2, 0.6), (20.0, 2.0, 1.0))
WEEKEND_PEAKS = ((11.0, 2.0, 0.8), (16.0, 3.0, 0.6), (20.5, 2.0, 0.7))

# Median seconds before the next click, after a view, cart, remove, purchase; START waits for none.
MEDIAN_PAUSE = np.array([32.0, 14.0, 10.0, 40.0])
PAUSE_SPREAD = 0.95  # standard deviation of the log pause
SHORTEST_PAUSE = SECOND
LONGEST_PAUSE = 25 * MINUTE  # below the 30 minutes at which session builders split
# After so long only the shortest pauses follow. The rule looks back, never ahead, so that pauses
# do not tell how long the session will last.
HURRY_AFTER = 4 * HOUR


def start_times(day: Ints, rng: np.random.Generator) -> Ints:
    """Draw when the visits of these days of the log begin, shape (n_visits,)."""
    rhythm = np.stack([_rhythm(WORKDAY_PEAKS), _rhythm(WEEKEND_PEAKS)])
    weekend = (weekday(day) >= 5).astype(np.int64)
    slot = FIRST_SLOT + draw_index(rhythm.cumsum(axis=1)[weekend], rng.random(len(day)))
    within = rng.integers(SLOT // SECOND, size=len(day)) * SECOND
    return EPOCH + day * DAY + slot * SLOT + within


def _rhythm(peaks: tuple[tuple[float, float, float], ...]) -> Floats:
    hours = np.arange(FIRST_SLOT, LAST_SLOT) * SLOT / HOUR
    bumps = [height * np.exp(-(((hours - at) / width) ** 2)) for at, width, height in peaks]
    return np.asarray(0.15 + np.sum(bumps, axis=0), dtype=np.float64)


def step_times(start: Ints, steps: list[Step], rng: np.random.Generator) -> list[Ints]:
    """Draw when each step happens.

    Parameters
    ----------
    start : array of shape (n_sessions,)
    steps : list of Step
    rng : numpy.random.Generator

    Returns
    -------
    list of arrays, of the same shapes as the steps
    """
    last = decode_states()[0]
    median = np.append(MEDIAN_PAUSE[last], 0.0)
    now = start.copy()
    times = []
    for step in steps:
        pause = median[step.state] * np.exp(PAUSE_SPREAD * rng.standard_normal(len(step.state)))
        now[step.session] += _limit(pause, now[step.session] - start[step.session], step.state)
        times.append(now[step.session])
    return times


def _limit(pause: Floats, elapsed: Ints, state: Ints) -> Ints:
    """Turn pauses in seconds into microseconds within the limits, whole milliseconds."""
    micros = np.round(pause * 1000).astype(np.int64) * 1000
    micros = np.clip(micros, SHORTEST_PAUSE, LONGEST_PAUSE)
    micros = np.where(elapsed > HURRY_AFTER, SHORTEST_PAUSE, micros)
    return np.where(state == START, 0, micros)
