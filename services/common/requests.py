"""The forms of `POST /predict`, made from what a bundle says of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, FailFast, Field, create_model
from pydantic_core import PydanticCustomError

from clickstream.bundle import AnswerManifest, Input, Manifest
from services.common.limits import MAX_TEXT, MAX_UNITS

__all__ = ["Asked", "Asking", "Form", "Id", "field_names", "request_model"]

_LARGEST_COUNT = 2**31 - 1
_LARGEST_PRICE = 1e9
_LARGEST_FLOAT32 = 3.4028234663852886e38
"""Models compute in float32, in which anything larger is infinite."""


def _iso_moment(value: object) -> object:
    if not _is_dated(value):
        raise PydanticCustomError("datetime_type", "not an ISO 8601 date and time")
    return value


def _iso_day(value: object) -> object:
    if not _is_dated(value):
        raise PydanticCustomError("date_type", "not an ISO 8601 date")
    return value


def _is_dated(value: object) -> bool:
    """Tell text with a date from numbers and digits, which pydantic takes as seconds since 1970."""
    return isinstance(value, str) and value[4:5] == "-"


# The bounds keep every moment inside what a shift to UTC and DuckDB can hold. A validator that
# runs before makes pydantic forget that its input is JSON, where strict would take text.
_Moment = Annotated[
    datetime,
    Field(
        strict=False,
        ge=datetime(1900, 1, 1, tzinfo=UTC),
        le=datetime(2200, 1, 1, tzinfo=UTC),
        description="ISO 8601; without a zone it is taken as UTC",
    ),
    BeforeValidator(_iso_moment),
]
_Day = Annotated[
    date,
    Field(strict=False, ge=date(1900, 1, 1), le=date(2200, 1, 1), description="ISO 8601"),
    BeforeValidator(_iso_day),
]
_Text = Annotated[str, Field(max_length=MAX_TEXT)]
Id = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
_Count = Annotated[int, Field(ge=1, le=_LARGEST_COUNT)]
_Price = Annotated[float, Field(ge=0, le=_LARGEST_PRICE, description="of one item")]
_Number = Annotated[float, Field(ge=-_LARGEST_FLOAT32, le=_LARGEST_FLOAT32)]


class Form(BaseModel):
    """What every form has in common: no unknown field, and nothing taken for what it is not."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Asking(BaseModel):
    """Which answer a body asks for: read first, since the form follows the answer."""

    model_config = ConfigDict(strict=True)

    answer: str | None = None


class Asked(Form):
    """What every request holds."""

    answer: str | None = Field(default=None, description="by default the task's first answer")
    explain: bool = Field(
        default=False,
        description="reasons with every prediction; for at most 50 units or rows at once",
    )


class _Event(Form):
    event_index: _Count | None = Field(
        default=None, description="place in the session, from 1; by default the place in this list"
    )
    event_type: Literal["view", "cart", "remove", "purchase", "return"]
    product_id: _Text | None = None
    category: _Text | None = None
    price: _Price | None = None
    quantity: _Count | None = Field(default=None, description="1 where absent")


def request_model(manifest: Manifest, answer: str) -> type[Asked]:
    """Make the form of a request for one answer.

    Parameters
    ----------
    manifest : Manifest
        The bundle's manifest.
    answer : str
        One of its answers.
    """
    described = manifest.answers[answer]
    if manifest.input_kind == "rows":
        name, entry = "rows", _row_model(described, answer)
    else:
        name, entry = "units", _unit_model(manifest, described, answer)
    # FailFast: one finding is reported, so thousands of them need not be collected.
    entries = Annotated[
        list[entry],  # type: ignore[valid-type]
        FailFast(),
        Field(min_length=1, max_length=MAX_UNITS),
    ]
    # The default answer may be left out; any other has to be named.
    known: Any = Literal[answer]
    asked = (known | None, None) if answer == manifest.default_answer else (known, ...)
    fields: dict[str, Any] = {"answer": asked, name: (entries, ...)}
    return create_model(_class_name(answer, "request"), __base__=Asked, **fields)


def field_names(form: type[BaseModel]) -> set[str]:
    """Every field name that a form holds, at any depth."""
    schema = form.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}


def _unit_model(manifest: Manifest, described: AnswerManifest, answer: str) -> type[BaseModel]:
    event = _event_model(manifest, described, answer)
    events = Annotated[list[event], FailFast(), Field(min_length=1)]  # type: ignore[valid-type]
    moment = {"as_of": (_Moment, ...)} if described.scope == "customer" else {}
    fields: dict[str, Any] = {"id": (Id, ...), **moment, "events": (events, ...)}
    return create_model(_class_name(answer, "unit"), __base__=Form, **fields)


def _event_model(manifest: Manifest, described: AnswerManifest, answer: str) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    if described.scope == "customer":
        fields["session_id"] = (Id, ...)
    elif described.windows.history_days is not None:
        of_an_earlier_one = Field(
            default=None,
            description="of an earlier session of the customer; by default this session's own",
        )
        fields["session_id"] = (Id | None, of_an_earlier_one)
    if manifest.time_resolution == "time":
        fields["event_time"] = (_Moment, ...)
    elif manifest.time_resolution == "date":
        fields["event_date"] = (_Day, ...)
    fields |= _aliased(
        {name: (_Text | None, {"default": None}) for name in manifest.context_columns}
    )
    return create_model(_class_name(answer, "event"), __base__=_Event, **fields)


def _row_model(described: AnswerManifest, answer: str) -> type[BaseModel]:
    inputs = {column.name: _input_field(column) for column in described.inputs}
    fields: dict[str, Any] = {"id": (Id | None, None), **_aliased(inputs)}
    return create_model(_class_name(answer, "row"), __base__=Form, **fields)


def _input_field(column: Input) -> tuple[Any, dict[str, Any]]:
    """An input's field; what training saw is told, but nothing is refused for being new."""
    seen = {"minimum": column.minimum, "maximum": column.maximum, "categories": column.categories}
    return (
        (_Number if column.type == "number" else _Text) | None,
        {
            "description": f"{column.description} ({column.unit}); null where unknown",
            "json_schema_extra": {
                "x-unit": column.unit,
                "x-seen-in-training": {key: one for key, one in seen.items() if one is not None},
            },
        },
    )


def _aliased(columns: Mapping[str, tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
    """Fields under names of ours: a column may be called what no attribute can be called."""
    return {
        f"column_{number}": (kind, Field(alias=name, **options))
        for number, (name, (kind, options)) in enumerate(columns.items())
    }


def _class_name(answer: str, part: str) -> str:
    return "".join(word.capitalize() for word in f"{answer}_{part}".split("_"))
