"""A mapping as a TOML file: read, with errors that name the file and the key, and written."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping as Table
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from clickstream.errors import SourceError
from clickstream.sources.mapping.model import Mapping

__all__ = ["keys_toml", "mapping_dict", "mapping_from", "mapping_toml", "read_mapping"]


def read_mapping(path: Path) -> Mapping:
    """Read a mapping's TOML file.

    Parameters
    ----------
    path : Path
        UTF-8 text; its keys are the fields of `Mapping`.

    Raises
    ------
    SourceError
        If it cannot be read, or a key is unknown, missing or wrong; the sentence names both.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read ({error.strerror}), but a mapping is needed there. "
            "Check the path."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(
            f'{path} is not TOML: {error}. A mapping is lines such as `time = "event_time"`.'
        ) from error
    return mapping_from(given, str(path))


def mapping_from(given: Table[str, Any], origin: str) -> Mapping:
    """A mapping from the keys of a TOML file or of a manifest.

    Parameters
    ----------
    given : mapping of str to object
        By key.
    origin : str
        Where they stand, for errors.
    """
    try:
        return Mapping.model_validate(given).from_file(origin)
    except ValidationError as error:
        raise SourceError(f"{origin}: {_first_complaint(error)}.") from error


def mapping_dict(mapping: Mapping) -> dict[str, Any]:
    """The keys that a mapping gives, for a manifest; what is as by default is left out."""
    return mapping.model_dump(mode="json", exclude_defaults=True)


def mapping_toml(mapping: Mapping) -> str:
    """A mapping as the text of a TOML file."""
    return keys_toml(mapping_dict(mapping), {})


def keys_toml(keys: Table[str, Any], comments: Table[str, str]) -> str:
    """Keys of a mapping as the text of a TOML file.

    Parameters
    ----------
    keys : mapping of str to object
        Texts, numbers, lists and tables of texts.
    comments : mapping of str to str
        By key, what to say beside it.
    """
    tables = {key: value for key, value in keys.items() if isinstance(value, dict)}
    lines = [
        _line(key, value, comments.get(key)) for key, value in keys.items() if key not in tables
    ]
    for key, table in tables.items():
        lines += ["", f"[{key}]", *(_line(name, value) for name, value in table.items())]
    return "\n".join(lines) + "\n"


def _line(key: str, value: Any, comment: str | None = None) -> str:
    """One line of TOML; JSON writes texts, numbers and lists of them as TOML reads them."""
    name = key if key.isascii() and key.replace("_", "").isalnum() else _json(key)
    return f"{name} = {_json(value)}" + (f"  # {comment}" if comment else "")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _first_complaint(error: ValidationError) -> str:
    """The first of pydantic's findings as a sentence about a key."""
    found = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in found["loc"])
    if found["type"] == "extra_forbidden":
        return _unknown_key(key)
    if found["type"] == "missing":
        return f"key {key!r} is missing"
    if found["type"] == "value_error":
        return str(found["msg"]).removeprefix("Value error, ")
    said = str(found["msg"])
    return f"key {key!r} is {found['input']!r}: {said[0].lower()}{said[1:]}"


def _unknown_key(key: str) -> str:
    keys = list(Mapping.model_fields)
    close = difflib.get_close_matches(key, keys, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else f"; the keys are {', '.join(keys)}"
    return f"there is no key {key!r}{hint}"
