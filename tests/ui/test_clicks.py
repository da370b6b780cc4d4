from __future__ import annotations

from datetime import datetime

from tests.ui import standins
from ui.models import Example, Model, Task
from ui.one.clicks import LARGEST, choices, first_moment, prefixes, problem

START = datetime(2026, 3, 1, 12)
CLICK = {"event_type": "view", "product_id": "p1", "category": None, "price": 20.0, "quantity": 1}
CLICKS = [CLICK | {"seconds": 99}, CLICK | {"seconds": 30}, CLICK | {"seconds": 5}]


def test_every_prefix_is_a_unit_and_extends_the_one_before() -> None:
    sessions = prefixes(CLICKS, START).sessions
    assert [len(unit["events"]) for unit in sessions] == [1, 2, 3]
    assert sessions[0]["events"] + sessions[2]["events"][1:] == sessions[2]["events"]


def test_the_first_click_is_at_the_start_and_the_others_as_much_later_as_said() -> None:
    times = [event["event_time"] for event in prefixes(CLICKS, START).sessions[-1]["events"]]
    assert times == ["2026-03-01T12:00:00", "2026-03-01T12:00:30", "2026-03-01T12:00:35"]


def test_the_time_between_clicks_is_asked_for_only_where_a_model_looks_at_it() -> None:
    for resolution, timed in {"time": True, "date": False, "none": False}.items():
        described = standins.model(Task.REVENUE, time_resolution=resolution)
        models = {Task.REVENUE: Model.model_validate(described)}
        assert choices(models, {}).timed is timed
    days = {event["event_date"] for event in prefixes([CLICK, CLICK], START).sessions[1]["events"]}
    assert days == {"2026-03-01"}


def test_what_is_unknown_is_left_out() -> None:
    event = prefixes(CLICKS, START).sessions[0]["events"][0]
    assert "category" not in event
    assert "seconds" not in event


def test_the_session_is_also_a_customer_asked_about_after_the_click() -> None:
    shop = prefixes(CLICKS, START)
    assert shop.owners() == {"1": "1", "2": "2", "3": "3"}
    for unit in shop.customers:
        assert unit["as_of"] > unit["events"][-1]["event_time"]


def test_the_form_offers_what_models_and_examples_know() -> None:
    models = {task: Model.model_validate(standins.model(task)) for task in Task}
    example = Example(units=[{"id": "1", "events": [standins.event(country="DK")]}])
    offered = choices(models, {Task.REVENUE: example})
    assert offered.products == {"p1": ("hats", 20.0)}
    assert offered.categories == ["hats"]
    assert offered.context == {"country": ["DK", "NO", "SE"]}
    assert first_moment({Task.REVENUE: example}) == START


def test_a_click_that_nobody_takes_is_a_sentence() -> None:
    assert problem({"price": 1e11, "quantity": 1, "seconds": 30}) == (
        "The price in currency units is 100,000,000,000, but may be 1,000,000,000 at most. "
        "Correct it and add the click again."
    )
    assert "The quantity is" in str(problem({"price": None, "quantity": 2**31}))
    assert "The time after the click before, in seconds" in str(problem({"seconds": 10**15}))


def test_a_click_within_the_limits_is_taken() -> None:
    assert problem(dict(LARGEST)) is None
    assert problem({"price": None}) is None
