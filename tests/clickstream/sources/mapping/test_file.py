from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from clickstream.errors import SourceError
from clickstream.sources.mapping import Mapping, mapping_from, mapping_toml, read_mapping

EVENTS = {"kind": "events", "time": "at", "customer": "who"}

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no kind": ({"time": "at"}, "key 'kind' is missing"),
    "a key misspelt": (EVENTS | {"prise": "cost"}, "there is no key 'prise' (did you mean 'price'"),
    "a key unlike any": (EVENTS | {"zzz": "cost"}, "there is no key 'zzz'; the keys are kind, "),
    "no time": ({"kind": "events", "customer": "who"}, "key 'time' is missing"),
    "nobody": ({"kind": "events", "time": "at"}, "keys 'session' and 'customer' are missing"),
    "orders without price": (EVENTS | {"kind": "orders"}, "key 'price' is missing"),
    "twice": (EVENTS | {"product": "who"}, "column 'who' is named twice, by 'customer' and by"),
    "twice in a list": (EVENTS | {"context": ["at"]}, "column 'at' is named twice"),
    "a key of another kind": (EVENTS | {"label": "won"}, "key 'label' is for kind 'rows', but"),
    "an unknown code": (EVENTS | {"codes": {"pv": "look"}}, "key 'codes.pv' is 'look'"),
    "no price unit": (EVENTS | {"price_divisor": 0}, "key 'price_divisor' is 0"),
    "an endless price unit": (EVENTS | {"price": "cost", "price_divisor": float("inf")}, "finite"),
    "nothing to divide": (EVENTS | {"price_divisor": 100}, "'price_divisor' divides the column of"),
    "no amount to divide": (
        {"kind": "rows", "label": "won", "label_yes": [1], "price_divisor": 100},
        "'price_divisor' divides the column of 'price', or of 'amount'",
    ),
    "no time format": (EVENTS | {"time_format": "fortnights"}, "'fortnights' is neither iso"),
    "no pattern": (
        EVENTS | {"time_format": "%Q"},
        "time_format '%Q' is no pattern of times (",
    ),
    "a code of both": (
        {"kind": "rows", "label": "won", "label_yes": ["A", "2"], "label_no": ["a"]},
        "code 'a' is in 'label_yes' and in 'label_no'",
    ),
    "no encoding": (EVENTS | {"encoding": "utf-9"}, "encoding 'utf-9' is not known"),
    "no label codes": ({"kind": "rows", "label": "won"}, "'label' and 'label_yes' go together"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_a_sentence_with_the_file_and_the_key(tmp_path: Path, what: str) -> None:
    keys, said = WRONG[what]
    file = tmp_path / "shop.toml"
    tables = [key for key, value in keys.items() if isinstance(value, dict)]
    lines = [f"{key} = {value!r}" for key, value in keys.items() if key not in tables]
    for key in tables:
        lines += [f"[{key}]", *(f"{name} = {value!r}" for name, value in keys[key].items())]
    file.write_text("\n".join(lines))
    with pytest.raises(SourceError) as refused:
        read_mapping(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert said in str(refused.value)


@pytest.mark.parametrize("content", [b"time: at", b"\xff\xfe", None])
def test_what_is_no_toml_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "shop.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SourceError, match=r"is not TOML|cannot be read") as refused:
        read_mapping(file)
    assert str(file) in str(refused.value)


def test_codes_are_text_whatever_toml_takes_them_for() -> None:
    mapping = mapping_from({"kind": "rows", "label": "won", "label_yes": 1, "label_no": [2]}, "x")
    assert (mapping.label_yes, mapping.label_no) == (("1",), ("2",))


def test_a_mapping_written_and_read_is_the_same(tmp_path: Path) -> None:
    keys = EVENTS | {
        "category": ["a", 'b "quoted" \\ back'],
        "price": "cost",
        "price_divisor": 100,
        "separator": "\t",
        "header": ["at", "who", "ünï"],
        "codes": {"seen it": "view", "4": "purchase"},
    }
    mapping = Mapping.model_validate(keys)
    file = tmp_path / "shop.toml"
    file.write_text(mapping_toml(mapping), encoding="utf-8")
    assert read_mapping(file).model_dump() == mapping.model_dump()
    assert tomllib.loads(file.read_text(encoding="utf-8")) == keys
