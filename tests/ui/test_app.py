from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clickstream.simulator import simulate
from tests.ui import standins
from ui.models import Task

APP = str(Path(__file__).parents[2] / "ui" / "app.py")
NOBODY = "http://127.0.0.1:9"


@contextmanager
def _open(services: Mapping[Task, standins.Standin]) -> Iterator[AppTest]:
    """The app on stand-ins; a task without one is down."""
    with standins.served(services) as urls, pytest.MonkeyPatch.context() as patch:
        for task in Task:
            patch.setenv(f"CLICKWISE_{task.upper()}_URL", urls.get(task, NOBODY))
        patch.setenv("CLICKWISE_STATUS_TIMEOUT", "30")
        page = AppTest.from_file(APP, default_timeout=60).run()
        assert not page.exception
        yield page


def _texts(page: AppTest) -> str:
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "html")
    said = [element.value for kind in kinds for element in page.get(kind)]
    said += [str(element.proto.body) for element in page.get("html")]
    return "\n".join(map(str, said))


def _press(page: AppTest, label: str) -> AppTest:
    button = next(button for button in page.button if button.label == label)
    after = button.click().run()
    assert not after.exception
    return after


def _go_to(page: AppTest, name: str) -> AppTest:
    page.session_state["page"] = name
    after = page.run()
    assert not after.exception
    return after


def _metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def test_without_a_file_the_page_says_what_to_do() -> None:
    with _open(standins.three()) as page:
        assert "No file yet." in _texts(page)
        assert not page.metric


def test_models_are_named_with_version_and_simulated_data_is_called_so() -> None:
    with _open(standins.three()) as page:
        said = _texts(page)
        for task in Task:
            assert f"{task}-v1" in said
        assert "Simulated data: the models below were trained on a simulated shop." in said


def test_what_can_be_asked_and_what_models_look_at_is_shown_before_any_file() -> None:
    refused = {"exit": "exit cannot be answered: nothing is seen before an order."}
    services = standins.three()
    services[Task.CONVERSION] = standins.standin(Task.CONVERSION, refused=refused)
    with _open(services) as page:
        asked, *inputs = [table.value for table in page.table]
    assert dict(asked["given"]) == {
        "purchase": "yes",
        "session_spend": "yes",
        "segment": "yes",
        "exit": "no",
    }
    assert asked["why"]["exit"] == "Exit cannot be answered: nothing is seen before an order."
    assert [list(table.index) for table in inputs] == [["clicks", "country_last"]] * 3


def test_real_data_is_not_called_simulated() -> None:
    with _open(standins.three(simulated=False, source="event-log")) as page:
        page = _press(page, "Use the example shop")
        assert "simulated" not in _texts(page).lower()
        assert "on event-log data dddddddddddd" in _texts(page)


def test_models_of_different_data_are_named_with_their_data() -> None:
    services = standins.three()
    other = {"source": "event-log", "simulated": False, "data_version": "e" * 64}
    services[Task.REVENUE] = standins.standin(Task.REVENUE, **other)
    with _open(services) as page:
        assert (
            "**The services were trained on different data:** "
            "conversion on simulated data dddddddddddd, revenue on event-log data eeeeeeeeeeee, "
            "segmentation on simulated data dddddddddddd."
        ) in _texts(page)


def test_models_of_the_same_data_are_not_warned_of() -> None:
    services = standins.three()
    del services[Task.REVENUE]
    with _open(services) as page:
        assert "different data" not in _texts(page)


def test_the_example_shop_is_scored_with_all_three_answers() -> None:
    with _open(standins.three()) as page:
        page = _press(page, "Use the example shop")
        assert "2 of 2 sessions of the example shop" in _texts(page)
        assert set(_metrics(page)) == {"Chance to buy, mean", "Expected spend, sum", "Segments met"}
        table = page.dataframe[0].value
        assert list(table["Chance to buy"]) == [0.2, 0.2]
        assert list(table["Expected spend"]) == [4.0, 4.0]
        assert list(table["segment"]) == ["segment 2", "segment 2"]
        assert len(page.get("plotly_chart")) == 4
        assert "Computed by clickwise-revenue revenue-v1 on simulated data" in _texts(page)


def test_a_result_survives_a_visit_to_the_other_page() -> None:
    with _open(standins.three()) as page:
        page = _press(page, "Use the example shop")
        page = _go_to(_go_to(page, "Build a session"), "Score a shop")
        assert "2 of 2 sessions of the example shop" in _texts(page)


def test_with_revenue_down_two_answers_stand_and_the_third_is_named() -> None:
    services = standins.three()
    del services[Task.REVENUE]
    with _open(services) as page:
        page = _press(page, "Use the example shop")
        assert set(_metrics(page)) == {"Chance to buy, mean", "Segments met"}
        assert "clickwise-revenue does not answer" in _texts(page)
        assert "Expected spend" not in page.dataframe[0].value


def test_a_service_that_answers_rubbish_is_named_among_the_results() -> None:
    services = standins.three()
    services[Task.REVENUE].routes["/predict"] = lambda body: (200, b"hello")
    with _open(services) as page:
        page = _press(page, "Use the example shop")
        assert "**Revenue is missing below.** clickwise-revenue answered /predict" in _texts(page)
        assert "Chance to buy, mean" in _metrics(page)


def test_without_an_evaluation_the_charts_stand_and_say_what_is_missing() -> None:
    services = standins.three()
    services[Task.REVENUE].routes["/evaluation"] = lambda body: standins.ok({})
    with _open(services) as page:
        page = _press(page, "Use the example shop")
        assert len(page.get("plotly_chart")) == 4
        assert "Drawn without what the model was trained on: clickwise-revenue" in _texts(page)


def test_with_every_service_down_the_page_says_how_to_start_them() -> None:
    with _open({}) as page:
        assert "make serve" in _texts(page)
        page = _press(page, "Use the example shop")
        assert "No service answered." in _texts(page)


def test_a_service_that_comes_back_is_asked_again() -> None:
    services = standins.three()
    services[Task.REVENUE].routes["/model"] = lambda body: (503, b"")
    with _open(services) as page:
        page = _press(page, "Use the example shop")
        assert "Expected spend, sum" not in _metrics(page)
        services[Task.REVENUE].routes.clear()
        page = _press(page, "Ask again")
        assert "Expected spend, sum" in _metrics(page)


def test_a_proxy_is_called_a_proxy_wherever_its_number_stands() -> None:
    reason = "The file has no purchases."
    answer = {"status": "proxy", "status_reason": reason}
    services = standins.three()
    services[Task.CONVERSION] = standins.standin(Task.CONVERSION, answer)
    with _open(services) as page:
        page = _press(page, "Use the example shop")
        assert f"**Conversion is a proxy:** {reason}" in _texts(page)
        assert "Chance to buy (proxy), mean" in _metrics(page)
        page = _add_click(_go_to(page, "Build a session"))
        assert "Chance to buy (proxy)" in _metrics(page)


def _called(task: Task, name: str) -> standins.Standin:
    """A stand-in whose default answer has another name."""
    found = standins.standin(task, {"windows": {"history_days": 365}})
    (answer,) = found.described["answers"].values()
    found.described |= {"default_answer": name, "answers": {name: answer}}
    return found


def test_a_last_click_is_not_called_a_chance_to_buy() -> None:
    services = standins.three() | {Task.CONVERSION: _called(Task.CONVERSION, "exit")}
    with _open(services) as page:
        page = _press(page, "Use the example shop")
        assert "Chance that this was the last click, mean" in _metrics(page)
        page = _add_click(_go_to(page, "Build a session"))
        assert "Chance that this was the last click" in _metrics(page)
        assert "chance to buy" not in _texts(page).lower()


def test_customers_who_order_again_are_counted_once_and_told_apart_from_others() -> None:
    services = standins.three() | {Task.CONVERSION: standins.repurchase()}
    with _open(services) as page:
        page = _press(page, "Use the example shop")
        assert _metrics(page)["Chance to order again within 90 days, mean"] == "20.0%"
        said = _texts(page)
        assert "2 customers with an answer; it is about customers who have ordered before." in said
        assert "Churn (chance to order nothing): 80.0% on average of 2 customers." in said
        assert "chance to buy" not in said.lower()
        page = _add_click(_go_to(page, "Build a session"))
        assert "answers for customers who have ordered before" in _texts(page)
        page = _add_click(page, kind="purchase")
        assert _metrics(page)["Chance to order again within 90 days"] == "20.0%"
        assert "**Churn: 80.0%**, the chance to order nothing" in _texts(page)
        assert "**Value" not in _texts(page), "the spend is the session's, the chance another's"


def test_the_mean_of_no_answers_is_no_number() -> None:
    services = {Task.REVENUE: standins.standin(Task.REVENUE, {"scope": "customer"})}
    services[Task.CONVERSION] = standins.standin(Task.CONVERSION)
    services[Task.REVENUE].example = {"units": [standins.customer("anna", "visit-1")]}
    with _open(services) as page:
        for event in services[Task.REVENUE].example["units"][0]["events"]:
            event["event_type"] = "purchase"
        page = _press(page, "Use the example shop")
        assert _metrics(page)["Expected spend"] == "no answer"
        assert "0 customers with an answer." in _texts(page)


def test_a_session_with_a_full_cart_shows_its_abandonment() -> None:
    answer = {"complement": {"name": "abandonment", "meaning": "chance to leave"}}
    services = standins.three() | {Task.CONVERSION: standins.standin(Task.CONVERSION, answer)}
    with _open(services) as page:
        page = _add_click(_go_to(page, "Build a session"))
        assert "Abandonment" not in _texts(page)
        page = _add_click(page, kind="cart")
        assert "**Abandonment: 80.0%**, the chance to leave" in _texts(page)


def test_a_price_that_no_service_takes_is_a_sentence_and_no_click() -> None:
    with _open(standins.three()) as page:
        page = _go_to(page, "Build a session")
        page.number_input(key="click_price").set_value(1e11)
        page = _press(page, "Add the click")
        assert "The price in currency units is 100,000,000,000" in page.error[0].value
        assert "No click yet." in _texts(page)


def test_a_proxy_of_an_amount_is_not_added_up() -> None:
    services = standins.three()
    services[Task.REVENUE] = standins.standin(Task.REVENUE, {"status": "proxy"})
    with _open(services) as page:
        page = _press(page, "Use the example shop")
        assert _metrics(page)["Expected spend (proxy), mean"] == "4.00"
        page = _add_click(_go_to(page, "Build a session"))
        assert "**Value (proxy): 2.00**" in _texts(page)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("log") / "shop.parquet"
    simulate(3_000, path, seed=7)
    return path.read_bytes()


def test_an_uploaded_log_is_scored_and_says_how_many_of_how_many(
    log: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLICKWISE_MAX_UNITS", "25")
    with _open(standins.three()) as page:
        page.file_uploader[0].upload("shop.parquet", log)
        page = page.run()
        assert not page.exception
        assert re.search(r"25 of \d+ sessions of shop\.parquet", _texts(page))
        assert len(page.dataframe[0].value) == 25


def test_a_wrong_file_is_a_sentence_and_takes_earlier_results_away() -> None:
    with _open(standins.three()) as page:
        page = _press(page, "Use the example shop")
        page.file_uploader[0].upload("shop.csv", b"a,b\n1,2\n")
        page = page.run()
        assert not page.exception
        assert page.error[0].value.startswith("shop.csv ")
        assert "Upload another file" in page.error[0].value
        assert not page.metric


def _add_click(page: AppTest, kind: str = "view", product: str | None = "p1") -> AppTest:
    page.selectbox(key="click_type").select(kind)
    page.selectbox(key="click_product").select(product)
    return _press(page.run(), "Add the click")


def test_every_added_click_asks_again_and_says_how_the_answers_moved() -> None:
    with _open(standins.three()) as page:
        page = _add_click(_go_to(page, "Build a session"))
        assert _metrics(page)["Chance to buy"] == "10.0%"
        assert page.metric[0].delta == ""
        page = _add_click(page)
        assert _metrics(page) == {
            "Chance to buy": "20.0%",
            "Expected spend": "4.00",
            "Segment": "segment 2",
        }
        assert [metric.delta for metric in page.metric] == [
            "+10.0 points",
            "+2.00",
            "was segment 1",
        ]
        assert "90% of the time from 0.00 to 8.00" in _texts(page)
        assert "**Value: 4.00** currency units" in _texts(page)


def _stop(services: Mapping[Task, standins.Standin], path: str) -> None:
    for service in services.values():
        service.routes[path] = lambda body: (503, b"")


def _start(services: Mapping[Task, standins.Standin]) -> None:
    for service in services.values():
        service.routes.clear()


@pytest.mark.parametrize("path", ["/model", "/example"])
def test_a_page_opened_while_services_start_learns_its_choices_later(path: str) -> None:
    services = standins.three()
    _stop(services, path)
    with _open(services) as page:
        page = _go_to(page, "Build a session")
        assert page.selectbox(key="click_product").options == []
        _start(services)
        page = page.run()
        assert page.selectbox(key="click_product").options == ["p1"]
        assert page.selectbox(key="click_category").options == ["hats"]
        assert page.selectbox(key="click_context_country").options == ["NO", "SE"]
        assert "click_seconds" in [number.key for number in page.number_input]


def test_choices_outlive_the_services_that_gave_them() -> None:
    services = standins.three()
    with _open(services) as page:
        page = _go_to(page, "Build a session")
        _stop(services, "/model")
        assert page.run().selectbox(key="click_product").options == ["p1"]


def test_a_service_that_comes_up_later_adds_its_choices() -> None:
    services = standins.three()
    _sell(services[Task.REVENUE], "p2")
    _stop({Task.REVENUE: services[Task.REVENUE]}, "/model")
    _stop({Task.REVENUE: services[Task.REVENUE]}, "/example")
    with _open(services) as page:
        page = _go_to(page, "Build a session")
        assert page.selectbox(key="click_product").options == ["p1"]
        _start(services)
        assert page.run().selectbox(key="click_product").options == ["p1", "p2"]


def test_asking_again_asks_for_choices_too() -> None:
    services = standins.three()
    with _open(services) as page:
        page = _add_click(_go_to(page, "Build a session"))
        _sell(services[Task.REVENUE], "p2")
        page = _press(page, "Ask again")
        assert page.selectbox(key="click_product").options == ["p1", "p2"]


def _sell(service: standins.Standin, product: str) -> None:
    events = [standins.event(product_id=product)]
    service.example = {"units": [{"id": "visit-1", "events": events}]}


def test_a_known_product_brings_its_category_and_price() -> None:
    services = standins.three()
    with _open(services) as page:
        _add_click(_go_to(page, "Build a session"))
    sent = services[Task.CONVERSION].asked[-1]["units"][0]["events"][0]
    assert (sent["category"], sent["price"]) == ("hats", 20.0)


def test_the_last_click_can_be_removed_and_all_cleared() -> None:
    with _open(standins.three()) as page:
        page = _add_click(_add_click(_go_to(page, "Build a session")))
        page = _press(page, "Remove last")
        assert _metrics(page)["Chance to buy"] == "10.0%"
        page = _press(page, "Clear")
        assert not page.metric
        assert "No click yet." in _texts(page)


def test_a_built_session_survives_a_visit_to_the_other_page() -> None:
    with _open(standins.three()) as page:
        page = _add_click(_go_to(page, "Build a session"))
        page = _go_to(_go_to(page, "Score a shop"), "Build a session")
        assert _metrics(page)["Chance to buy"] == "10.0%"


def test_a_session_that_has_bought_is_said_to_be_outside_of_what_the_models_saw() -> None:
    with _open(standins.three()) as page:
        page = _add_click(_go_to(page, "Build a session"), kind="purchase")
        assert "This session has bought." in _texts(page)


def test_a_service_that_dies_while_building_costs_its_own_card() -> None:
    services = standins.three()
    with _open(services) as page:
        page = _add_click(_go_to(page, "Build a session"))
        services[Task.REVENUE].routes["/predict"] = lambda body: (500, b"")
        page = _add_click(page)
        assert set(_metrics(page)) == {"Chance to buy", "Segment"}
        assert "**Revenue is missing below.**" in _texts(page)


def test_a_refused_click_is_a_sentence_of_the_service() -> None:
    services = standins.three()
    reply = standins.refused(400, "invalid", "price is -1.", "units[0].events[0].price")
    services[Task.REVENUE].routes["/predict"] = lambda body: reply
    with _open(services) as page:
        page = _add_click(_go_to(page, "Build a session"))
        assert "price is -1." in _texts(page)


def _row_services() -> dict[Task, standins.Standin]:
    changes: dict[str, Any] = {"answer": {"scope": "row"}, "input_kind": "rows"}
    changes |= {"time_resolution": "none", "context_columns": [], "simulated": False}
    return {
        task: standins.standin(task, **changes) for task in (Task.CONVERSION, Task.SEGMENTATION)
    }


def test_a_log_of_days_is_built_without_times() -> None:
    services = standins.three(time_resolution="date")
    with _open(services) as page:
        page = _go_to(page, "Build a session")
        assert "click_seconds" not in [number.key for number in page.number_input]
        page = _add_click(_add_click(page))
        assert _metrics(page)["Chance to buy"] == "20.0%"
    event = services[Task.CONVERSION].asked[-1]["units"][-1]["events"][-1]
    assert event["event_date"] == "2026-03-01"
    assert "event_time" not in event


def test_models_of_rows_get_a_form_of_their_inputs() -> None:
    services = _row_services()
    with _open(services) as page:
        page = _go_to(page, "Ask about a row")
        page.number_input(key="row_clicks").set_value(5.0)
        page = _press(page, "Ask")
        assert set(_metrics(page)) == {"Chance to buy", "Segment"}
    assert services[Task.CONVERSION].asked[-1] == {
        "rows": [{"id": "1", "clicks": 5.0, "country_last": "SE"}]
    }


def test_a_form_opened_while_services_start_is_filled_in_later() -> None:
    services = _row_services()
    _stop(services, "/example")
    with _open(services) as page:
        page = _go_to(page, "Ask about a row")
        assert page.number_input(key="row_clicks").value is None
        page.selectbox(key="row_country_last").select("NO")
        page = _press(page, "Ask")
        _start(services)
        page = page.run()
        assert page.number_input(key="row_clicks").value == 3.0
        assert page.selectbox(key="row_country_last").value == "NO", "what was filled in stays"


def test_a_form_begins_with_the_example_on_every_visit() -> None:
    with _open(_row_services()) as page:
        page = _go_to(page, "Ask about a row")
        page = _go_to(_go_to(page, "Score a shop"), "Ask about a row")
        assert page.number_input(key="row_clicks").value == 3.0


def test_the_example_of_a_row_model_is_scored() -> None:
    with _open(_row_services()) as page:
        page = _press(page, "Use the example shop")
        assert "1 of 1 row of the example shop" in _texts(page)
