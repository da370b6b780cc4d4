"""Turns what pydantic found wrong into one sentence and a path that a caller can act on."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.common.errors import Refusal

__all__ = ["path_text", "refusal_of"]

_SHOWN = 60
"""Characters of a found value that a message repeats."""

_MOMENT = "an ISO 8601 date and time, such as 2026-03-01T12:30:00Z"
_DAY = "an ISO 8601 date, such as 2026-03-01"

_EXPECTED = {
    "bool_type": "true or false",
    "date_from_datetime_inexact": _DAY,
    "date_parsing": _DAY,
    "date_type": _DAY,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_type": _MOMENT,
    "finite_number": "a finite number",
    "float_type": "a number",
    "greater_than_equal": "at least {ge}",
    "int_type": "a whole number",
    "less_than_equal": "at most {le}",
    "list_type": "a list",
    "literal_error": "{expected}",
    "model_attributes_type": "an object",
    "model_type": "an object",
    "string_too_long": "at most {max_length} characters long",
    "string_too_short": "at least {min_length} character long",
    "string_type": "text",
    "too_short": "a list of at least {min_length}",
}


def refusal_of(error: ValidationError, names: Iterable[str]) -> Refusal:
    """The refusal of a body that is not of the form.

    Parameters
    ----------
    error : ValidationError
        From validating the body; its first finding is reported.
    names : iterable of str
        Every field name of the form, to suggest one for a misspelt name.
    """
    found = error.errors(include_url=False)[0]
    field = path_text(found["loc"])
    match found["type"]:
        case "json_invalid":
            reason = found.get("ctx", {}).get("error", "")
            return Refusal(400, "invalid_json", f"The body is not valid JSON: {reason}.", "body")
        case "missing":
            return Refusal(400, "missing", f"{field} is missing.", field)
        case "extra_forbidden":
            return Refusal(400, "unknown_field", _unknown(found, field, names), field)
        case "too_long":
            limit = found["ctx"]["max_length"]
            message = f"{field} has more than {limit:,} entries; send it in parts."
            return Refusal(413, "too_large", message, field)
    return Refusal(400, "invalid", _unfit(found, field), field)


def path_text(path: Iterable[int | str]) -> str:
    """Write a path as `units[0].events[2].price`; the whole is `body`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return _shortened(text.removeprefix("."), 3 * _SHOWN) or "body"


def _unknown(found: ErrorDetails, field: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(found["loc"][-1])[:_SHOWN], sorted(set(names)), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "; leave it out."
    return f"{field} is not a field that is taken here{hint}"


def _unfit(found: ErrorDetails, field: str) -> str:
    expected = _EXPECTED.get(found["type"])
    if expected is None:
        wanted = found["msg"][:1].lower() + found["msg"][1:]
        return f"{field} is {_shown(found['input'])}: {wanted}."
    context = {name: _written(value) for name, value in found.get("ctx", {}).items()}
    return f"{field} is {_shown(found['input'])}, but must be {expected.format(**context)}."


def _written(limit: object) -> object:
    return f"{limit:.0f}" if isinstance(limit, float) and abs(limit) < 1e15 else limit


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, str | int | float | None):
        return _shortened(json.dumps(value, ensure_ascii=False), _SHOWN)
    return _shortened(str(value), _SHOWN)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
