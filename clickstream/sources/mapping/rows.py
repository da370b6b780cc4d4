"""Ready-made rows, read as a mapping describes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from clickstream.reading import RawTable
from clickstream.sources.canonical import keep_rows
from clickstream.sources.columns import first_reason
from clickstream.sources.mapping.amounts import decimal_sign, finite_number
from clickstream.sources.mapping.columns import mapped_text, unread_columns
from clickstream.sources.mapping.file import mapping_dict
from clickstream.sources.mapping.model import Mapping
from clickstream.tables import Dataset, Label

__all__ = ["read_rows"]

_NO_LABEL = "the mapping names no label and no amount"
_NO_AMOUNT = "no column holds an amount"


def read_rows(raws: Sequence[RawTable], mapping: Mapping, source: str) -> Dataset:
    """Read files of ready-made rows.

    Parameters
    ----------
    raws : sequence of RawTable
        Files of one shape.
    mapping : Mapping
        Of kind `rows`. Columns that it does not name are inputs.
    source : str
        By whose name the data set goes.

    Raises
    ------
    SourceError
        If a column is missing.
    """
    inputs = unread_columns(raws, mapping)
    text = mapped_text(raws, mapping, more=inputs)
    typed = (*(mapping.numbers or ()), *mapping.context)
    open_ones = [*inputs, *(name for name in mapping.derived if name not in typed)]
    settled = _settled(text, mapping, open_ones)
    labels, unlabelled = _labels(settled)
    found = _checks(text, settled)
    # The checks are of the text, which the rows do not keep.
    rows = _rows(text, settled, _why=first_reason(found))
    checks = {reason: (rows["_why"] == reason).fill_null(False) for reason in found}
    return Dataset(
        source=source,
        kind="rows",
        backend=raws[0].backend,
        time_resolution="none",
        context_columns=(),
        counts=keep_rows(raws, rows, checks),
        labels=labels,
        unlabelled=unlabelled,
        derived=settled.derived,
        mapping=mapping_dict(settled),
    )


def _settled(text: ir.Table, mapping: Mapping, inputs: Sequence[str]) -> Mapping:
    """The mapping with what was left to be found in the file: every input is named then."""
    found: dict[str, Any] = {}
    candidates = [*(mapping.numbers or inputs), *([mapping.amount] if mapping.amount else [])]
    if mapping.decimal is None:
        signs = {decimal_sign(text[name]) for name in candidates}
        found["decimal"] = "," if "," in signs else "."
    sign = mapping.decimal or found["decimal"]
    if mapping.numbers is None:
        found["numbers"] = tuple(name for name in inputs if _all_numbers(text[name], sign))
    numbers = mapping.numbers or found.get("numbers", ())
    found["context"] = (*mapping.context, *(name for name in inputs if name not in numbers))
    return mapping.model_copy(update=found)


def _all_numbers(text: ir.StringValue, sign: Any) -> bool:
    counted = text.as_table().agg(filled=text.count(), numbers=finite_number(text, sign).count())
    row = counted.execute().iloc[0]
    return bool(row["filled"] and row["filled"] == row["numbers"])


def _rows(text: ir.Table, mapping: Mapping, **more: ir.Value) -> ir.Table:
    numbers = mapping.numbers or ()
    columns = {
        name: finite_number(text[name], mapping.decimal or ".") if name in numbers else text[name]
        for name in text.columns
        if not name.startswith("_")
    }
    if mapping.amount is not None:
        columns[mapping.amount] = _amount(text[mapping.amount], mapping)
    if mapping.label is not None:
        columns[mapping.label] = _yes_or_no(text[mapping.label], mapping)
    return text.select("_file", "_row", **columns, **more)


def _amount(text: ir.StringValue, mapping: Mapping) -> ir.FloatingValue:
    """The amount in currency units."""
    return finite_number(text, mapping.decimal or ".") / mapping.price_divisor


def _yes_or_no(text: ir.StringValue, mapping: Mapping) -> ir.StringValue:
    code = text.lower()
    yes = code.isin([name.lower() for name in mapping.label_yes])
    no = code.isin([name.lower() for name in mapping.label_no])
    return ibis.cases((yes, "yes"), (no if mapping.label_no else code.notnull(), "no"))


def _checks(text: ir.Table, mapping: Mapping) -> dict[str, ir.BooleanValue]:
    checks = {
        f"{name} is not a number": text[name].notnull()
        & finite_number(text[name], mapping.decimal or ".").isnull()
        for name in mapping.numbers or ()
    }
    if mapping.label is not None:
        codes = " nor ".join((*mapping.label_yes, *mapping.label_no))
        reason = f"is neither {codes}" if mapping.label_no else "is empty"
        checks[f"{mapping.label} {reason}"] = _yes_or_no(text[mapping.label], mapping).isnull()
    if mapping.amount is not None:
        amount = _amount(text[mapping.amount], mapping)
        checks[f"{mapping.amount} is no amount"] = amount.isnull()
        checks[f"{mapping.amount} is below 0"] = amount < 0
    return checks


def _labels(mapping: Mapping) -> tuple[dict[str, Label], dict[str, str]]:
    """What the rows can label, and why they cannot label the rest."""
    labels, unlabelled = {}, {}
    if mapping.label is not None:
        labels["purchase"] = Label("column", column=mapping.label, positive="yes")
    elif mapping.amount is not None:
        labels["purchase"] = Label("any_amount", column=mapping.amount)
    else:
        unlabelled["purchase"] = _NO_LABEL
    if mapping.amount is not None:
        labels["session_spend"] = Label("amount", column=mapping.amount)
    else:
        unlabelled["session_spend"] = _NO_AMOUNT
    return labels, unlabelled
