"""No unit stands on both sides of a split, and no label reaches across it."""

from __future__ import annotations

import numpy as np

from clickstream.leaks import split_leaks, window_leaks


def moments(*days: str) -> np.ndarray:
    return np.array(days, dtype="datetime64[us]")


def test_the_same_session_on_both_sides_of_a_split_is_found() -> None:
    (leak,) = split_leaks(["s1", "s2", "s3"], ["s3", "s4", "s2"])
    assert leak.kind == "split"
    assert leak.action == "blocks release"
    assert leak.reason == "2 units stand in training and in the holdout, such as 's2'"
    assert split_leaks(["s1", "s1"], ["s2", "s2"]) == []


def test_a_label_that_reaches_past_the_first_cut_of_the_holdout_is_found() -> None:
    end = moments("2026-03-01", "2026-03-09", "2026-03-08T00:00:01")
    (leak,) = window_leaks(end, moments("2026-03-20", "2026-03-08"))
    assert (leak.kind, leak.action) == ("window", "blocks release")
    assert leak.reason.startswith("2 of 3 training rows have a label that reaches past")
    assert "2026-03-08 00:00 UTC, up to 2026-03-09 00:00 UTC" in leak.reason


def test_a_label_may_end_where_the_holdout_begins() -> None:
    assert window_leaks(moments("2026-03-08"), moments("2026-03-08", "2026-03-09")) == []


def test_without_times_no_window_can_be_said_to_reach_anywhere() -> None:
    assert window_leaks(moments("NaT", "NaT"), moments("NaT")) == []
    assert len(window_leaks(moments("NaT", "2026-03-09"), moments("2026-03-08", "NaT"))) == 1
