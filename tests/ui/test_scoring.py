"""The file at hand through the three services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.ui import standins
from tests.ui.opening import go_to, metrics, opened, press, texts
from ui.models import Task

OWN = {"source": "event-log", "simulated": False}
"""Models of another source than the example log, whose services have examples of their own."""
SCORE = "Score it with the three services"


@contextmanager
def scored(services: Mapping[Task, standins.Standin]) -> Iterator[AppTest]:
    """The view of many, after the example was scored."""
    with opened(services) as page:
        page.session_state["kept_predict_view"] = "file"
        page = press(go_to(page, "predict"), "Use the example shop")
        yield press(page, SCORE)


def three(**changes: Any) -> dict[Task, standins.Standin]:
    return standins.three(**OWN | changes)


def standin(task: Task, answer: Mapping[str, Any] = {}) -> standins.Standin:
    return standins.standin(task, answer, **OWN)


def test_without_a_file_the_page_says_what_to_do() -> None:
    with opened(three()) as page:
        page.session_state["kept_predict_view"] = "file"
        page = go_to(page, "predict")
        assert "No file yet." in texts(page)
        assert not page.metric


def test_the_services_own_example_is_scored_with_all_three_answers() -> None:
    with scored(three()) as page:
        assert "2 of 2 sessions of the example shop" in texts(page)
        assert set(metrics(page)) == {"Chance to buy, mean", "Expected spend, sum", "Segments met"}
        table = page.dataframe[0].value
        assert list(table["Chance to buy"]) == [0.2, 0.2]
        assert list(table["Expected spend"]) == [4.0, 4.0]
        assert list(table["segment"]) == ["segment 2", "segment 2"]
        assert len(page.get("plotly_chart")) == 4
        assert "Computed by clickwise-revenue revenue-v1 on event-log data" in texts(page)


def test_the_example_log_is_scored_where_the_models_know_its_source() -> None:
    services = standins.three()
    with scored(services) as page:
        lines = len(page.dataframe[0].value)
        assert f"{lines} of {lines} sessions of the example shop" in texts(page)
        assert lines > 100
    asked = [len(body["units"]) for body in services[Task.REVENUE].asked]
    assert sum(asked) == lines


def test_a_result_survives_a_visit_to_another_page() -> None:
    with scored(three()) as page:
        page = go_to(go_to(page, "segments"), "predict")
        assert "2 of 2 sessions of the example shop" in texts(page)


def test_with_revenue_down_two_answers_stand_and_the_third_is_named() -> None:
    services = three()
    del services[Task.REVENUE]
    with scored(services) as page:
        assert set(metrics(page)) == {"Chance to buy, mean", "Segments met"}
        assert "clickwise-revenue does not answer" in texts(page)
        assert "Expected spend" not in page.dataframe[0].value


def test_a_service_that_answers_rubbish_is_named_among_the_results() -> None:
    services = three()
    services[Task.REVENUE].routes["/predict"] = lambda body: (200, b"hello")
    with scored(services) as page:
        assert "**Revenue is missing below.** clickwise-revenue answered /predict" in texts(page)
        assert "Chance to buy, mean" in metrics(page)


def test_without_an_evaluation_the_charts_stand_and_say_what_is_missing() -> None:
    services = three()
    services[Task.REVENUE].routes["/evaluation"] = lambda body: standins.ok({})
    with scored(services) as page:
        assert len(page.get("plotly_chart")) == 4
        assert "Drawn without what the model was trained on: clickwise-revenue" in texts(page)


def test_asking_again_asks_only_for_what_is_missing() -> None:
    services = three()
    services[Task.REVENUE].routes["/predict"] = lambda body: (500, b"")
    with scored(services) as page:
        assert "Expected spend, sum" not in metrics(page)
        services[Task.REVENUE].routes.clear()
        before = len(services[Task.CONVERSION].asked)
        page = press(page, "Ask again")
        assert "Expected spend, sum" in metrics(page)
        assert len(services[Task.CONVERSION].asked) == before


def test_a_service_that_comes_back_with_another_model_is_asked_about_everything() -> None:
    services = three()
    with scored(services) as page:
        before = len(services[Task.REVENUE].asked)
        services[Task.REVENUE].described["model_version"] = "revenue-v2"
        page = press(page, "Ask again")
        assert len(services[Task.REVENUE].asked) == before + 1
        assert "clickwise-revenue revenue-v2" in texts(page)


def test_with_every_service_down_the_page_says_how_to_start_them() -> None:
    with scored({}) as page:
        assert "No service answered." in texts(page)


def test_a_proxy_is_called_a_proxy_and_not_added_up() -> None:
    reason = "The file has no purchases."
    services = three()
    services[Task.CONVERSION] = standin(
        Task.CONVERSION, {"status": "proxy", "status_reason": reason}
    )
    services[Task.REVENUE] = standin(Task.REVENUE, {"status": "proxy"})
    with scored(services) as page:
        assert f"**Conversion is a proxy:** {reason}" in texts(page)
        assert "Chance to buy (proxy), mean" in metrics(page)
        assert metrics(page)["Expected spend (proxy), mean"] == "4.00"


def _called(task: Task, name: str) -> standins.Standin:
    """A stand-in whose default answer has another name."""
    found = standin(task, {"windows": {"history_days": 365}})
    (answer,) = found.described["answers"].values()
    found.described |= {"default_answer": name, "answers": {name: answer}}
    return found


def test_a_last_click_is_not_called_a_chance_to_buy() -> None:
    with scored(three() | {Task.CONVERSION: _called(Task.CONVERSION, "exit")}) as page:
        assert "Chance that this was the last click, mean" in metrics(page)
        assert "chance to buy" not in texts(page).lower()


def test_customers_who_order_again_are_counted_once_and_told_apart_from_others() -> None:
    services = three() | {Task.CONVERSION: standins.repurchase()}
    services[Task.CONVERSION].described |= OWN
    with scored(services) as page:
        assert metrics(page)["Chance to order again within 90 days, mean"] == "20.0%"
        said = texts(page)
        assert "2 customers with an answer. It is about customers who have ordered before." in said
        assert "Churn (the chance to order nothing): 80.0% on average of 2 customers." in said


def test_the_mean_of_no_answers_is_no_number() -> None:
    services = {
        Task.CONVERSION: standin(Task.CONVERSION),
        Task.REVENUE: standin(Task.REVENUE, {"scope": "customer"}),
    }
    anna = standins.customer("anna", "visit-1")
    for event in anna["events"]:
        event["event_type"] = "purchase"
    services[Task.REVENUE].example = {"units": [anna]}
    with scored(services) as page:
        assert metrics(page)["Expected spend"] == "no answer"
        assert "0 customers with an answer." in texts(page)


def test_the_table_shows_what_passes_its_filters() -> None:
    with scored(standins.three()) as page:
        whole = page.dataframe[0].value
        page.slider(key="kept_least").set_value(50)
        page = page.run()
        shown = page.dataframe[0].value
        assert 0 < len(shown) < len(whole)
        assert len(shown) == (whole["Chance to buy"] >= 0.5).sum()


def test_rows_of_the_example_are_scored_as_rows() -> None:
    changes: dict[str, Any] = {"answer": {"scope": "row"}, "input_kind": "rows"}
    services = {task: standins.standin(task, **changes, **OWN) for task in (Task.CONVERSION,)}
    with scored(services) as page:
        assert "1 of 1 row of the example shop" in texts(page)
