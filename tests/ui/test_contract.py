"""Holds the app's own models of the answers against what each service's OpenAPI promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from services.common.limits import MAX_BYTES, MAX_EVENTS, MAX_UNITS
from tests.services import contract
from tests.services.calling import Caller
from ui import batches, gateway
from ui.models import Model, Refusal, Task
from ui.one import clicks

Schema = dict[str, Any]

WIDER = {"integer": {"integer", "number"}}
"""JSON types that one may read where the other promises the key."""


def _differences(reads: Schema, promises: Schema, path: str) -> Iterator[str]:
    """What the app reads and a service does not promise; both schemas without references."""
    if "anyOf" in reads:
        # Null is how the app notes what was left out; the service sends no nulls.
        options = [option for option in reads["anyOf"] if option.get("type") != "null"]
        reads = options[0]
    if "anyOf" in promises:
        options = [option for option in promises["anyOf"] if option.get("type") != "null"]
        promises = options[0]
    if reads.get("type") is None:
        return
    if reads["type"] not in WIDER.get(promises.get("type", ""), {promises.get("type")}):
        yield f"{path} is read as {reads['type']} and promised as {promises.get('type')}"
    elif reads["type"] == "object":
        yield from _object_differences(reads, promises, path)
    elif reads["type"] == "array" and "items" in reads:
        yield from _differences(reads["items"], promises.get("items", {}), f"{path}[]")


def _object_differences(reads: Schema, promises: Schema, path: str) -> Iterator[str]:
    if promises.get("additionalProperties") is True and not reads.get("required"):
        # Of what may hold anything, the app reads what it finds.
        return
    if isinstance(reads.get("additionalProperties"), dict):
        inner = promises.get("additionalProperties", {})
        yield from _differences(reads["additionalProperties"], inner, f"{path}.*")
    for name, schema in reads.get("properties", {}).items():
        if name not in promises.get("properties", {}):
            yield f"{path}.{name} is read and not promised"
            continue
        if name in reads.get("required", ()) and name not in promises.get("required", ()):
            yield f"{path}.{name} has to be there and is promised as optional"
        yield from _differences(schema, promises["properties"][name], f"{path}.{name}")


def _resolved(schema: Any, root: Schema) -> Any:
    """A schema with every reference replaced by what it points to."""
    if isinstance(schema, list):
        return [_resolved(part, root) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return _resolved(target, root)
    return {name: _resolved(part, root) for name, part in schema.items()}


def _reads(model: type[BaseModel]) -> Schema:
    schema = model.model_json_schema()
    resolved: Schema = _resolved(schema, schema)
    return resolved


def _promises(task: Task, path: str, method: str, status: str) -> Schema:
    document = contract.openapi(task)
    response = document["paths"][path][method]["responses"][status]
    resolved: Schema = _resolved(response["content"]["application/json"]["schema"], document)
    return resolved


@pytest.mark.parametrize("task", list(Task))
def test_what_the_app_reads_of_a_prediction_is_promised(task: Task) -> None:
    reads = _reads(gateway.ANSWERED[task])
    promises = _promises(task, "/predict", "post", "200")
    assert list(_differences(reads, promises, task)) == []


@pytest.mark.parametrize("task", list(Task))
def test_what_the_app_reads_of_a_model_is_promised(task: Task) -> None:
    promises = _promises(task, "/model", "get", "200")
    assert list(_differences(_reads(Model), promises, task)) == []


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("status", ["400", "413", "415", "422"])
def test_what_the_app_reads_of_an_error_is_promised(task: Task, status: str) -> None:
    promises = _promises(task, "/predict", "post", status)
    assert list(_differences(_reads(Refusal), promises, task)) == []


def test_the_comparison_notices_what_is_not_promised() -> None:
    reads = _reads(gateway.ANSWERED[Task.CONVERSION])
    promises = _promises(Task.CONVERSION, "/predict", "post", "200")
    prediction = promises["properties"]["predictions"]["items"]
    del prediction["properties"]["threshold"]
    prediction["properties"]["value"] = {"type": "string"}
    prediction["required"].remove("meaning")
    assert len(list(_differences(reads, promises, "conversion"))) == 3


@pytest.mark.parametrize("task", list(Task))
def test_a_real_answer_is_read(task: Task) -> None:
    caller = Caller(contract.application(task))
    example = caller.get("/example").json()
    answered = gateway.ANSWERED[task].model_validate_json(
        caller.post("/predict", json=example).content
    )
    assert [part.id for part in answered.predictions] == [unit["id"] for unit in example["units"]]
    assert Model.model_validate_json(caller.get("/model").content).task == task


def test_the_form_takes_no_click_that_the_services_refuse() -> None:
    schema = _promised_event(contract.openapi(Task.CONVERSION))
    for name in ("price", "quantity"):
        numbers = next(kind for kind in schema["properties"][name]["anyOf"] if "maximum" in kind)
        assert clicks.LARGEST[name] <= numbers["maximum"]


def _promised_event(document: Schema) -> Schema:
    schemas: Schema = document["components"]["schemas"]
    return next(schema for name, schema in schemas.items() if name.endswith("Event"))


def test_the_gateway_stays_within_the_services_limits() -> None:
    assert batches.MAX_UNITS <= MAX_UNITS
    assert batches.MAX_EVENTS <= MAX_EVENTS
    assert batches.MAX_BYTES < MAX_BYTES
