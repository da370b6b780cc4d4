"""What to do about a segment: texts that a marketer can edit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from automl.segments.naming import RULES, Rule
from clickstream.errors import ClickwiseError
from clickstream.manifest import Strategy

__all__ = ["OTHER", "Strategies", "read_strategies", "strategy_of"]

OTHER = "any other"
"""Whose strategy a segment has that no rule names."""

Strategies = Mapping[str, Strategy]
"""By the name of the rule."""

_SUPPLIED = Path(__file__).with_name("strategies.toml")
_PARTS = ", ".join(Strategy.model_fields)


def read_strategies(path: Path | None = None) -> Strategies:
    """Read what to do about each kind of segment.

    Parameters
    ----------
    path : Path, optional
        A file in the form of `automl/segments/strategies.toml`. Names that it leaves out keep the
        supplied texts.

    Raises
    ------
    ClickwiseError
        If the file cannot be read, or holds a name or a part that there is not.
    """
    supplied = _strategies(_SUPPLIED)
    return supplied if path is None else {**supplied, **_strategies(path)}


def strategy_of(rule: Rule | None, strategies: Strategies) -> Strategy:
    """The strategy for a segment that a rule names, or for one that none does."""
    return strategies[rule.name if rule else OTHER]


def _strategies(path: Path) -> dict[str, Strategy]:
    return {name: _strategy(path, name, parts) for name, parts in _content(path).items()}


def _content(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ClickwiseError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ClickwiseError(f"{path} is no TOML file: {error}.") from error


def _strategy(path: Path, name: str, parts: Any) -> Strategy:
    known = [rule.name for rules in RULES.values() for rule in rules] + [OTHER]
    if name not in known:
        close = get_close_matches(name, known, 1)
        meant = f"did you mean {close[0]!r}? " if close else ""
        raise ClickwiseError(
            f"{path} has a strategy for {name!r}, but no segment is ever named so; {meant}"
            f"the names are {', '.join(known)}."
        )
    try:
        return Strategy.model_validate(parts, strict=True)
    except ValidationError as error:
        wrong = ", ".join(
            f"{'.'.join(map(str, one['loc'])) or name}: {one['msg']}" for one in error.errors()
        )
        raise ClickwiseError(
            f"{path} says of {name!r} what cannot be used ({wrong}). A strategy has the parts "
            f"{_PARTS}, each a text."
        ) from error
