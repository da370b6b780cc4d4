"""What a service tells of its model."""

from __future__ import annotations

from pathlib import Path

import pytest

from clickstream.bundle import BundleError, Manifest
from services.common.application import make_application
from services.conversion.answers import ConversionPrediction
from tests.services import hand_made
from tests.services.calling import Caller


def test_the_model_is_described_by_its_manifest(two_answers: Caller) -> None:
    said = two_answers.get("/model").json()
    version = said.pop("model_version")
    manifest = Manifest.model_validate(said)
    assert manifest.model_version == version
    assert list(manifest.answers) == ["purchase", "repurchase"]


def test_each_answer_has_its_example_and_its_evaluation(two_answers: Caller) -> None:
    for answer in ("purchase", "repurchase"):
        example = two_answers.get(f"/example?answer={answer}").json()
        assert two_answers.post("/predict", json=example).json()["answer"] == answer
        assert two_answers.get(f"/evaluation?answer={answer}").json()["answer"] == answer
    assert two_answers.get("/example").json()["answer"] == "purchase"


def test_the_report_may_run_its_own_scripts_and_reach_nobody(conversion: Caller) -> None:
    page = conversion.get("/report")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.content == hand_made.REPORT
    policy = dict(
        part.partition(" ")[::2] for part in page.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'unsafe-inline'"
    assert "connect-src" not in policy
    assert "allow-same-origin" not in policy["sandbox"]


def test_the_card_is_the_markdown_of_the_bundle(tmp_path: Path) -> None:
    bundle = hand_made.purchase_bundle(tmp_path / "bundle")
    (bundle.path / "card.md").write_text("# Conversion, «пробно»\n", encoding="utf-8")
    card = Caller(make_application(bundle, ConversionPrediction)).get("/card")
    assert card.headers["content-type"] == "text/markdown; charset=utf-8"
    assert card.text == "# Conversion, «пробно»\n"


@pytest.mark.parametrize(("name", "file"), [("report", "report.html"), ("card", "card.md")])
def test_a_bundle_without_what_people_read_says_so(tmp_path: Path, name: str, file: str) -> None:
    bundle = hand_made.purchase_bundle(tmp_path / "bundle")
    (bundle.path / file).unlink(missing_ok=True)
    answer = Caller(make_application(bundle, ConversionPrediction)).get(f"/{name}")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == f"This bundle was made without a {name}."


def test_the_page_of_docs_asks_nobody_else(conversion: Caller) -> None:
    page = conversion.get("/docs")
    assert "https://" not in page.text
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-light-32x32.png"):
        assert f"/static_content/{name}" in page.text
        assert conversion.get(f"/static_content/{name}").status_code == 200


def test_the_forms_are_in_the_docs(two_answers: Caller) -> None:
    docs = two_answers.get("/docs.json").json()
    body = docs["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    forms = [form["$ref"].rpartition("/")[2] for form in body["schema"]["anyOf"]]
    assert forms == ["PurchaseRequest", "RepurchaseRequest"]
    schemas = docs["components"]["schemas"]
    assert "as_of" not in schemas["PurchaseUnit"]["properties"]
    assert "as_of" in schemas["RepurchaseUnit"]["required"]
    assert "country" in schemas["PurchaseEvent"]["properties"]


def test_the_form_of_a_row_tells_of_each_input_what_it_is_and_what_training_saw(
    rows: Caller,
) -> None:
    manifest = Manifest.model_validate(
        {key: value for key, value in rows.get("/model").json().items() if key != "model_version"}
    )
    described = manifest.answers["purchase"].inputs
    form = rows.get("/docs.json").json()["components"]["schemas"]["PurchaseRow"]["properties"]
    assert set(form) == {"id", *(one.name for one in described)}
    for one in described:
        assert one.description in form[one.name]["description"]
        assert form[one.name]["x-unit"] == one.unit
        seen = form[one.name]["x-seen-in-training"]
        assert (seen.get("minimum"), seen.get("maximum")) == (one.minimum, one.maximum)
        assert seen.get("categories") == one.categories


def test_every_reference_in_the_docs_leads_somewhere(two_answers: Caller) -> None:
    text = two_answers.get("/docs.json").text
    schemas = two_answers.get("/docs.json").json()["components"]["schemas"]
    named = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= schemas.keys()
    assert "$defs" not in text


def test_a_bundle_that_does_not_answer_its_own_example_is_not_served(tmp_path: Path) -> None:
    bundle = hand_made.purchase_bundle(tmp_path / "bundle", context_columns=[])
    with pytest.raises(BundleError, match=r"own example: units\[0\].events\[0\].country is not"):
        make_application(bundle, ConversionPrediction)


@pytest.mark.parametrize("units", ["0", "101", "many", ""])
def test_how_many_of_an_example_is_held_to_its_bounds_in_the_one_form_of_errors(
    conversion: Caller, units: str
) -> None:
    answered = conversion.get(f"/example?units={units}")
    assert answered.status_code == 400
    error = answered.json()["error"]
    assert (error["code"], error["field"]) == ("invalid", "units")
    assert error["message"].startswith(f"units is {units!r}, but should be")


@pytest.mark.parametrize("path", ["/report", "/card", "/model", "/evaluation"])
def test_errors_are_described_as_what_they_are(conversion: Caller, path: str) -> None:
    responses = conversion.get("/docs.json").json()["paths"][path]["get"]["responses"]
    for status, described in responses.items():
        if int(status) >= 400:
            assert list(described["content"]) == ["application/json"]
