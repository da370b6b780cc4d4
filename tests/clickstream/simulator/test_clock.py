import numpy as np
import pandas as pd

from clickstream.simulator import clock
from clickstream.simulator.walk import Step


def test_indices_are_contiguous_from_one(log):
    place = log.events.groupby("session_id").cumcount() + 1
    assert (place == log.events["event_index"]).all()


def test_times_increase_within_a_session_by_less_than_a_session_gap(log):
    pause = log.events.groupby("session_id")["event_time"].diff().dropna()
    assert (pause > pd.Timedelta(0)).all()
    assert (pause < pd.Timedelta(minutes=30)).all()


def test_sessions_of_a_customer_never_overlap(log):
    sessions = log.events.groupby("session_id").agg(
        customer=("customer_id", "first"), start=("event_time", "min"), end=("event_time", "max")
    )
    sessions = sessions.sort_values(["customer", "start"])
    same = sessions["customer"] == sessions["customer"].shift()
    assert (sessions["start"] > sessions["end"].shift())[same].all()
    assert sessions.index.is_monotonic_increasing


def test_the_log_spans_180_days_from_new_year(log):
    days = (log.events["event_time"] - pd.Timestamp("2025-01-01", tz="UTC")).dt.days
    assert days.min() == 0
    assert 175 <= days.max() <= 180


def test_visits_begin_in_the_waking_hours():
    start = clock.start_times(np.repeat(np.arange(7), 500), np.random.default_rng(0))
    hour = (start - clock.EPOCH) % clock.DAY / clock.HOUR
    assert hour.min() >= 6
    assert hour.max() < 22.5


def test_even_an_endless_session_is_over_before_the_returns_and_the_next_visit():
    steps = [Step(np.array([0]), np.array([0]), np.array([0]), np.array([0])) for _ in range(3_000)]
    times = clock.step_times(np.array([0]), steps, np.random.default_rng(0))
    assert times[-1][0] > clock.HURRY_AFTER
    assert times[-1][0] < 5.5 * clock.HOUR
    assert (np.diff(np.concatenate(times)) >= clock.SECOND).all()
