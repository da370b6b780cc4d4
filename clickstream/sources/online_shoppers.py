"""UCI Online Shoppers Purchasing Intention: one ready-made row per visit."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from clickstream.reading import RawTable
from clickstream.sources.canonical import keep_rows
from clickstream.sources.columns import plain_name, plain_table
from clickstream.tables import Dataset, Label

__all__ = ["NAME", "NEEDS", "read", "recognises"]

NAME = "online-shoppers"
_NUMBERS = (
    "Administrative",
    "Administrative_Duration",
    "Informational",
    "Informational_Duration",
    "ProductRelated",
    "ProductRelated_Duration",
    "BounceRates",
    "ExitRates",
    "PageValues",
    "SpecialDay",
)
_STRINGS = (
    "Month",
    "OperatingSystems",
    "Browser",
    "Region",
    "TrafficType",
    "VisitorType",
    "Weekend",
)
_LABEL = "Revenue"
NEEDS = (*_NUMBERS, *_STRINGS, _LABEL)

_PAGE_VALUES = (
    "Google Analytics computes PageValues from the revenue of the sessions that passed a page, "
    "so it knows of purchases"
)


def recognises(raw: RawTable) -> bool:
    """Whether a file has this data set's columns."""
    return {plain_name(name) for name in NEEDS} <= {plain_name(name) for name in raw.columns}


def read(raws: Sequence[RawTable]) -> Dataset:
    """Read one or several files of this data set.

    Parameters
    ----------
    raws : sequence of RawTable
        Files with the columns of `NEEDS`.
    """
    rows = ibis.union(*[_rows(raw) for raw in raws]) if len(raws) > 1 else _rows(raws[0])
    checks: dict[str, ir.BooleanValue] = {
        f"{name} is not a number": rows[name].isnan() | rows[name].isinf() for name in _NUMBERS
    }
    checks |= {
        f"negative {name}": rows[name] < 0 for name in _NUMBERS if name.endswith("_Duration")
    }
    checks[f"{_LABEL} is neither TRUE nor FALSE"] = ~rows[_LABEL].isin(["TRUE", "FALSE"])
    return Dataset(
        source=NAME,
        kind="rows",
        backend=raws[0].backend,
        time_resolution="none",
        context_columns=(),
        counts=keep_rows(raws, rows, checks),
        labels={"purchase": Label("column", column=_LABEL, positive="TRUE")},
        unlabelled={
            "session_spend": "no column holds an amount: Revenue only says whether the visit "
            "ended in a purchase, not for how much"
        },
        derived={"PageValues": _PAGE_VALUES},
    )


def _rows(raw: RawTable) -> ir.Table:
    table = plain_table(raw)
    numbers = {name: table[plain_name(name)].try_cast("float64") for name in _NUMBERS}
    strings = {name: table[plain_name(name)].nullif("") for name in _STRINGS}
    strings["Weekend"] = strings["Weekend"].upper()
    label = {_LABEL: table[plain_name(_LABEL)].upper()}
    place = {name: table[name] for name in ("_file", "_row")}
    return table.select(**numbers, **strings, **label, **place)
