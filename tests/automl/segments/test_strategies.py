"""Strategies are texts in a file: complete as supplied, and checked as edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from automl.segments.naming import RULES
from automl.segments.strategies import OTHER, read_strategies, strategy_of
from clickstream.errors import ClickwiseError

OWN = """
["lost customers"]
goal = "Ask them why."
channel = "A letter."
offer = "None."
measure = "Answers."
"""


def edited(folder: Path, text: str) -> Path:
    file = folder / "strategies.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_name_and_none_has_a_strategy() -> None:
    supplied = read_strategies()
    rules = [rule for rules in RULES.values() for rule in rules]
    assert set(supplied) == {rule.name for rule in rules} | {OTHER}
    assert strategy_of(None, supplied) == supplied[OTHER]
    assert strategy_of(rules[0], supplied) == supplied[rules[0].name]


def test_a_file_replaces_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    supplied, own = read_strategies(), read_strategies(edited(tmp_path, OWN))
    assert own["lost customers"].goal == "Ask them why."
    assert {name: text for name, text in own.items() if text != supplied[name]} == {
        "lost customers": own["lost customers"]
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (OWN.replace("lost customers", "lost customer"), "did you mean 'lost customers'?"),
        (OWN.replace("goal", "gaol"), "gaol"),
        (OWN.replace('"A letter."', "7"), "channel: Input should be a valid string"),
        ('"lost customers" = "Ask."', "lost customers"),
        ("[lost", "is no TOML file"),
        ("\udce4", "is no TOML file"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "strategies.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ClickwiseError, match=str(file)) as caught:
        read_strategies(file)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClickwiseError, match=r"nowhere\.toml cannot be read"):
        read_strategies(tmp_path / "nowhere.toml")
