"""What the three services answer, held against the graphs' arithmetic by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from services.common import limits
from services.common.application import make_application
from services.conversion.answers import ConversionPrediction
from tests.services import hand_made
from tests.services.calling import Caller
from tests.services.contract import openapi

SUM = hand_made.expected_sum(clicks=2, basket=180, category="shoes")


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def predict(caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
    answer = caller.post("/predict", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def first(caller: Caller, body: dict[str, Any]) -> dict[str, Any]:
    return dict(predict(caller, body)["predictions"][0])


def test_conversion_gives_the_probability_and_holds_it_against_the_threshold(
    conversion: Caller,
) -> None:
    said = first(conversion, conversion.get("/example").json())
    assert said["value"] == pytest.approx(sigmoid(SUM), abs=1e-6)
    assert said["threshold"] == 0.9
    assert said["likely"] is True


def test_a_probability_below_the_threshold_is_not_likely(
    conversion: Caller, asked: dict[str, Any]
) -> None:
    asked["units"][0]["events"] = [{"event_time": "2026-03-01T12:00:00Z", "event_type": "view"}]
    said = first(conversion, asked)
    assert said["value"] == pytest.approx(sigmoid(0.5), abs=1e-6)
    assert said["likely"] is False


def test_a_session_may_come_with_earlier_ones_where_the_model_looks_back(tmp_path: Path) -> None:
    bundle = hand_made.purchase_bundle(tmp_path / "bundle", windows={"history_days": 365})
    caller = Caller(make_application(bundle, ConversionPrediction))
    unit = hand_made.request("session")
    alone = first(caller, {"units": [unit]})
    earlier = [event | {"session_id": "an earlier visit"} for event in unit["events"]]
    own = [event | {"session_id": unit["id"]} for event in unit["events"]]
    assert first(caller, {"units": [unit | {"events": [*earlier, *own]}]}) == alone


def test_revenue_gives_the_amount_its_interval_and_its_two_factors(revenue: Caller) -> None:
    said = first(revenue, revenue.get("/example").json())
    assert said["value"] == pytest.approx(sigmoid(SUM) * math.exp(SUM), rel=1e-5)
    assert said["value"] == pytest.approx(said["buy_probability"] * said["spend_if_buys"], rel=1e-5)
    interval = said["interval"]
    assert interval["level"] == 0.9
    assert interval["low"] == pytest.approx(said["value"] - 3)
    assert interval["high"] == pytest.approx(said["value"] + 4)


def test_nobody_is_expected_to_spend_less_than_nothing(revenue: Caller) -> None:
    body = revenue.get("/example").json()
    for event in body["units"][0]["events"]:
        event["price"] = 0
        event["category"] = "hats"
    assert first(revenue, body)["interval"]["low"] == 0


def test_segmentation_gives_the_nearest_segment_with_its_traits(segmentation: Caller) -> None:
    said = first(segmentation, segmentation.get("/example").json())
    distance = math.dist((2, 180), hand_made.CENTRES[1]) / hand_made.RADIUS
    assert (said["value"], said["label"], said["fits"]) == (1, "newcomers", True)
    assert said["distance"] == pytest.approx(distance, rel=1e-5)
    assert said["map"] == pytest.approx([2 / hand_made.RADIUS, 180 / hand_made.RADIUS])
    assert [trait["input"] for trait in said["traits"]] == ["basket"]
    assert said["strategy"]["goal"] == "Know them."
    assert said["moves"] == [
        {"name": "newcomers", "share": 0.7},
        {"name": "regulars", "share": 0.25},
        {"name": "gone", "share": 0.05},
    ]
    figures = {"stability": 0.8, "agreement": 0.8, "moved_share": 0.8}
    assert said["trust"] == figures | {"later": True}


def test_a_customer_far_from_every_segment_fits_none(segmentation: Caller) -> None:
    body = segmentation.get("/example").json()
    body["units"][0]["events"][0]["price"] = 900
    said = first(segmentation, body)
    assert said["fits"] is False
    assert said["label"] == "fits no segment"
    assert said["distance"] > 1


def test_rows_are_scored_as_they_are(rows: Caller) -> None:
    said = first(rows, rows.get("/example").json())
    assert said["value"] == pytest.approx(sigmoid(SUM), abs=1e-6)


def test_rows_without_an_id_are_numbered(rows: Caller) -> None:
    row = {"clicks": 1, "basket": 0, "last_category": None}
    said = predict(rows, {"rows": [row, row]})
    assert [prediction["id"] for prediction in said["predictions"]] == ["1", "2"]


def test_events_may_come_with_days_alone(dated: Caller) -> None:
    body = dated.get("/example").json()
    assert "event_date" in body["units"][0]["events"][0]
    assert first(dated, body)["value"] == pytest.approx(sigmoid(SUM), abs=1e-6)


def test_every_prediction_says_what_it_is_and_where_it_comes_from(
    conversion: Caller, rows: Caller
) -> None:
    model = conversion.get("/model").json()
    said = first(conversion, conversion.get("/example").json())
    assert said["meaning"] == model["answers"]["purchase"]["meaning"]
    assert said["model_version"] == model["model_version"]
    assert said["data_version"] == model["data_version"]
    assert (said["simulated"], said["proxy"]) == (True, False)
    assert first(rows, rows.get("/example").json())["proxy"] is True


def test_warnings_of_the_model_follow_those_of_the_unit(rows: Caller) -> None:
    row = {"clicks": 99, "basket": 10, "last_category": "scarfs"}
    assert first(rows, {"rows": [row]})["warnings"] == [
        "clicks is 99, outside the 1 to 21 seen in training",
        "last_category 'scarfs' was not seen in training",
        "proxy: the label is a dearer view",
        "little evidence: 120 units say yes",
    ]


def test_absent_parts_are_left_out(rows: Caller) -> None:
    answer = rows.post("/predict", json=rows.get("/example").json())
    assert "threshold" not in answer.text
    assert "null" not in answer.text


def test_the_form_follows_the_answer(two_answers: Caller) -> None:
    for answer, scope in (("purchase", "session"), ("repurchase", "customer")):
        body = {"answer": answer, "units": [hand_made.request(scope)]}
        assert predict(two_answers, body)["answer"] == answer


def test_the_default_answer_need_not_be_named(two_answers: Caller) -> None:
    assert predict(two_answers, {"units": [hand_made.request("session")]})["answer"] == "purchase"


def test_predictions_come_in_the_order_asked_and_do_not_touch_each_other(
    conversion: Caller,
) -> None:
    units = [
        {"id": f"visit-{number}", "events": hand_made.SESSION_EVENTS[: 1 + number % 2]}
        for number in (9, 2, 30, 1, 4)
    ]
    together = predict(conversion, {"units": units})["predictions"]
    alone = [first(conversion, {"units": [unit]}) for unit in units]
    assert together == alone
    assert [said["id"] for said in together] == [unit["id"] for unit in units]


def test_a_customers_later_events_change_nothing(revenue: Caller) -> None:
    body = revenue.get("/example").json()
    before = first(revenue, body)
    later = body["units"][0]["events"][0] | {"event_time": "2026-03-09T00:00:00Z", "price": 400}
    body["units"][0]["events"].append(later)
    assert first(revenue, body) == before


def test_moments_mean_the_same_in_every_zone(revenue: Caller) -> None:
    body = revenue.get("/example").json()
    before = first(revenue, body)
    body["units"][0]["as_of"] = "2026-03-08T05:30:00+05:30"
    body["units"][0]["events"][0]["event_time"] = "2026-03-01T04:00:00-08:00"
    assert first(revenue, body) == before


def test_a_thousand_units_are_answered_at_once(conversion: Caller) -> None:
    units = [hand_made.request("session", number) for number in range(limits.MAX_UNITS)]
    assert len(predict(conversion, {"units": units})["predictions"]) == limits.MAX_UNITS


@pytest.mark.parametrize("task", ["conversion", "revenue", "segmentation"])
def test_the_docs_show_real_requests_and_real_answers(task: str) -> None:
    docs = openapi(task)["paths"]["/predict"]["post"]
    asked = docs["requestBody"]["content"]["application/json"]["examples"]
    given = docs["responses"]["200"]["content"]["application/json"]["examples"]
    assert asked.keys() == given.keys()
    assert all(example["value"]["predictions"] for example in given.values())


@pytest.mark.parametrize("task", ["conversion", "revenue", "segmentation"])
def test_the_docs_describe_every_part_of_an_answer_and_promise_no_null(task: str) -> None:
    schemas = openapi(task)["components"]["schemas"]
    (name,) = (name for name in schemas if name.endswith("Prediction"))
    docs = openapi(task)["paths"]["/predict"]["post"]["responses"]["200"]
    for example in docs["content"]["application/json"]["examples"].values():
        for said in example["value"]["predictions"]:
            assert said.keys() <= schemas[name]["properties"].keys()
            assert said.keys() >= set(schemas[name]["required"])
    assert '"null"' not in str(schemas[name]).replace("'", '"')
