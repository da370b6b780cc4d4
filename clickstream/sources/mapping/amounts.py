"""Amounts as files write them: the decimal sign of a whole column, and numbers under it."""

from __future__ import annotations

from typing import Literal

import ibis
import ibis.expr.types as ir

__all__ = ["decimal_sign", "decimal_text", "finite_number", "whole_number"]

Sign = Literal[".", ","]


def decimal_sign(text: ir.StringValue) -> Sign:
    """The decimal sign under which more values of a column are numbers; the point in doubt.

    Parameters
    ----------
    text : ibis string column
        Empty values are null.
    """
    counted = text.as_table().agg(
        point=decimal_text(text, ".").try_cast("float64").count(),
        comma=decimal_text(text, ",").try_cast("float64").count(),
    )
    row = counted.execute().iloc[0]
    return "," if row["comma"] > row["point"] else "."


def decimal_text(text: ir.StringValue, sign: Sign) -> ir.StringValue:
    """A number as text with a point, whatever its own sign.

    Beside a comma, points between groups of thousands are dropped; a number with a point anywhere
    else is none there, and null.
    """
    if sign == ".":
        return text
    fits = text.re_search(r"^\s*[-+]?(\d*|\d{1,3}(\.\d{3})+)(,\d*)?\s*$")
    return fits.ifelse(text.replace(".", "").replace(",", "."), ibis.null("string"))


def finite_number(text: ir.StringValue, sign: Sign) -> ir.FloatingValue:
    """A finite number, null where the text is none."""
    number = decimal_text(text, sign).try_cast("float64")
    return (number.isnan() | number.isinf()).ifelse(ibis.null("float64"), number)


def whole_number(text: ir.StringValue) -> ir.IntegerValue:
    """A whole number, null where it is none; `3.0` is one, as spreadsheets write it."""
    number = text.try_cast("decimal(18, 4)")
    return (number % 1 == 0).ifelse(number, ibis.null("decimal(18, 4)")).try_cast("int32")
