"""What stands before the application: keys, limits and the request's id."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from services.common import metrics
from services.common.hosting import guarded
from services.common.keys import entry_of
from services.common.settings import ServiceSettings
from tests.services import hand_made
from tests.services.calling import Caller
from tests.services.contract import application

KEY = "the-key-of-the-shop"
BEARER = {"Authorization": f"Bearer {KEY}"}
BODY = {"units": [hand_made.request("session")]}


def caller(host: str = "127.0.0.1", **settings: Any) -> Caller:
    return Caller(guarded(application("conversion"), ServiceSettings(**settings)), host)


def keyed(**settings: Any) -> Caller:
    return caller("10.0.0.5", api_keys=entry_of("shop", KEY), **settings)


def error(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return dict(answer.json()["error"])


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "[::1]"])
def test_over_loopback_no_key_is_needed_where_none_is_set_up(host: str) -> None:
    assert caller(host).post("/predict", json=BODY).status_code == 200


@pytest.mark.parametrize("host", ["10.0.0.5", "0.0.0.0", "service", "[fe80::1]"])
@pytest.mark.parametrize("path", ["/predict", "/model", "/docs.json", "/nowhere"])
def test_elsewhere_nothing_is_answered_without_keys(host: str, path: str) -> None:
    found = caller(host).get(path)
    assert "no API keys set up" in error(found, 401)["message"]
    assert found.headers["www-authenticate"] == "Bearer"


def test_a_key_lets_in_from_anywhere() -> None:
    assert keyed().post("/predict", json=BODY, headers=BEARER).status_code == 200


@pytest.mark.parametrize(
    "header", [None, "", KEY, f"Basic {KEY}", "Bearer", "Bearer ", f"Bearer {KEY}x", "Bearer \xff"]
)
@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.5"])
def test_where_keys_are_set_up_each_request_needs_one(header: str | None, host: str) -> None:
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    found = caller(host, api_keys=entry_of("shop", KEY)).get("/model", headers=headers)
    said = error(found, 401)
    assert said["field"] == "Authorization"
    assert KEY not in found.text


def test_too_many_requests_in_a_minute_are_told_when_to_come_again() -> None:
    shop = keyed(requests_per_minute=2)
    answers = [shop.get("/model", headers=BEARER) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["retry-after"] == "30"
    assert error(answers[-1], 429)["code"] == "too_many_requests"


def test_refused_callers_use_up_nobodys_rate() -> None:
    shop = keyed(requests_per_minute=1)
    assert [shop.get("/model").status_code for _ in range(3)] == [401] * 3
    assert shop.get("/model", headers=BEARER).status_code == 200


def test_more_at_a_time_than_may_be_are_refused_and_the_others_answered() -> None:
    shop = keyed(concurrent_requests=3)
    calls = [("POST", "/predict", {"json": BODY, "headers": BEARER})] * 8
    answers = shop.together(calls)
    assert sorted({answer.status_code for answer in answers}) == [200, 503]
    assert sum(answer.status_code == 200 for answer in answers) == 3
    busy = next(answer for answer in answers if answer.status_code == 503)
    assert busy.headers["retry-after"] == "1"
    assert shop.post("/predict", json=BODY, headers=BEARER).status_code == 200


def test_refused_callers_take_no_place() -> None:
    shop = keyed(concurrent_requests=1)
    calls = [("POST", "/predict", {"json": BODY})] * 5
    calls.append(("POST", "/predict", {"json": BODY, "headers": BEARER}))
    assert [answer.status_code for answer in shop.together(calls)] == [401] * 5 + [200]


def test_the_callers_request_id_is_given_back_and_an_odd_one_replaced() -> None:
    local = caller()
    assert local.get("/model", headers={"X-Request-ID": "a.b-C_1"}).headers["x-request-id"] == (
        "a.b-C_1"
    )
    for odd in ("", "a b", "x" * 65, 'a"b', "a\tb"):
        given = local.get("/model", headers={"X-Request-ID": odd}).headers["x-request-id"]
        assert given != odd
        assert given.isalnum()


def test_refusals_have_an_id_too() -> None:
    assert keyed().get("/model").headers["x-request-id"]


def test_no_other_page_may_ask_unless_it_is_named() -> None:
    origin = {"Origin": "https://shop.example"}
    assert "access-control-allow-origin" not in caller().get("/model", headers=origin).headers
    open_to = caller(cors_origins="https://shop.example")
    allowed = open_to.get("/model", headers=origin).headers
    assert allowed["access-control-allow-origin"] == "https://shop.example"
    other = open_to.get("/model", headers={"Origin": "https://other.example"}).headers
    assert "access-control-allow-origin" not in other


def test_a_line_of_the_log_holds_nothing_that_was_sent(caplog, monkeypatch) -> None:
    shop = keyed(request_log=True)
    body = {"units": [hand_made.request("session") | {"id": "anna@example.org"}]}
    logger = logging.getLogger("clickwise.requests")
    monkeypatch.setattr(logger, "propagate", True)
    with caplog.at_level(logging.INFO, "clickwise.requests"):
        shop.post("/predict?secret=1", json=body, headers=BEARER | {"X-Request-ID": "r1"})
        shop.get("/anna@example.org", headers=BEARER)
    first, second = (vars(record) for record in caplog.records)
    assert {name: first[name] for name in ("request_id", "method", "path", "status", "owner")} == {
        "request_id": "r1",
        "method": "POST",
        "path": "/predict",
        "status": 200,
        "owner": "shop",
    }
    assert second["path"] == "other"
    assert "anna" not in str(first) + str(second)
    assert KEY not in str(first) + str(second)


def test_good_answers_leave_no_line_unless_asked_for(caplog) -> None:
    with caplog.at_level(logging.INFO, "clickwise.requests"):
        assert caller().get("/model").status_code == 200
    assert not caplog.records


def test_a_failure_is_told_with_its_id_and_what_went_wrong(broken: Caller, caplog) -> None:
    body = broken.get("/example").json()
    for event in body["units"][0]["events"]:
        event["price"] = 0
    guarded_one = Caller(guarded(broken._application, ServiceSettings()), "127.0.0.1")
    with caplog.at_level(logging.INFO, "clickwise.requests"):
        answer = guarded_one.post("/predict", json=body, headers={"X-Request-ID": "r7"})
    assert error(answer, 500)["code"] == "internal_error"
    told = [vars(record) for record in caplog.records]
    assert {one["request_id"] for one in told} == {"r7"}
    assert any(one["exc_info"] for one in told)


def test_requests_are_counted_by_path_and_status() -> None:
    before = metrics._REQUESTS.labels("/model", 200)._value.get()
    caller().get("/model")
    assert metrics._REQUESTS.labels("/model", 200)._value.get() == before + 1
