"""The app's texts in the language that the reader chose, and numbers as that language writes them.

One file per language in `ui/texts`, keys with dots. Services speak English: the phrases that they
choose from a list are translated, and what they put together themselves stays as they said it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal, format_percent

__all__ = [
    "LANGUAGES",
    "Count",
    "Said",
    "amount",
    "chosen_language",
    "counted",
    "heading",
    "known_text",
    "number",
    "percent",
    "sentence",
    "signed",
    "text",
    "texts_of",
    "translated",
    "use_language",
]

LANGUAGES = {"en": "English", "ru": "Русский"}
"""What each language calls itself, by its code."""

_WHOLE = "#,##0"
_SAID = "said."
"""Before the phrases of services, in a language other than theirs."""
_FOLDER = Path(__file__).parent / "texts"
# Each run of the script has a thread of its own, and so a language of its own.
_chosen: ContextVar[str] = ContextVar("language", default="en")


def use_language(code: str) -> None:
    """Speak a language from here on, in this thread.

    Parameters
    ----------
    code : str
        One of `LANGUAGES`.
    """
    _chosen.set(code)


def chosen_language() -> str:
    """Code of the language in use."""
    return _chosen.get()


@cache
def texts_of(code: str) -> Mapping[str, str]:
    """All texts of a language by their keys, in which dots part the tables of the file.

    Parameters
    ----------
    code : str
        One of `LANGUAGES`.
    """
    with (_FOLDER / f"{code}.toml").open("rb") as file:
        return dict(_flat(tomllib.load(file), ""))


def _flat(tables: Mapping[str, Any], before: str) -> list[tuple[str, str]]:
    found = []
    for name, part in tables.items():
        key = f"{before}{name}"
        found += _flat(part, f"{key}.") if isinstance(part, dict) else [(key, str(part))]
    return found


def text(key: str, **values: object) -> str:
    """A text in the language in use.

    Parameters
    ----------
    key : str
        Of a text that every language has.
    **values : object
        For the names in braces.
    """
    return texts_of(_chosen.get())[key].format(**values)


def known_text(key: str, otherwise: str, **values: object) -> str:
    """A text for something that a service named, or its own words where the app has none.

    Parameters
    ----------
    key : str
        Of a text that may be missing.
    otherwise : str
        What stands in for it.
    **values : object
        For the names in braces.
    """
    return text(key, **values) if key in texts_of(_chosen.get()) else otherwise


def translated(said: str) -> str:
    """A phrase of a service in the language in use, or as it was said where the app knows it not.

    Parameters
    ----------
    said : str
        In English, such as an input's description or a plan for a segment.
    """
    code = _chosen.get()
    known = texts_of(code).get(f"{_SAID}{said}")
    if known is not None:
        return known
    for pattern, meant in _patterns(code):
        if found := pattern.fullmatch(said):
            return meant.format(**found.groupdict())
    return said


@cache
def _patterns(code: str) -> list[tuple[re.Pattern[str], str]]:
    """The phrases with names in braces, the longest first, since it says most."""
    phrases = {
        key.removeprefix(_SAID): meant
        for key, meant in texts_of(code).items()
        if key.startswith(_SAID) and "{" in key
    }
    return [
        (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(phrase))), phrases[phrase])
        for phrase in sorted(phrases, key=len, reverse=True)
    ]


def counted(key: str, count: int, **values: object) -> str:
    """A number with its noun, in the form that the language wants after that number.

    Parameters
    ----------
    key : str
        Of a table with one text per plural form (CLDR's `one`, `few`, `many`, `other`), each
        with `{count}`.
    count : int
        How many.
    **values : object
        For the other names in braces.
    """
    form = Locale(_chosen.get()).plural_form(count)
    return text(f"{key}.{form}", count=number(count), **values)


@dataclass(frozen=True)
class Said:
    """A text that is made when it is shown, since the reader may change the language.

    Attributes
    ----------
    key : str
        As `text` takes it.
    values : mapping
        For the names in its braces; they may be made late as well.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return text(self.key, **self.values)


@dataclass(frozen=True)
class Count:
    """A number with its noun, made when it is shown.

    Attributes
    ----------
    key : str
        As `counted` takes it.
    count : int
        How many.
    """

    key: str
    count: int

    def __str__(self) -> str:
        return counted(self.key, self.count)


def number(value: float, digits: int = 0) -> str:
    """A number with a fixed number of decimals.

    Parameters
    ----------
    value : float
        To write.
    digits : int, default 0
        Decimals.
    """
    # Adding zero takes the sign off what is rounded to zero.
    return format_decimal(round(value, digits) + 0.0, _pattern(digits), locale=_chosen.get())


def signed(value: float, digits: int = 0) -> str:
    """A number with its sign, also where it is positive.

    Parameters
    ----------
    value : float
        To write.
    digits : int, default 0
        Decimals.
    """
    return f"{'+' if value >= 0 else '−'}{number(abs(value), digits)}"


def percent(share: float, digits: int = 1) -> str:
    """A share in percent.

    Parameters
    ----------
    share : float
        From 0 to 1.
    digits : int, default 1
        Decimals.
    """
    code = _chosen.get()
    usual = str(Locale(code).percent_formats[None].pattern)
    return format_percent(share, usual.replace(_WHOLE, _pattern(digits)), locale=code)


def amount(value: float) -> str:
    """An amount in currency units, with two decimals.

    Parameters
    ----------
    value : float
        Currency units.
    """
    return number(value, 2)


def _pattern(digits: int) -> str:
    return f"{_WHOLE}.{'0' * digits}" if digits else _WHOLE


def heading(phrase: str) -> str:
    """A phrase with a capital.

    Parameters
    ----------
    phrase : str
        With or without it.
    """
    return f"{phrase[:1].upper()}{phrase[1:]}"


def sentence(phrase: str) -> str:
    """A phrase as a sentence, with a capital and a full stop.

    Parameters
    ----------
    phrase : str
        With or without them.
    """
    return f"{heading(phrase).rstrip('.')}."
