"""What the content of a file's columns tells of them, measured over all rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from clickstream.reading import RawTable
from clickstream.sources.mapping.amounts import decimal_sign, finite_number
from clickstream.sources.mapping.names import event_kinds
from clickstream.sources.mapping.times import time_readings

__all__ = ["ColumnFacts", "column_facts"]

_FEW = 50
_DATED = r"^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|^\d{8,17}(\.\d+)?$"
"""What every text that may be a time looks like at least; reading times is dear."""


@dataclass(frozen=True)
class ColumnFacts:
    """What is in a column.

    Attributes
    ----------
    name : str
        As the file calls it.
    rows, filled, distinct : int
        Rows of the file, those that are not empty, and about how many different values.
    numbers, whole : float
        Shares of the filled values that are numbers, and whole numbers.
    least, most : float or None
        Of the numbers.
    times : dict of str to float
        By time format, the share that reads so, the best first.
    values : tuple of str
        The different values in order, where they are few.
    known_events : float
        Share of those values that are usual names of events.
    """

    name: str
    rows: int
    filled: int
    distinct: int
    numbers: float
    whole: float
    least: float | None
    most: float | None
    times: dict[str, float]
    values: tuple[str, ...]
    known_events: float

    @property
    def time_share(self) -> float:
        """Share of the values that the best time format reads."""
        return max(self.times.values(), default=0.0)

    @property
    def is_number(self) -> bool:
        """Whether nearly all values are numbers."""
        return self.numbers >= 0.95


def column_facts(raw: RawTable) -> list[ColumnFacts]:
    """Measure every column of a file.

    Parameters
    ----------
    raw : RawTable
        The file.
    """
    return [_facts(name, _text(raw, name)) for name in raw.columns]


def _text(raw: RawTable, name: str) -> ir.StringValue:
    return raw.table.select(text=raw.table[name].cast("string").strip().nullif("")).text


def _facts(name: str, text: ir.StringValue) -> ColumnFacts:
    number = finite_number(text, decimal_sign(text))
    row: Any = (
        text.as_table()
        .agg(
            rows=text.as_table().count(),
            filled=text.count(),
            distinct=text.approx_nunique(),
            numbers=number.count(),
            whole=(number % 1 == 0).sum().fill_null(0),
            least=number.min(),
            most=number.max(),
            dated=text.re_search(_DATED).sum().fill_null(0),
        )
        .execute()
        .iloc[0]
    )
    filled = int(row["filled"])
    values = _values(text) if 0 < int(row["distinct"]) <= _FEW else ()
    kinds = event_kinds(values, {})
    known = [value for value in values if kinds[value]]
    return ColumnFacts(
        name=name,
        rows=int(row["rows"]),
        filled=filled,
        distinct=len(values) or min(int(row["distinct"]), filled),
        numbers=int(row["numbers"]) / filled if filled else 0.0,
        whole=int(row["whole"]) / filled if filled else 0.0,
        least=_or_none(row["least"]),
        most=_or_none(row["most"]),
        times=time_readings(text) if int(row["dated"]) > filled / 2 else {},
        values=values,
        known_events=len(known) / len(values) if values else 0.0,
    )


def _values(text: ir.StringValue) -> tuple[str, ...]:
    different = text.as_table().filter(text.notnull()).distinct().order_by("text")
    return tuple(different.limit(2 * _FEW).execute()["text"].tolist())


def _or_none(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
