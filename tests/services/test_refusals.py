"""Every wrong request gets an error that says what was wrong, and where."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import Any

import httpx
import pytest

from services.common import limits
from tests.services import hand_made
from tests.services.calling import Caller

JSON = {"content-type": "application/json"}


def send(caller: Caller, body: Any) -> httpx.Response:
    """Send as Python writes JSON, NaN and Infinity included."""
    return caller.post("/predict", content=json.dumps(body), headers=JSON)


def error_of(response: httpx.Response, status: int) -> dict[str, str]:
    assert response.status_code == status, response.text
    body = response.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message", "field"}
    assert all(isinstance(part, str) for part in body["error"].values())
    return dict(body["error"])


def spoilt(asked: dict[str, Any], path: list[Any], value: Any) -> dict[str, Any]:
    body = copy.deepcopy(asked)
    place = body
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return body


FIRST_EVENT = ["units", 0, "events", 0]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (["units"], [], "at least 1"),
        (["units"], {}, "a list"),
        (["units"], None, "a list"),
        (["units", 0], "visit", "an object"),
        (["units", 0, "id"], "", "at least 1 character"),
        (["units", 0, "id"], 5, "text"),
        (["units", 0, "events"], [], "at least 1"),
        (["explain"], "yes", "true or false"),
        (["answer"], 5, "text"),
        ([*FIRST_EVENT, "event_index"], 0, "at least 1"),
        ([*FIRST_EVENT, "event_index"], 1.0, "a whole number"),
        ([*FIRST_EVENT, "event_index"], 2**40, "at most 2147483647"),
        ([*FIRST_EVENT, "event_index"], 10**400, "at most 2147483647"),
        ([*FIRST_EVENT, "event_type"], "click", "'view', 'cart', 'remove', 'purchase' or 'return'"),
        ([*FIRST_EVENT, "event_time"], "yesterday", "ISO 8601 date and time"),
        ([*FIRST_EVENT, "event_time"], "2026-02-30T00:00:00Z", "ISO 8601 date and time"),
        ([*FIRST_EVENT, "event_time"], 1_600_000_000, "ISO 8601 date and time"),
        ([*FIRST_EVENT, "event_time"], "1600000000", "ISO 8601 date and time"),
        ([*FIRST_EVENT, "event_time"], "0001-01-01T00:00:00+14:00", "at least 1900"),
        ([*FIRST_EVENT, "event_time"], "9999-12-31T23:59:59-14:00", "at most 2200"),
        ([*FIRST_EVENT, "price"], "5", "a number"),
        ([*FIRST_EVENT, "price"], True, "a number"),
        ([*FIRST_EVENT, "price"], -1, "at least 0"),
        ([*FIRST_EVENT, "price"], 1e300, "at most 1000000000."),
        ([*FIRST_EVENT, "price"], float("nan"), "a finite number"),
        ([*FIRST_EVENT, "price"], float("inf"), "a finite number"),
        ([*FIRST_EVENT, "price"], [5], "a number"),
        ([*FIRST_EVENT, "quantity"], 0, "at least 1"),
        ([*FIRST_EVENT, "category"], 7, "text"),
        ([*FIRST_EVENT, "category"], "x" * 1001, "at most 1000 characters"),
        ([*FIRST_EVENT, "country"], ["SE"], "text"),
    ],
)
def test_a_wrong_value_is_named_shown_and_put_right(
    conversion: Caller, asked: dict[str, Any], path: list[Any], value: Any, expected: str
) -> None:
    error = error_of(send(conversion, spoilt(asked, path, value)), 400)
    assert error["field"] == "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in path
    ).removeprefix(".")
    assert error["message"].startswith(error["field"])
    assert expected in error["message"]
    assert len(error["message"]) < 300


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        (["anser"], "did you mean 'answer'?"),
        (["units", 0, "as_of"], "leave it out"),
        ([*FIRST_EVENT, "pirce"], "did you mean 'price'?"),
        ([*FIRST_EVENT, "session_id"], "leave it out"),
        ([*FIRST_EVENT, "event_date"], "did you mean"),
        ([*FIRST_EVENT, "customer_id"], "leave it out"),
        (["rows"], "leave it out"),
    ],
)
def test_unknown_fields_are_refused_with_a_hint(
    conversion: Caller, asked: dict[str, Any], path: list[Any], hint: str
) -> None:
    error = error_of(send(conversion, spoilt(asked, path, "2026-03-01")), 400)
    assert error["code"] == "unknown_field"
    assert hint in error["message"]


@pytest.mark.parametrize("path", [["units"], ["units", 0, "id"], [*FIRST_EVENT, "event_time"]])
def test_what_is_missing_is_named(
    conversion: Caller, asked: dict[str, Any], path: list[Any]
) -> None:
    place: Any = asked
    for part in path[:-1]:
        place = place[part]
    del place[path[-1]]
    error = error_of(send(conversion, asked), 400)
    assert error["code"] == "missing"
    assert error["field"].endswith(path[-1])


@pytest.mark.parametrize("name", ["as_of", "session_id"])
def test_customers_come_with_a_moment_and_sessions(revenue: Caller, name: str) -> None:
    body = revenue.get("/example").json()
    del (body["units"][0] if name == "as_of" else body["units"][0]["events"][1])[name]
    assert error_of(send(revenue, body), 400)["code"] == "missing"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clicks", "5"),
        ("clicks", True),
        ("clicks", float("nan")),
        ("basket", 1e39),
        ("last_category", 5),
        ("id", ""),
    ],
)
def test_rows_are_held_to_their_types(rows: Caller, name: str, value: Any) -> None:
    body = rows.get("/example").json()
    body["rows"][0][name] = value
    assert error_of(send(rows, body), 400)["field"] == f"rows[0].{name}"


def test_rows_name_every_input(rows: Caller) -> None:
    error = error_of(send(rows, {"rows": [{"clicks": 1, "basket": 2}]}), 400)
    assert error["field"] == "rows[0].last_category"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"{",
        b"nonsense",
        b"{'units': []}",
        b'{"units": [NaN,]}',
        b"\xef\xbb\xbf{}",
        '{"units": []}'.encode("utf-16"),
        '{"answer": "\u00e9"}'.encode("latin-1"),
        b'{"answer": "\\ud800"}',
        b"[" * 100_000,
        b'{"units":' * 100_000,
        b'{"answer": ' + b"1" * 5_000 + b"}",
    ],
)
def test_what_is_not_json_is_refused(conversion: Caller, content: bytes) -> None:
    error = error_of(conversion.post("/predict", content=content, headers=JSON), 400)
    assert error["code"] == "invalid_json"
    assert error["field"] == "body"


@pytest.mark.parametrize("content", [b"[]", b'"text"', b"5", b"null", b"NaN", b"[1e999]"])
def test_json_that_is_no_object_is_refused(conversion: Caller, content: bytes) -> None:
    error = error_of(conversion.post("/predict", content=content, headers=JSON), 400)
    assert error["message"].endswith("but must be an object.")


def test_a_number_too_large_for_a_double_is_refused(
    conversion: Caller, asked: dict[str, Any]
) -> None:
    text = json.dumps(spoilt(asked, [*FIRST_EVENT, "price"], 77)).replace("77", "1e999")
    error = error_of(conversion.post("/predict", content=text, headers=JSON), 400)
    assert "a finite number" in error["message"]


@pytest.mark.parametrize(
    "declared",
    ["", "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonp"],
)
def test_other_content_types_are_refused(conversion: Caller, declared: str) -> None:
    headers = {"content-type": declared} if declared else {}
    answer = conversion.post("/predict", content=b"--x\r\nbroken", headers=headers)
    assert error_of(answer, 415)["field"] == "Content-Type"


def test_json_may_name_its_charset(conversion: Caller, asked: dict[str, Any]) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    answer = conversion.post("/predict", content=json.dumps(asked), headers=headers)
    assert answer.status_code == 200


def test_packed_bodies_are_refused(conversion: Caller) -> None:
    headers = JSON | {"content-encoding": "gzip"}
    answer = conversion.post("/predict", content=b"\x1f\x8b", headers=headers)
    assert error_of(answer, 415)["field"] == "Content-Encoding"


@pytest.mark.parametrize("chunked", [False, True])
def test_bodies_over_the_limit_are_refused(conversion: Caller, chunked: bool) -> None:
    size = limits.MAX_BYTES + 1

    async def pieces() -> Any:
        for _ in range(0, size, 65_536):
            yield b" " * 65_536

    content = pieces() if chunked else b" " * size
    answer = conversion.post("/predict", content=content, headers=JSON)
    assert error_of(answer, 413)["field"] == "body"


def test_a_body_that_does_not_arrive_is_not_waited_for(
    conversion: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READ_SECONDS", 0.05)

    async def pieces() -> Any:
        yield b"{"
        await asyncio.sleep(5)
        yield b"}"

    answer = conversion.post("/predict", content=pieces(), headers=JSON)
    assert error_of(answer, 408)["code"] == "too_slow"


def test_a_body_at_the_limit_is_read(conversion: Caller, asked: dict[str, Any]) -> None:
    text = json.dumps(asked).ljust(limits.MAX_BYTES)
    assert conversion.post("/predict", content=text, headers=JSON).status_code == 200


def test_too_many_units_are_refused(conversion: Caller) -> None:
    units = [hand_made.request("session", number) for number in range(limits.MAX_UNITS + 1)]
    error = error_of(send(conversion, {"units": units}), 413)
    assert error["message"] == "units has more than 1,000 entries; send it in parts."


def test_too_many_events_are_refused(conversion: Caller) -> None:
    event = {"event_time": "2026-03-01T12:00:00Z", "event_type": "view"}
    units = [{"id": str(number), "events": [event] * 10_001} for number in range(2)]
    error = error_of(send(conversion, {"units": units}), 413)
    assert error["message"].startswith("20,002 events are more than 20,000")


def test_an_id_sent_twice_cannot_be_answered(conversion: Caller, rows: Caller) -> None:
    unit = hand_made.request("session")
    error = error_of(send(conversion, {"units": [unit, unit]}), 422)
    assert "'visit-1' is sent twice" in error["message"]
    row = rows.get("/example").json()["rows"][0]
    error = error_of(send(rows, {"rows": [row, row]}), 422)
    assert "'row-1' is sent twice" in error["message"]


def test_a_unit_without_events_up_to_its_moment_cannot_be_answered(revenue: Caller) -> None:
    body = revenue.get("/example").json()
    body["units"][0]["as_of"] = "2020-01-01T00:00:00Z"
    error = error_of(send(revenue, body), 422)
    assert error["message"].startswith("Unit 'customer-1' has no event up to the moment")


def test_amounts_beyond_what_the_query_can_hold_cannot_be_answered(
    conversion: Caller, asked: dict[str, Any]
) -> None:
    asked["units"][0]["events"][0] |= {"price": 1e9, "quantity": 2**31 - 1}
    error = error_of(send(conversion, asked), 422)
    assert error["message"] == "Prices and quantities are too large to compute with."


def test_an_unknown_answer_is_refused_with_those_there_are(conversion: Caller) -> None:
    for answer in (
        send(conversion, {"answer": "profit", "units": []}),
        conversion.get("/example?answer=profit"),
        conversion.get("/evaluation?answer=profit"),
    ):
        error = error_of(answer, 422)
        assert error["field"] == "answer"
        assert "does not answer 'profit'; it answers purchase" in error["message"]


def test_an_answer_that_training_refused_is_refused_with_the_reason(two_answers: Caller) -> None:
    error = error_of(send(two_answers, {"answer": "exit", "units": []}), 422)
    assert "38 units say yes, 50 are needed" in error["message"]


def test_reasons_for_too_many_units_at_once_are_refused(
    conversion: Caller, asked: dict[str, Any]
) -> None:
    (unit,) = asked["units"]
    units = [unit | {"id": str(number)} for number in range(limits.MAX_EXPLAINED + 1)]
    error = error_of(send(conversion, {"units": units, "explain": True}), 413)
    assert error["field"] == "units"
    assert "at most 50" in error["message"]
    assert send(conversion, {"units": units}).status_code == 200


def test_an_answer_that_is_not_the_default_takes_its_own_form(two_answers: Caller) -> None:
    body = {"answer": "repurchase", "units": [hand_made.request("session")]}
    assert error_of(send(two_answers, body), 400)["field"] == "units[0].as_of"


def test_unknown_paths_and_methods_are_answered_in_the_same_form(conversion: Caller) -> None:
    assert error_of(conversion.get("/nowhere"), 404)["field"] == "path"
    refused = conversion.get("/predict")
    assert error_of(refused, 405)["field"] == "method"
    assert refused.headers["allow"] == "POST"


def test_a_model_without_a_finite_answer_is_the_services_fault(broken: Caller) -> None:
    body = broken.get("/example").json()
    for event in body["units"][0]["events"]:
        event["price"] = 0
    answer = send(broken, body)
    error = error_of(answer, 500)
    assert error["code"] == "internal_error"
    assert "Traceback" not in answer.text
    assert "ModelFailure" not in answer.text


def test_values_that_no_model_can_take_are_the_callers_to_change(revenue: Caller) -> None:
    body = revenue.get("/example").json()
    body["units"][0]["events"][0]["price"] = 1e9
    error = error_of(send(revenue, body), 422)
    assert error["field"] == "units[0]"
    assert "basket is 1e+09, outside the 0 to 500 seen in training" in error["message"]
