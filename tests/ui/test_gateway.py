from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from tests.ui import standins
from ui.batches import MAX_EVENTS, MAX_UNITS, Question, batches
from ui.errors import BadAnswer, Refused, ServiceDown, ServiceResting, ServiceSlow
from ui.gateway import Gateway
from ui.models import Task

QUESTIONS = {
    Task.CONVERSION: Question("units", [standins.session("visit-1")]),
    Task.REVENUE: Question("units", [standins.session("visit-1")]),
    Task.SEGMENTATION: Question("units", [standins.customer("anna", "visit-1")]),
}
OTHERS = (Task.CONVERSION, Task.SEGMENTATION)


@pytest.fixture
def shop() -> Iterator[tuple[dict[Task, standins.Standin], Gateway]]:
    services = standins.three()
    with standins.served(services) as urls:
        yield services, Gateway(standins.settings(urls, timeout=30.0))


def test_every_service_answers_its_own_question(shop: Any) -> None:
    _, gateway = shop
    outcomes = gateway.ask(QUESTIONS)
    assert outcomes[Task.CONVERSION].predictions[0].value == 0.2
    assert outcomes[Task.REVENUE].predictions[0].interval.high == 8.0
    assert outcomes[Task.SEGMENTATION].predictions[0].map == (2.0, 1.0)


def test_requests_of_one_question_share_an_id_and_those_of_the_next_have_another(shop: Any) -> None:
    services, gateway = shop
    for _ in range(2):
        gateway.ask(QUESTIONS)
    ids = [[one["x-request-id"] for one in service.headers] for service in services.values()]
    assert ids[0] == ids[1] == ids[2]
    assert ids[0][0] != ids[0][1]


def test_the_key_goes_with_every_request_where_there_is_one(shop: Any) -> None:
    services, gateway = shop
    gateway.ask(QUESTIONS)
    keyed = Gateway(gateway.settings.model_copy(update={"api_key": SecretStr("open sesame")}))
    keyed.ask(QUESTIONS)
    for service in services.values():
        without, with_key = service.headers
        assert "authorization" not in without
        assert with_key["authorization"] == "Bearer open sesame"


def test_the_three_are_asked_at_the_same_time(shop: Any) -> None:
    services, gateway = shop
    all_here = threading.Barrier(3)

    def wait_for_the_others(service: standins.Standin) -> standins.Route:
        def answer(body: dict[str, Any]) -> standins.Reply:
            all_here.wait(timeout=20)
            return service.answer(body)

        return answer

    for service in services.values():
        service.routes["/predict"] = wait_for_the_others(service)
    outcomes = gateway.ask(QUESTIONS)
    assert all(len(outcomes[task].predictions) == 1 for task in Task)


def test_a_service_that_is_down_costs_its_own_part_and_is_named() -> None:
    services = {task: standins.standin(task) for task in OTHERS}
    with standins.served(services) as urls:
        outcomes = Gateway(standins.settings(urls)).ask(QUESTIONS)
    assert isinstance(outcomes[Task.REVENUE].error, ServiceDown)
    assert "clickwise-revenue does not answer" in str(outcomes[Task.REVENUE].error)
    assert all(len(outcomes[task].predictions) == 1 for task in OTHERS)


def test_a_slow_service_is_waited_for_no_longer_than_the_timeout() -> None:
    services = standins.three()
    given_up = threading.Event()

    def answer_too_late(body: dict[str, Any]) -> standins.Reply:
        given_up.wait(timeout=60)
        return services[Task.REVENUE].answer(body)

    services[Task.REVENUE].routes["/predict"] = answer_too_late
    with standins.served(services) as urls:
        # Long enough for the other two to answer on a busy machine.
        outcomes = Gateway(standins.settings(urls, timeout=5.0)).ask(QUESTIONS)
        given_up.set()
    assert isinstance(outcomes[Task.REVENUE].error, ServiceSlow)
    assert "within 5 s" in str(outcomes[Task.REVENUE].error)
    assert all(len(outcomes[task].predictions) == 1 for task in OTHERS)


def _spoilt(**changes: Any) -> standins.Route:
    described = standins.model(Task.REVENUE)

    def route(body: dict[str, Any]) -> standins.Reply:
        made = [standins.prediction(described, unit) | changes for unit in body["units"]]
        return standins.ok({"answer": "session_spend", "predictions": made})

    return route


RUBBISH = {
    "no JSON": lambda body: (200, b"<html>hello</html>"),
    "nothing": lambda body: (200, b""),
    "null": lambda body: (200, b"null"),
    "no predictions": lambda body: standins.ok({"answer": "session_spend"}),
    "too few": lambda body: standins.ok({"answer": "session_spend", "predictions": []}),
    "other ids": _spoilt(id="visit-9"),
    "a null": _spoilt(value=None),
    "a word": _spoilt(value="much"),
    "not a number": _spoilt(value=float("nan")),
    "infinity": _spoilt(spend_if_buys=float("inf")),
    "a chance above one": _spoilt(buy_probability=1.5),
    "an error without a reason": lambda body: (500, b"oops"),
    "a redirection": lambda body: (302, b""),
}


@pytest.mark.parametrize("what", RUBBISH)
def test_rubbish_costs_its_own_part(what: str, shop: Any) -> None:
    services, gateway = shop
    services[Task.REVENUE].routes["/predict"] = RUBBISH[what]
    outcomes = gateway.ask(QUESTIONS)
    assert isinstance(outcomes[Task.REVENUE].error, BadAnswer)
    assert "clickwise-revenue" in str(outcomes[Task.REVENUE].error)
    assert all(len(outcomes[task].predictions) == 1 for task in OTHERS)


def test_a_refusal_carries_the_reason_of_the_service(shop: Any) -> None:
    services, gateway = shop
    reply = standins.refused(400, "invalid", "price is -1.", "units[0].events[0].price")
    services[Task.REVENUE].routes["/predict"] = lambda body: reply
    error = gateway.ask(QUESTIONS)[Task.REVENUE].error
    assert isinstance(error, Refused)
    assert (error.status, error.code, error.field) == (400, "invalid", "units[0].events[0].price")
    assert "price is -1." in str(error)


def test_what_speaks_no_http_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_babble, args=[listener])
        thread.start()
        urls = {Task.REVENUE: f"http://127.0.0.1:{listener.getsockname()[1]}"}
        outcome = (
            Gateway(standins.settings(urls))
            .ask({Task.REVENUE: QUESTIONS[Task.REVENUE]})[Task.REVENUE]
            .error
        )
        thread.join()
    assert isinstance(outcome, BadAnswer)
    assert "is no clickwise-revenue" in str(outcome)


def _babble(listener: socket.socket) -> None:
    # What hung up before it answered is asked once more.
    for _ in range(2):
        connection, _address = listener.accept()
        with connection:
            connection.sendall(b"220 mail.example ESMTP\r\n")
            connection.shutdown(socket.SHUT_WR)
            # Closing before the request is read would reset the connection instead.
            while connection.recv(65_536):
                pass


def test_another_service_at_the_address_is_noticed(shop: Any) -> None:
    services, gateway = shop
    services[Task.REVENUE].described = standins.model(Task.CONVERSION)
    error = gateway.models()[Task.REVENUE]
    assert isinstance(error, BadAnswer)
    assert "CLICKWISE_REVENUE_URL" in str(error)


def test_a_service_that_only_recommends_says_why_it_has_no_segments(shop: Any) -> None:
    services, gateway = shop
    described = standins.model(
        Task.SEGMENTATION, answers={}, refused={"segment": "Three customers are too few."}
    )
    del described["default_answer"]
    services[Task.SEGMENTATION].described = described
    error = gateway.models()[Task.SEGMENTATION]
    assert isinstance(error, BadAnswer)
    assert "has no segments: Three customers are too few." in str(error)


def test_a_proxy_of_the_environment_is_not_used(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    _, gateway = shop
    assert all(part.error is None for part in gateway.ask(QUESTIONS).values())


@pytest.mark.parametrize(
    ("count", "clicks"), [(1, 1), (MAX_UNITS, 1), (2 * MAX_UNITS + 1, 1), (30, 3_000), (2, 30_000)]
)
def test_batches_hold_everything_once_within_the_limits(count: int, clicks: int) -> None:
    units = [{"id": str(number), "events": [{}] * clicks} for number in range(count)]
    parts = list(batches(Question("units", units)))
    assert [unit for part in parts for unit in part] == units
    for part in parts:
        assert 1 <= len(part) <= MAX_UNITS
        assert len(part) == 1 or sum(len(unit["events"]) for unit in part) <= MAX_EVENTS


def test_long_texts_are_sent_in_parts_too() -> None:
    units = [{"id": str(number), "events": [{"category": "x" * 2**20}]} for number in range(20)]
    assert max(len(part) for part in batches(Question("units", units))) <= 7


def test_many_units_are_answered_in_order_over_several_requests(shop: Any) -> None:
    services, gateway = shop
    units = [standins.session(f"visit-{number}") for number in range(MAX_UNITS + 5)]
    told: list[tuple[int, int]] = []
    outcome = gateway.ask(
        {Task.CONVERSION: Question("units", units)}, lambda *how_far: told.append(how_far)
    )[Task.CONVERSION]
    assert told == [(MAX_UNITS, MAX_UNITS + 5), (MAX_UNITS + 5, MAX_UNITS + 5)]
    assert [prediction.id for prediction in outcome.predictions] == [unit["id"] for unit in units]
    assert [len(body["units"]) for body in services[Task.CONVERSION].asked] == [MAX_UNITS, 5]


def test_what_was_answered_before_a_failure_is_kept(shop: Any) -> None:
    services, gateway = shop
    units = [standins.session(f"visit-{number}") for number in range(2 * MAX_UNITS)]

    def once(body: dict[str, Any]) -> standins.Reply:
        if len(services[Task.REVENUE].asked):
            return 500, b"oops"
        return services[Task.REVENUE].answer(body)

    services[Task.REVENUE].routes["/predict"] = once
    outcome = gateway.ask({Task.REVENUE: Question("units", units)})[Task.REVENUE]
    assert len(outcome.predictions) == MAX_UNITS
    assert isinstance(outcome.error, BadAnswer)


@pytest.mark.parametrize("first", ["turned away", "cut off"])
def test_a_request_that_was_turned_away_or_cut_off_is_sent_once_more(first: str, shop: Any) -> None:
    services, gateway = shop
    tries: list[Any] = []

    def only_later(body: dict[str, Any]) -> standins.Reply:
        tries.append(body)
        if len(tries) > 1:
            return services[Task.REVENUE].answer(body)
        if first == "turned away":
            return standins.refused(503, "busy", "Too many requests at a time.")
        raise ConnectionResetError("the worker was killed")

    services[Task.REVENUE].routes["/predict"] = only_later
    outcome = gateway.ask(QUESTIONS)[Task.REVENUE]
    assert outcome.error is None
    assert len(tries) == 2


def test_a_refusal_is_not_sent_again(shop: Any) -> None:
    services, gateway = shop
    tries: list[Any] = []

    def refuse(body: dict[str, Any]) -> standins.Reply:
        tries.append(body)
        return standins.refused(422, "invalid", "No.")

    services[Task.REVENUE].routes["/predict"] = refuse
    assert isinstance(gateway.ask(QUESTIONS)[Task.REVENUE].error, Refused)
    assert len(tries) == 1


def test_a_service_that_failed_three_times_rests_and_says_why() -> None:
    services = {task: standins.standin(task) for task in OTHERS}
    with standins.served(services) as urls:
        gateway = Gateway(standins.settings(urls))
        found = [gateway.ask(QUESTIONS)[Task.REVENUE].error for _ in range(4)]
        assert [type(error) for error in found] == [ServiceDown] * 3 + [ServiceResting]
        assert str(found[3]).startswith(str(found[2]))
        assert "It is asked again in 10 s" in str(found[3])
        assert gateway.ask(QUESTIONS)[Task.CONVERSION].error is None, "the others go on"
        gateway.forget_failures()
        assert isinstance(gateway.ask(QUESTIONS)[Task.REVENUE].error, ServiceDown)


def test_an_answer_can_be_named_and_reasons_asked_for(shop: Any) -> None:
    services, gateway = shop
    question = Question("units", [standins.session("visit-1")], answer="exit", explain=True)
    gateway.ask({Task.CONVERSION: question})
    (body,) = services[Task.CONVERSION].asked
    assert (body["answer"], body["explain"]) == ("exit", True)


def test_texts_and_recommendations_are_fetched_or_refused_by_name(shop: Any) -> None:
    services, gateway = shop
    services[Task.REVENUE].routes["/card"] = lambda body: (200, "# Карточка".encode())
    assert gateway.page(Task.REVENUE, "/card") == "# Карточка"
    assert isinstance(gateway.page(Task.CONVERSION, "/card"), Refused)
    products = [{"product_id": "p9", "reason": "popular"}]
    services[Task.SEGMENTATION].routes["/recommend"] = lambda body: standins.ok(
        {"recommendations": [{"id": "1", "products": products}]}
    )
    found = gateway.recommend({"id": "1", "viewed": ["p1"], "basket": []}, 5)
    assert [one.product_id for one in found.recommendations[0].products] == ["p9"]
