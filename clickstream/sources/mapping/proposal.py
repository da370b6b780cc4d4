"""A mapping proposed for a file that no source knows, as a commented TOML file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clickstream.reading import RawTable
from clickstream.sources.mapping.facts import column_facts
from clickstream.sources.mapping.file import keys_toml
from clickstream.sources.mapping.guesses import Guess, guess_columns, is_id
from clickstream.sources.mapping.model import Kind, Mapping

__all__ = ["Proposal", "propose"]

_LISTS = ("category", "context", "ignored")
_FEW = 6
_YES = {"1", "true", "t", "yes", "y", "ja", "oui"}


@dataclass(frozen=True)
class Proposal:
    """A mapping with what it still lacks.

    Attributes
    ----------
    keys : dict
        The mapping's keys, as in its TOML file.
    guesses : tuple of Guess
        One per column, in the order of the file.
    missing : tuple of str
        What it lacks to be used, in sentences; empty where it can be used at once.
    """

    keys: dict[str, Any]
    guesses: tuple[Guess, ...]
    missing: tuple[str, ...]

    def toml(self) -> str:
        """The mapping as a commented TOML file, what it lacks first."""
        said = {
            guess.key: f"{guess.certainty}: {guess.why}"
            for guess in self.guesses
            if guess.key not in ("context", "ignored")
        }
        lacks = [f"# Missing: {sentence}" for sentence in self.missing]
        return "\n".join([*lacks, keys_toml(self.keys, said)])


def propose(raw: RawTable, header: Sequence[str] | None = None) -> Proposal:
    """Propose a mapping for a file.

    Parameters
    ----------
    raw : RawTable
        The file.
    header : sequence of str, optional
        The names that its columns were given because it has no header row; they tell nothing.
    """
    kind, guesses = guess_columns(column_facts(raw), named=header is None)
    keys = _keys(kind, guesses)
    if header is not None:
        keys["header"] = list(header)
    return Proposal(keys, tuple(guesses), tuple(_missing(kind, guesses)))


def _keys(kind: Kind, guesses: Sequence[Guess]) -> dict[str, Any]:
    """The keys that the guesses make, in the order of the model."""
    columns: dict[str, list[str]] = {}
    for guess in guesses:
        columns.setdefault(guess.key, []).append(guess.column)
    keys: dict[str, Any] = {"kind": kind}
    for key in Mapping.model_fields:
        if key in columns:
            keys[key] = columns[key] if key in _LISTS else columns[key][0]
        if key == "time_format" and (time := _of("time", guesses)):
            keys[key] = next(iter(time.facts.times))
        if key in ("label_yes", "label_no") and (label := _of("label", guesses)):
            says_yes = key == "label_yes"
            values = label.facts.values
            keys[key] = [value for value in values if (value.lower() in _YES) == says_yes]
    return keys


def _of(key: str, guesses: Sequence[Guess]) -> Guess | None:
    return next((guess for guess in guesses if guess.key == key), None)


def _missing(kind: Kind, guesses: Sequence[Guess]) -> list[str]:
    """What only somebody who knows the shop can say."""
    sentences = []
    if kind == "events" and not _of("event", guesses):
        sentences.append(
            "the column of the events' names, in event; without one every row is a view. "
            f"{_few(guesses, 'no column has few values.')}"
        )
    if kind == "rows" and not (_of("label", guesses) or _of("amount", guesses)):
        sentences.append(
            "the column that says whether a row ended in a purchase, in label with its codes in "
            "label_yes, or the column of the amount spent, in amount. "
            f"{_few(guesses, 'no column has two values.', most=2)}"
        )
    if (time := _of("time", guesses)) and len(_equally_good(time.facts.times)) > 1:
        formats = " and as ".join(_equally_good(time.facts.times))
        sentences.append(f"the times read as {formats} alike; leave the right one in time_format.")
    if (event := _of("event", guesses)) and _codes_needed(event):
        values = ", ".join(map(repr, event.facts.values))
        sentences.append(f"a table [codes] that says what {values} in {event.column} mean.")
        if event.certainty == "low":
            sentences.append(
                f"whether {event.column} says what happened; else name the column that does, or "
                'say kind = "orders", without event, where every row is a purchase.'
            )
    if len(ids := _alike(guesses)) > 2:
        sentences.append(
            f"which of {', '.join(ids)} is the visit, the customer and the product, in session, "
            "customer and product; their content alone does not tell them apart."
        )
    if (label := _of("label", guesses)) and not {v.lower() for v in label.facts.values} & _YES:
        values = " or ".join(map(repr, label.facts.values))
        sentences.append(f"whether {values} in {label.column} means yes, in label_yes.")
    return sentences


def _codes_needed(event: Guess) -> bool:
    """Whether its names tell too little, where nothing but them tells that it is the event."""
    known = event.facts.known_events
    return known == 0 or (event.certainty == "low" and known < 0.5)


def _alike(guesses: Sequence[Guess]) -> list[str]:
    """Columns of ids that nothing but their order tells apart, if the customer is one of them."""
    keys = ("customer", "product", "ignored")
    unsure = [guess for guess in guesses if guess.certainty == "low" and guess.key in keys]
    ids = [guess for guess in unsure if is_id(guess.facts)]
    return [guess.column for guess in ids] if any(guess.key == "customer" for guess in ids) else []


def _few(guesses: Sequence[Guess], none: str, most: int = _FEW) -> str:
    """The columns of few values, of which one may be meant."""
    columns = [guess.facts for guess in guesses if 2 <= len(guess.facts.values) <= most]
    shown = [f"{column.name} ({', '.join(column.values)})" for column in columns[:_FEW]]
    return f"Of few values are {'; '.join(shown)}." if shown else none.capitalize()


def _equally_good(times: dict[str, float]) -> list[str]:
    return [name for name, share in times.items() if share == max(times.values())]
