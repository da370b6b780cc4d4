"""`"explain": true` brings what moved each prediction, in numbers and in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services import hand_made
from tests.services.calling import Caller

FIXTURES = ("conversion", "revenue", "segmentation", "rows", "dated")


def explained(caller: Caller, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = caller.post("/predict", json=body | {"explain": True})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["predictions"])


@pytest.mark.parametrize("fixture", FIXTURES)
def test_every_service_gives_reasons_where_asked_and_nowhere_else(request, fixture: str) -> None:
    caller = request.getfixturevalue(fixture)
    body = caller.get("/example").json()
    plain = caller.post("/predict", json=body).json()["predictions"]
    for prediction, before in zip(explained(caller, body), plain, strict=True):
        reasons = prediction.pop("reasons")
        del prediction["base"]
        assert prediction == before
        assert {one["topic"] for one in reasons} == {one["name"] for one in hand_made.INPUTS}


@pytest.mark.parametrize("fixture", ["conversion", "revenue", "rows"])
def test_base_and_effects_add_up_to_the_value(request, fixture: str) -> None:
    caller = request.getfixturevalue(fixture)
    for prediction in explained(caller, caller.get("/example").json()):
        total = prediction["base"] + sum(one["effect"] for one in prediction["reasons"])
        assert total == pytest.approx(prediction["value"], rel=1e-5)


def test_chances_are_told_in_points_and_amounts_in_currency(
    conversion: Caller, revenue: Caller
) -> None:
    (chance,) = explained(conversion, conversion.get("/example").json())
    by_topic = {one["topic"]: one for one in chance["reasons"]}
    basket = by_topic["basket"]
    assert basket["values"] == {"basket": 180.0}
    assert basket["text"] == (
        f"basket (price times quantity so far = 180): {100 * basket['effect']:+.1f} points"
    )
    (amount,) = explained(revenue, revenue.get("/example").json())
    first = amount["reasons"][0]
    assert first["text"].endswith(f": {first['effect']:+,.2f}")


def test_equal_requests_get_equal_reasons(conversion: Caller) -> None:
    body = conversion.get("/example").json()
    assert explained(conversion, body) == explained(conversion, body)
