"""Whatever is sent, a service answers in its form, and never with its own failure."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.calling import Caller

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["view", "2026-03-01T12:00:00Z", "0001-01-01T00:00:00+14:00", "\x00", "SE"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = ("event_index", "event_time", "event_type", "price", "quantity", "category", "country")
EVENT = st.fixed_dictionaries(
    {"event_time": st.just("2026-03-01T12:00:00Z"), "event_type": st.just("view")},
    optional={
        "price": st.floats(0, 1e9) | ANYTHING,
        "quantity": st.integers(1, 2**31 - 1) | ANYTHING,
        "event_index": st.integers(1, 2**31 - 1) | ANYTHING,
        "product_id": st.text() | ANYTHING,
        "category": st.text() | ANYTHING,
        "country": st.text() | ANYTHING,
    },
)
UNIT = st.fixed_dictionaries({"id": st.text(min_size=1), "events": st.lists(EVENT, max_size=4)})
MANY = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _check(caller: Caller, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = caller.post("/predict", content=content, headers=headers)
    body: dict[str, Any] = answer.json()
    if answer.status_code == 200:
        assert all("value" in said for said in body["predictions"])
        assert all(None not in said.values() for said in body["predictions"])
    else:
        assert answer.status_code in (400, 413, 415, 422), answer.text
        assert body["error"].keys() == {"code", "message", "field"}
        assert len(answer.content) < 2_500


@MANY
@given(content=st.binary(max_size=200))
def test_any_bytes(conversion: Caller, content: bytes) -> None:
    _check(conversion, content)


@MANY
@given(body=ANYTHING)
def test_any_json(conversion: Caller, body: Any) -> None:
    _check(conversion, json.dumps(body).encode())


@MANY
@given(units=st.lists(UNIT, max_size=3))
def test_almost_right_units(conversion: Caller, units: list[Any]) -> None:
    _check(conversion, json.dumps({"units": units}).encode())


@MANY
@given(
    clicks=st.none() | st.floats() | ANYTHING,
    basket=st.none() | st.floats() | ANYTHING,
    category=st.text() | ANYTHING,
)
def test_almost_right_rows(rows: Caller, clicks: Any, basket: Any, category: Any) -> None:
    row = {"clicks": clicks, "basket": basket, "last_category": category}
    _check(rows, json.dumps({"rows": [row]}).encode())
