"""The description of a file that Clickwise does not know: columns, units, codes."""

from __future__ import annotations

import codecs
from typing import Annotated, Any, Literal, Self

import duckdb
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    model_validator,
)

__all__ = ["COLUMN_KEYS", "MAPPED", "TIME_UNITS", "EventKind", "Kind", "Mapping", "Separator"]

MAPPED = "mapping"
"""The source of files that a user's mapping describes."""

Kind = Literal["events", "orders", "rows"]
EventKind = Literal["view", "cart", "remove", "purchase", "return"]
Separator = Literal[",", ";", "\t", "|", " "]

COLUMN_KEYS = (
    "time",
    "event",
    "session",
    "customer",
    "product",
    "description",
    "price",
    "quantity",
    "label",
    "amount",
)
"""Keys that name one column each."""

TIME_UNITS = {"seconds": 1, "milliseconds": 1_000, "microseconds": 1_000_000}
"""Units of a time that is a number since 1970, in parts of a second."""

_LIST_KEYS = ("category", "context", "ignored", "numbers")
_EVENTS, _ORDERS, _ROWS = ("events",), ("orders",), ("rows",)
_LOGS = (*_EVENTS, *_ORDERS)


def _listed(given: Any) -> Any:
    """One name is a list of one."""
    return (given,) if isinstance(given, str) else given


def _texts(given: Any) -> Any:
    """Codes as text: TOML's 1, true and "1" are the same code in a file of text."""
    values = given if isinstance(given, (list, tuple)) else [given]
    return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in values)


def _time_format(given: str) -> str:
    if given != "iso" and given not in TIME_UNITS and "%" not in given:
        raise ValueError(
            f"time_format {given!r} is neither iso, {', '.join(TIME_UNITS)} nor a pattern such as "
            "'%d/%m/%Y %H:%M'"
        )
    if complaint := _complaint(given):
        raise ValueError(f"time_format {given!r} is no pattern of times ({complaint})")
    return given


def _complaint(pattern: str) -> str | None:
    """What DuckDB says against a pattern, if anything."""
    if "%" not in pattern:
        return None
    with duckdb.connect() as connection:
        try:
            connection.execute("SELECT try_strptime('', ?)", [pattern]).fetchall()
        except duckdb.Error as error:
            return str(error).removeprefix("Invalid Input Error: ")
    return None


def _encoding(given: str) -> str:
    try:
        codecs.lookup(given)
    except LookupError as error:
        raise ValueError(f"encoding {given!r} is not known; utf-8 is the usual one") from error
    return given


_TimeFormat = Annotated[str, AfterValidator(_time_format)]
_Encoding = Annotated[str, AfterValidator(_encoding)]
_Several = Annotated[tuple[str, ...], BeforeValidator(_listed)]
_Codes = Annotated[tuple[str, ...], BeforeValidator(_texts)]


def _key(default: Any, kinds: tuple[str, ...], description: str, **limits: Any) -> Any:
    """A field together with the kinds of file that it is for; None of them means every kind."""
    return Field(
        default=default,
        description=description,
        json_schema_extra={"kinds": list(kinds)},
        **limits,
    )


class Mapping(BaseModel):
    """Which columns of a file say what, in which units and codes.

    Its fields are the keys of a mapping's TOML file; their descriptions are its documentation.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = Field(
        description="`events`: a row per view, cart or purchase; `orders`: a row per order line, "
        "each a purchase; `rows`: a row per visit or customer with ready-made columns"
    )
    time: str | None = _key(None, _LOGS, "column of the time; needed")
    time_format: _TimeFormat | None = _key(
        None,
        _LOGS,
        "`iso`, `seconds`, `milliseconds` or `microseconds` since 1970, or a pattern such as "
        "`%d/%m/%Y %H:%M`; found over the whole column where left out. A time that names no zone "
        "is taken as UTC",
    )
    event: str | None = _key(
        None, _EVENTS, "column of the event's name; where left out, every row is a view"
    )
    codes: dict[str, EventKind] = _key(
        {},
        _EVENTS,
        "table of the file's event names: `view`, `cart`, `remove`, `purchase` or `return`; the "
        "usual names need no entry",
    )
    session: str | None = _key(
        None,
        _LOGS,
        "column of the visit or the order; where left out, visits are built from gaps of 30 "
        "minutes in a customer's events",
    )
    customer: str | None = _key(
        None, _LOGS, "column of the customer; needed where there is no session"
    )
    product: str | None = _key(None, _LOGS, "column of the product")
    description: str | None = _key(
        None,
        _LOGS,
        "column of the product's description; where no product has a category, products are "
        "grouped by it",
    )
    category: _Several = _key(
        (),
        _LOGS,
        "column of the product's category; of a list of columns the first that is not empty",
    )
    price: str | None = _key(None, _LOGS, "column of the price of one item; orders need it")
    price_divisor: float = _key(
        1,
        (),
        "the price, or the amount of ready-made rows, is divided by it: 100 for cents, 1000000 "
        "for millionths",
        gt=0,
        allow_inf_nan=False,
    )
    quantity: str | None = _key(None, _LOGS, "column of the number of items; 1 where left out")
    cancelled_prefix: str | None = _key(
        None,
        _ORDERS,
        "an order whose number begins so is a return, as is every line of negative quantity",
        min_length=1,
    )
    label: str | None = _key(None, _ROWS, "column that says whether the row ended in a purchase")
    label_yes: _Codes = _key((), _ROWS, "its codes for yes, such as `[1]`; needed with `label`")
    label_no: _Codes = _key(
        (), _ROWS, "its codes for no, such as `[2]`; every other code where left out"
    )
    amount: str | None = _key(
        None, _ROWS, "column of the amount spent; where there is no `label`, above 0 is a purchase"
    )
    numbers: tuple[str, ...] | None = _key(
        None,
        _ROWS,
        "columns that are numbers; where left out, those that hold nothing but numbers",
    )
    derived: dict[str, str] = _key(
        {}, _ROWS, "table of columns that are made from the label, each with the reason"
    )
    context: tuple[str, ...] = _key(
        (),
        (),
        "further columns to learn from, taken as text: country or device of an event, or codes "
        "in ready-made rows that only look like numbers",
    )
    ignored: tuple[str, ...] = _key((), (), "columns to leave out")
    decimal: Literal[".", ","] | None = _key(
        None,
        (),
        "decimal sign of the numbers, `.` or `,`; found over the whole column where left out. "
        "Beside a comma, points between thousands (`1.234,50`) are skipped; commas beside a point "
        "are not read",
    )
    separator: Separator | None = _key(
        None, (), "what stands between two columns; found where left out"
    )
    encoding: _Encoding | None = _key(None, (), "encoding of the text; found where left out")
    header: tuple[str, ...] | None = _key(
        None, (), "names of all columns in their order, for a file without a header row"
    )

    _origin: str = PrivateAttr(default="the mapping")

    @property
    def origin(self) -> str:
        """Where it was written down, for errors."""
        return self._origin

    def from_file(self, origin: str) -> Self:
        """The same mapping, to be called by another name in errors."""
        named = self.model_copy()
        named._origin = origin
        return named

    def columns(self) -> dict[str, str]:
        """By column of the file, the key that names it."""
        return {column: key for key, column in self._uses()}

    def _uses(self) -> list[tuple[str, str]]:
        single = [(key, getattr(self, key)) for key in COLUMN_KEYS]
        several = [(key, name) for key in _LIST_KEYS for name in getattr(self, key) or ()]
        typed = (*(self.numbers or ()), *self.context)
        made = [("derived", name) for name in self.derived if name not in typed]
        return [(key, name) for key, name in (*single, *several, *made) if name is not None]

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        for key in sorted(self.model_fields_set):
            extra = type(self).model_fields[key].json_schema_extra
            kinds = extra["kinds"] if isinstance(extra, dict) else None
            if isinstance(kinds, list) and kinds and self.kind not in kinds:
                raise ValueError(
                    f"key {key!r} is for kind {' or '.join(map(repr, kinds))}, but kind is "
                    f"{self.kind!r}; leave it out"
                )
        return self

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {"events": ("time",), "orders": ("time", "price"), "rows": ()}[self.kind]
        for key in needed:
            if getattr(self, key) is None:
                raise ValueError(f"key {key!r} is missing; name the column that holds it")
        if self.kind != "rows" and self.session is None and self.customer is None:
            raise ValueError("keys 'session' and 'customer' are missing; name one column at least")
        if self.price_divisor != 1 and self.price is None and self.amount is None:
            raise ValueError(
                "'price_divisor' divides the column of 'price', or of 'amount' in ready-made rows; "
                "name it, or leave the divisor out"
            )
        if (self.label is None) == bool(self.label_yes):
            raise ValueError("'label' and 'label_yes' go together; give both or neither")
        both = {name.lower() for name in self.label_yes} & {name.lower() for name in self.label_no}
        if both:
            raise ValueError(f"code {min(both)!r} is in 'label_yes' and in 'label_no'; it is one")
        return self

    @model_validator(mode="after")
    def _each_column_once(self) -> Self:
        seen: dict[str, str] = {}
        for key, column in self._uses():
            if column in seen:
                raise ValueError(
                    f"column {column!r} is named twice, by {seen[column]!r} and by {key!r}; "
                    "name it once"
                )
            seen[column] = key
        return self
