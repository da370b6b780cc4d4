"""Guesses of what a file's columns hold, from their names and their content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clickstream.sources.columns import plain_name
from clickstream.sources.mapping.facts import ColumnFacts
from clickstream.sources.mapping.model import Kind
from clickstream.sources.mapping.names import COLUMN_NAMES

__all__ = ["Certainty", "Guess", "guess_columns", "is_id"]

Certainty = Literal["high", "medium", "low"]

Names = Mapping[str, tuple[str, ...]]

_MOST_CONTEXT = 50
_MOST_EVENTS = 12
"""Different names of events in a log whose shop has its own names for them."""
_RECURRING = 0.9
"""Different values per row, counted roughly, below which a customer or a product comes back."""
_EVENTS = ("time", "event", "session", "customer", "product", "category", "price", "quantity")
_ORDERS = tuple(key for key in _EVENTS if key != "event")
_ROWS = ("label", "amount")
_ORDER_NAMES = {
    **COLUMN_NAMES,
    "session": (*COLUMN_NAMES["order"], *COLUMN_NAMES["session"]),
}

_FITS: dict[str, Callable[[ColumnFacts], bool]] = {
    "time": lambda column: column.time_share >= 0.9,
    "event": lambda column: len(column.values) > 1,
    "price": lambda column: column.is_number,
    "quantity": lambda column: column.whole >= 0.95,
    "description": lambda column: column.numbers < 0.05 and column.distinct > _MOST_CONTEXT,
    "label": lambda column: len(column.values) == 2,
    "amount": lambda column: column.is_number and column.distinct > 2,
}
"""By key, whether a column can hold such a thing; anything can be an id."""

_SPEAKS: dict[str, Callable[[ColumnFacts], bool]] = {
    "time": lambda column: column.time_share >= 0.99,
    "event": lambda column: column.known_events >= 0.5,
    "price": lambda column: column.is_number and column.whole < 0.95,
    "customer": lambda column: is_id(column),
    "product": lambda column: is_id(column),
    "category": lambda column: is_id(column),
}
"""By key, whether a column of whatever name looks like one, in the order of the file."""


@dataclass(frozen=True)
class Guess:
    """What a column is taken for.

    Attributes
    ----------
    facts : ColumnFacts
        The column.
    key : str
        The key of a mapping that would name it; `input` for one of ready-made rows.
    certainty : {'high', 'medium', 'low'}
        High where its name and its content agree, medium where the name is only like a usual
        one, low where its content alone speaks for it.
    why : str
        What speaks for it.
    """

    facts: ColumnFacts
    key: str
    certainty: Certainty
    why: str

    @property
    def column(self) -> str:
        """The column, as the file calls it."""
        return self.facts.name


def guess_columns(columns: Sequence[ColumnFacts], *, named: bool) -> tuple[Kind, list[Guess]]:
    """Guess what kind of file it is, and what each of its columns holds.

    Parameters
    ----------
    columns : sequence of ColumnFacts
        In the order of the file.
    named : bool
        Whether the names are the shop's own and tell something.

    Returns
    -------
    kind : {'events', 'orders', 'rows'}
    guesses : list of Guess
        One per column, in the order of the file.
    """
    names = COLUMN_NAMES if named else {}
    found = _matched(columns, _EVENTS, names)
    kind = _kind(found)
    if kind == "orders":
        event = None if _named(found) else _unknown_event(columns, found)
        if event is not None:
            kind, found = "events", {**found, "event": event}
        else:
            found = _matched(columns, _ORDERS, _ORDER_NAMES if named else {})
    elif kind == "rows":
        found = _matched(columns, _ROWS, names)
    if "product" in found and "category" not in found:
        # Products are grouped by descriptions only where nothing else tells their category, and
        # where a description is all that names a product, it is the product.
        free = [column for column in columns if column not in _columns(found)]
        described = _by_name(free, "description", names.get("description", ()))
        found |= {} if described is None else {"description": described}
    guesses = {guess.column: guess for guess in found.values()}
    return kind, [guesses.get(column.name) or _rest(column, kind) for column in columns]


def _kind(found: Mapping[str, Guess]) -> Kind:
    """A log has times and somebody who acts; without names of events it may be one of orders."""
    if "time" not in found or not {"session", "customer"} & set(found):
        return "rows"
    if "event" in found:
        return "events"
    return "orders" if "price" in found else "events"


def _named(found: Mapping[str, Guess]) -> bool:
    """Whether names, and not content alone, say that the rows have times and prices."""
    return any(found[key].certainty != "low" for key in ("time", "price"))


def _unknown_event(columns: Sequence[ColumnFacts], found: Mapping[str, Guess]) -> Guess | None:
    """The first column of a few words, which may say what happened in names of the shop's own."""
    for column in columns:
        few = 2 <= len(column.values) <= _MOST_EVENTS and column.numbers < 0.05
        if few and column not in _columns(found):
            return Guess(column, "event", "low", f"{len(column.values)} different words")
    return None


def _matched(columns: Sequence[ColumnFacts], keys: Sequence[str], names: Names) -> dict[str, Guess]:
    """The best column for each key: by its whole name, then by part of it, then by content."""
    found: dict[str, Guess] = {}
    for search in (_by_name, _by_part, _by_content):
        for key in keys:
            free = [column for column in columns if column not in _columns(found) and column.filled]
            if key not in found and (guess := search(free, key, names.get(key, ()))):
                found[key] = guess
    return found


def _columns(found: Mapping[str, Guess]) -> list[ColumnFacts]:
    return [guess.facts for guess in found.values()]


def _by_name(columns: Sequence[ColumnFacts], key: str, names: Sequence[str]) -> Guess | None:
    plain = {plain_name(column.name): column for column in columns}
    for name in names:
        column = plain.get(plain_name(name))
        if column is not None and _fits(column, key):
            return Guess(column, key, "high", f"its name; {_content(column, key)}")
    return None


def _by_part(columns: Sequence[ColumnFacts], key: str, names: Sequence[str]) -> Guess | None:
    parts = [plain_name(name) for name in names if len(name) > 3]
    for column in columns:
        if any(part in plain_name(column.name) for part in parts) and _fits(column, key):
            return Guess(column, key, "medium", f"part of its name; {_content(column, key)}")
    return None


def _by_content(columns: Sequence[ColumnFacts], key: str, names: Sequence[str]) -> Guess | None:
    if key == "category" and names:
        # Needed by nobody, so it is not guessed where the file's own names could have told it.
        return None
    speaks = _SPEAKS.get(key)
    for column in columns:
        if speaks is not None and speaks(column):
            return Guess(column, key, "low", _content(column, key))
    return None


def _fits(column: ColumnFacts, key: str) -> bool:
    fits = _FITS.get(key)
    return fits is None or fits(column)


def is_id(column: ColumnFacts) -> bool:
    """Whether values come back as those of a customer or a product do.

    Text or whole numbers, neither few nor another in every row, as the numbers of rows are.
    """
    many = _MOST_CONTEXT < column.distinct < _RECURRING * column.filled
    return many and (column.numbers < 0.05 or column.whole >= 0.95)


def _names_the_row(column: ColumnFacts) -> bool:
    """Text or numbers without gaps, another in nearly every row: nothing is learned from them."""
    if column.distinct <= max(_MOST_CONTEXT, _RECURRING * column.filled):
        return False
    if column.least is None or column.most is None or column.numbers < 0.05:
        return True
    return column.whole >= 0.95 and column.most - column.least < column.filled / _RECURRING


def _content(column: ColumnFacts, key: str) -> str:
    """What a column holds, in words that speak for the key."""
    if key == "time":
        return f"{column.time_share:.0%} of its values read as {next(iter(column.times))}"
    if key == "event":
        return f"{column.known_events:.0%} of its {len(column.values)} names are known"
    if column.is_number and key in ("price", "quantity", "amount"):
        return f"numbers from {column.least:g} to {column.most:g}"
    about = "" if column.values else "about "
    return f"{about}{column.distinct} different values in {column.filled} rows"


def _rest(column: ColumnFacts, kind: Kind) -> Guess:
    """What a column is that no key claims: an input, context, or nothing."""
    content = _content(column, "")
    if column.distinct < 2:
        return Guess(column, "ignored", "high", "the same in every row")
    if kind == "rows":
        if _names_the_row(column):
            return Guess(column, "ignored", "low", f"a name or number of the row; {content}")
        return Guess(column, "input", "medium", content)
    if plain_name(column.name) in {plain_name(name) for name in COLUMN_NAMES["context"]}:
        return Guess(column, "context", "high", f"its name; {content}")
    if 2 <= column.distinct <= _MOST_CONTEXT and column.numbers < 0.05:
        return Guess(column, "context", "low", content)
    return Guess(column, "ignored", "low", f"nothing tells what it is; {content}")
