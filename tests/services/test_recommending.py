"""`POST /recommend` of the segmentation service."""

from __future__ import annotations

from pathlib import Path

import pytest

from clickstream.bundle import Bundle, open_bundle
from services.segmentation.application import segmentation_application
from tests.services import hand_made
from tests.services.calling import Caller


@pytest.fixture(scope="module")
def service(trained: Path) -> Caller:
    return Caller(segmentation_application(open_bundle(trained / "segmentation")))


def test_where_every_answer_is_refused_the_service_recommends_all_the_same(
    recommending_alone: Bundle,
) -> None:
    service = Caller(segmentation_application(recommending_alone))
    asked, given = _documented(service)
    assert service.post("/recommend", json=asked).json() == given
    assert "/predict" not in service.get("/docs.json").json()["paths"]
    assert "default_answer" not in service.get("/model").json()
    assert "Recommendations" in service.get("/report").text
    refusal = recommending_alone.manifest.refused["interest"]
    for answer in (
        service.post("/predict", json={"units": []}),
        service.get("/example"),
        service.get("/evaluation"),
    ):
        assert answer.status_code == 422
        assert refusal in answer.json()["error"]["message"]


def _documented(service: Caller) -> tuple[dict, dict]:
    docs = service.get("/docs.json").json()["paths"]["/recommend"]["post"]
    asked = docs["requestBody"]["content"]["application/json"]["examples"]
    given = docs["responses"]["200"]["content"]["application/json"]["examples"]
    return asked["recommendations"]["value"], given["recommendations"]["value"]


def test_the_example_of_the_docs_is_answered_as_they_say(service: Caller) -> None:
    asked, given = _documented(service)
    assert service.post("/recommend", json=asked).json() == given
    (said,) = given["recommendations"]
    named = [product["product_id"] for product in said["products"]]
    assert len(named) == 5
    assert not set(named) & set(asked["units"][0]["basket"])
    assert all(product["reason"] for product in said["products"])
    assert said["warnings"] == []


def test_units_are_answered_in_their_order_and_unknown_products_are_named(service: Caller) -> None:
    units = [{"id": "one", "viewed": ["no such thing"], "segment": 99}, {"id": "two"}]
    answer = service.post("/recommend", json={"units": units, "limit": 3}).json()
    one, two = answer["recommendations"]
    assert (one["id"], two["id"]) == ("one", "two")
    assert one["warnings"] == ["product 'no such thing' is not known", "segment 99 is not known"]
    assert two["warnings"] == []
    assert [product["reason"] for product in two["products"]] == ["popular with everyone"] * 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "units"),
        ({"units": []}, "units"),
        ({"units": [{"id": ""}]}, "units[0].id"),
        ({"units": [{"id": "a", "viewed": ["p", 7]}]}, "units[0].viewed[1]"),
        ({"units": [{"id": "a", "basket": "p"}]}, "units[0].basket"),
        ({"units": [{"id": "a", "segment": -1}]}, "units[0].segment"),
        ({"units": [{"id": "a"}], "limit": 51}, "limit"),
        ({"units": [{"id": "a"}], "limt": 5}, "limt"),
    ],
)
def test_what_is_not_of_the_form_is_refused_by_name(service: Caller, body, field) -> None:
    answer = service.post("/recommend", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == field


@pytest.mark.parametrize(
    "units",
    [
        [{"id": f"u{number}"} for number in range(1_001)],
        [{"id": f"u{number}", "viewed": ["p"] * 201} for number in range(100)],
    ],
)
def test_too_much_at_once_is_refused(service: Caller, units) -> None:
    answer = service.post("/recommend", json={"units": units})
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"
    assert answer.json()["error"]["field"] == "units"


def test_an_id_sent_twice_is_refused(service: Caller) -> None:
    answer = service.post("/recommend", json={"units": [{"id": "a"}, {"id": "a"}]})
    assert answer.status_code == 422
    assert "'a' is sent twice" in answer.json()["error"]["message"]


def test_unknown_products_beyond_ten_are_counted(service: Caller) -> None:
    unit = {"id": "a", "basket": [f"no {number}" for number in range(15)]}
    (said,) = service.post("/recommend", json={"units": [unit]}).json()["recommendations"]
    assert len(said["warnings"]) == 11
    assert said["warnings"][-1] == "5 more products are not known"


def test_reasons_are_in_words_and_what_was_viewed_may_be_left_out(service: Caller) -> None:
    asked, _ = _documented(service)
    viewed = asked["units"][0]["viewed"]
    body = {"units": [{"id": "a", "viewed": viewed, "segment": 0}], "limit": 50}
    (said,) = service.post("/recommend", json=body).json()["recommendations"]
    for product in said["products"]:
        if product["relation"] == "viewed" and product["because_of"] != product["product_id"]:
            assert product["reason"].endswith(f"viewed after {product['because_of']}")
            assert product["reason"].startswith("often") == (product["share"] >= 0.05)
    (new,) = service.post("/recommend", json=body | {"new_only": True}).json()["recommendations"]
    assert set(viewed) & {product["product_id"] for product in said["products"]}
    assert not set(viewed) & {product["product_id"] for product in new["products"]}


def test_a_bundle_without_recommendations_says_why(tmp_path: Path) -> None:
    reason = "Ready-made rows do not tell."
    bundle = hand_made.segment_bundle(tmp_path / "segment", refused={"recommendations": reason})
    service = Caller(segmentation_application(bundle))
    answer = service.post("/recommend", json={"units": [{"id": "a"}]})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == f"This bundle does not recommend: {reason}"
