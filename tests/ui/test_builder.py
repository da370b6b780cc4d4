"""A session that is built click by click, and what the services say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.ui import standins
from tests.ui.opening import add_click, go_to, metrics, opened, press, texts
from ui.models import Task


def test_a_session_with_a_full_cart_shows_its_abandonment() -> None:
    answer = {"complement": {"name": "abandonment", "meaning": "chance to leave"}}
    services = standins.three() | {Task.CONVERSION: standins.standin(Task.CONVERSION, answer)}
    with opened(services, "predict") as page:
        page = add_click(page)
        assert "Abandonment" not in texts(page)
        page = add_click(page, kind="cart")
        assert "**Abandonment: 80.0%**, the chance that the cart is left" in texts(page)


def test_a_price_that_no_service_takes_is_a_sentence_and_no_click() -> None:
    with opened(standins.three(), "predict") as page:
        page.number_input(key="click_price").set_value(1e11)
        page = press(page, "Add the click")
        assert "The price in currency units is 100,000,000,000" in page.error[0].value
        assert "No click yet." in texts(page)


def test_a_proxy_is_called_a_proxy_where_its_number_stands() -> None:
    services = standins.three()
    services[Task.REVENUE] = standins.standin(Task.REVENUE, {"status": "proxy"})
    with opened(services, "predict") as page:
        assert "**Revenue is a proxy:**" in texts(page)
        page = add_click(page)
        assert "**Value (proxy): 2.00**" in texts(page)
        assert "Expected spend (proxy)" in metrics(page)


def test_who_has_never_ordered_has_no_chance_to_order_again() -> None:
    services = standins.three() | {Task.CONVERSION: standins.repurchase()}
    with opened(services, "predict") as page:
        page = add_click(page)
        assert "answers for customers who have ordered before" in texts(page)
        page = add_click(page, kind="purchase")
        assert metrics(page)["Chance to order again within 90 days"] == "20.0%"
        assert "**Churn: 80.0%**, the chance to order nothing" in texts(page)
        assert "**Value" not in texts(page), "the spend is the session's, the chance another's"


def test_the_risk_to_leave_stands_beside_the_chance_where_it_is_answered() -> None:
    services = standins.three()
    answers = services[Task.CONVERSION].described["answers"]
    answers["exit"] = answers["purchase"] | {"threshold": None}
    with opened(services, "predict") as page:
        page = add_click(add_click(page))
        assert metrics(page)["Chance that this was the last click"] == "20.0%"
        assert services[Task.CONVERSION].asked[-1]["answer"] == "exit"


def test_reasons_are_asked_for_the_last_click_and_told_in_words() -> None:
    services = standins.three()
    told = {"topic": "the cart", "effect": 0.18, "values": {"clicks": 2.0, "cart_value": 30.5}}

    def reason(body: dict[str, Any]) -> standins.Reply:
        made = [
            standins.prediction(services[Task.CONVERSION].described, unit) for unit in body["units"]
        ]
        if body.get("explain"):
            made = [one | {"base": 0.1, "reasons": [told]} for one in made]
        return standins.ok({"answer": "purchase", "predictions": made})

    services[Task.CONVERSION].routes["/predict"] = reason
    with opened(services, "predict") as page:
        page = add_click(add_click(page))
        assert "- the cart (clicks so far = 2, cart_value = 30.5): +18.0 points" in texts(page)
        assert "Reasons: Chance to buy" in texts(page)


def test_products_are_recommended_for_what_was_viewed_and_what_is_in_the_cart() -> None:
    services = standins.three()
    services[Task.SEGMENTATION].described["recommendations"] = {"products": 3}
    asked: list[Any] = []

    def recommend(body: dict[str, Any]) -> standins.Reply:
        asked.append(body)
        products = [{"product_id": "p9", "reason": "often bought together with p1"}]
        return standins.ok({"recommendations": [{"id": "1", "products": products}]})

    services[Task.SEGMENTATION].routes["/recommend"] = recommend
    with opened(services, "predict") as page:
        page = add_click(add_click(page), kind="cart")
        assert "1. **p9**: often bought together with p1" in texts(page)
    (unit,) = asked[-1]["units"]
    assert (unit["viewed"], unit["basket"]) == (["p1", "p1"], ["p1"])


def test_what_if_shows_the_answers_of_a_changed_session_beside_those_now() -> None:
    services = standins.three()
    with opened(services, "predict") as page:
        page = add_click(page)
        assert "Change something" in texts(page)
        page.toggle(key="what_if_cart").set_value(True)
        page = page.run()
        assert [(one.value, one.delta) for one in page.metric if one.label == "Chance to buy"] == [
            ("10.0%", ""),
            ("20.0%", "+10.0 points"),
        ]
        page.slider(key="what_if_prices").set_value(50)
        page.run()
    events = services[Task.CONVERSION].asked[-1]["units"][0]["events"]
    assert [(event["event_type"], event["price"]) for event in events] == [
        ("view", 30.0),
        ("cart", 30.0),
    ]


def test_every_added_click_asks_again_and_says_how_the_answers_moved() -> None:
    with opened(standins.three(), "predict") as page:
        page = add_click(page)
        assert metrics(page)["Chance to buy"] == "10.0%"
        assert page.metric[0].delta == ""
        page = add_click(page)
        assert metrics(page) == {"Chance to buy": "20.0%", "Expected spend": "4.00"}
        assert [metric.delta for metric in page.metric] == ["+10.0 points", "+2.00"]
        assert "#### segment 2" in texts(page)
        assert "was segment 1" in texts(page)
        assert "90% of the time from 0.00 to 8.00" in texts(page)
        assert "**Value: 4.00** currency units" in texts(page)


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
    with opened(services, "predict") as page:
        assert page.selectbox(key="click_product").options == []
        _start(services)
        page = page.run()
        assert page.selectbox(key="click_product").options == ["p1"]
        assert page.selectbox(key="click_category").options == ["hats"]
        assert page.selectbox(key="click_context_country").options == ["NO", "SE"]
        assert "click_seconds" in [number.key for number in page.number_input]


def test_choices_outlive_the_services_that_gave_them() -> None:
    services = standins.three()
    with opened(services, "predict") as page:
        _stop(services, "/model")
        assert page.run().selectbox(key="click_product").options == ["p1"]


def test_a_service_that_comes_up_later_adds_its_choices() -> None:
    services = standins.three()
    _sell(services[Task.REVENUE], "p2")
    _stop({Task.REVENUE: services[Task.REVENUE]}, "/model")
    _stop({Task.REVENUE: services[Task.REVENUE]}, "/example")
    with opened(services, "predict") as page:
        assert page.selectbox(key="click_product").options == ["p1"]
        _start(services)
        assert page.run().selectbox(key="click_product").options == ["p1", "p2"]


def test_asking_again_asks_for_choices_too() -> None:
    services = standins.three()
    with opened(services, "predict") as page:
        page = add_click(page)
        _sell(services[Task.REVENUE], "p2")
        page = press(page, "Ask again")
        assert page.selectbox(key="click_product").options == ["p1", "p2"]


def _sell(service: standins.Standin, product: str) -> None:
    events = [standins.event(product_id=product)]
    service.example = {"units": [{"id": "visit-1", "events": events}]}


def test_a_known_product_brings_its_category_and_price() -> None:
    services = standins.three()
    with opened(services, "predict") as page:
        add_click(page)
    sent = services[Task.CONVERSION].asked[-1]["units"][0]["events"][0]
    assert (sent["category"], sent["price"]) == ("hats", 20.0)


def test_the_last_click_can_be_removed_and_all_cleared() -> None:
    with opened(standins.three(), "predict") as page:
        page = add_click(add_click(page))
        page = press(page, "Remove last")
        assert metrics(page)["Chance to buy"] == "10.0%"
        page = press(page, "Clear")
        assert not page.metric
        assert "No click yet." in texts(page)


def test_a_built_session_survives_a_visit_to_the_other_page() -> None:
    with opened(standins.three(), "predict") as page:
        page = add_click(page)
        page = go_to(go_to(page, "segments"), "predict")
        assert metrics(page)["Chance to buy"] == "10.0%"


def test_a_session_that_has_bought_is_said_to_be_outside_of_what_the_models_saw() -> None:
    with opened(standins.three(), "predict") as page:
        page = add_click(page, kind="purchase")
        assert "This session has bought." in texts(page)


def test_a_service_that_dies_while_building_costs_its_own_card() -> None:
    services = standins.three()
    with opened(services, "predict") as page:
        page = add_click(page)
        services[Task.REVENUE].routes["/predict"] = lambda body: (500, b"")
        page = add_click(page)
        assert set(metrics(page)) == {"Chance to buy"}
        assert "**Revenue is missing below.**" in texts(page)


def test_a_refused_click_is_a_sentence_of_the_service() -> None:
    services = standins.three()
    reply = standins.refused(400, "invalid", "price is -1.", "units[0].events[0].price")
    services[Task.REVENUE].routes["/predict"] = lambda body: reply
    with opened(services, "predict") as page:
        page = add_click(page)
        assert "price is -1." in texts(page)


def test_a_log_of_days_is_built_without_times() -> None:
    services = standins.three(time_resolution="date")
    with opened(services, "predict") as page:
        assert "click_seconds" not in [number.key for number in page.number_input]
        page = add_click(add_click(page))
        assert metrics(page)["Chance to buy"] == "20.0%"
    event = services[Task.CONVERSION].asked[-1]["units"][-1]["events"][-1]
    assert event["event_date"] == "2026-03-01"
    assert "event_time" not in event


def test_what_fell_is_drawn_as_a_fall() -> None:
    services = standins.three()
    with opened(services, "predict") as page:
        page = add_click(page)
        chances = iter([[0.1, 0.04]])

        def fall(body: dict[str, Any]) -> standins.Reply:
            described = services[Task.CONVERSION].described
            made = [standins.prediction(described, unit) for unit in body["units"]]
            values = next(chances, [0.04] * len(made))
            return standins.ok(
                {
                    "answer": "purchase",
                    "predictions": [
                        one | {"value": value, "likely": False}
                        for one, value in zip(made, values, strict=True)
                    ],
                }
            )

        services[Task.CONVERSION].routes["/predict"] = fall
        page = add_click(page)
        assert page.metric[0].delta == "-6.0 points"
        assert page.metric[0].proto.color == page.metric[0].proto.RED
