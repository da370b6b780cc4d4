"""The first page: what runs, what can be answered, and one button to try it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.ui import standins
from tests.ui.opening import metrics, opened, press, texts
from ui.models import Model, Task
from ui.status import age_of
from ui.views.home import questions


def test_models_are_named_with_version_and_simulated_data_is_called_so() -> None:
    with opened(standins.three()) as page:
        said = texts(page)
        for task in Task:
            assert f"Model: {task}-v1" in said
        assert "Simulated data: the models were trained on a simulated shop." in said


def test_what_can_be_asked_is_shown_before_any_file() -> None:
    refused = {"exit": "exit cannot be answered: nothing is seen before an order."}
    services = standins.three()
    services[Task.CONVERSION] = standins.standin(Task.CONVERSION, refused=refused)
    with opened(services) as page:
        (asked,) = [table.value for table in page.table]
    assert dict(asked["answered"]) == {
        "Chance to buy": "yes",
        "Expected spend": "yes",
        "Segment": "yes",
        "Chance that this was the last click": "no",
    }
    why = asked["why"]["Chance that this was the last click"]
    assert why == "Exit cannot be answered: nothing is seen before an order."


def test_a_proxy_is_named_with_its_reason_and_what_it_learned_from_is_counted() -> None:
    evidence = {"training_rows": 9_858, "training_positives": 1_514, "training_negatives": 8_250}
    proxy = {"status": "proxy", "status_reason": "the log has no purchase", "evidence": evidence}
    (line,) = questions([Model.model_validate(standins.model(Task.CONVERSION, proxy))])
    assert line == {
        "question": "Chance to buy",
        "answered": "proxy",
        "why": "The log has no purchase.",
        "learned from": "9,858 rows, 1,514 yes and 8,250 no",
    }
    rows = {"evidence": {"training_rows": 1_000}}
    (line,) = questions([Model.model_validate(standins.model(Task.SEGMENTATION, rows))])
    assert line["learned from"] == "1,000 rows"


def test_real_data_is_not_called_simulated() -> None:
    with opened(standins.three(simulated=False, source="event-log")) as page:
        assert "Simulated data" not in texts(page)
        assert "event-log data dddddddddddd" in texts(page)


def test_models_of_different_data_are_named_with_their_data() -> None:
    services = standins.three()
    other = {"source": "event-log", "simulated": False, "data_version": "e" * 64}
    services[Task.REVENUE] = standins.standin(Task.REVENUE, **other)
    with opened(services) as page:
        assert (
            "**The services were trained on different data:** "
            "Conversion: simulated data dddddddddddd, Revenue: event-log data eeeeeeeeeeee, "
            "Segmentation: simulated data dddddddddddd."
        ) in texts(page)


def test_models_of_the_same_data_are_not_warned_of() -> None:
    services = standins.three()
    del services[Task.REVENUE]
    with opened(services) as page:
        assert "different data" not in texts(page)


def test_a_service_that_is_down_is_said_with_what_starts_it() -> None:
    services = standins.three()
    del services[Task.REVENUE]
    with opened(services) as page:
        assert "clickwise-revenue does not answer at" in texts(page)
        assert "make serve" in texts(page)


def test_one_button_scores_the_example_and_shows_the_numbers() -> None:
    with opened(standins.three()) as page:
        page = press(page, "Try it with the example shop")
        assert set(metrics(page)) == {"Chance to buy, mean", "Expected spend, sum", "Segments met"}
        assert "of the example shop were scored." in texts(page)


def test_with_every_service_down_the_button_says_how_to_start_them() -> None:
    with opened({}) as page:
        page = press(page, "Try it with the example shop")
        assert "No service answered. Start them with `make serve`" in texts(page)


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(minutes=5), "less than an hour ago"),
        (timedelta(hours=1, minutes=1), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=3, hours=2), "3 days ago"),
    ],
)
def test_a_model_says_how_old_it_is(age: timedelta, said: str) -> None:
    run: dict[str, Any] = {"started": (datetime.now(UTC) - age).isoformat()}
    assert age_of(Model.model_validate(standins.model(Task.REVENUE, run=run))) == said
