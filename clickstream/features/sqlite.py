"""Expressions as the SQL that SQLite reads, for the few units of one request.

DuckDB plans a query anew each time it runs, which takes longer than the query itself where it is
about one session. SQLite keeps the plan of a query, and has it done in a millisecond.

SQLite knows neither moments nor decimals. Here both are integers, so that they compare and add up
as exactly as in DuckDB: a moment is microseconds and a date days since 1970, none before it; a
decimal with s places is a number of 10^-s. `clickstream.small_batches` fills its tables so.
"""

from __future__ import annotations

from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.sqlite import SQLiteCompiler
from ibis.common.exceptions import OperationNotDefinedError

__all__ = ["sqlite_sql"]

_SECOND = 1_000_000
_HOUR = 3_600 * _SECOND
_DAY = 24 * _HOUR
_THURSDAY = 3
"""The weekday of the first of January 1970, counted from Monday."""


def sqlite_sql(expression: ir.Table) -> str:
    """The text of an expression in SQLite's dialect.

    Parameters
    ----------
    expression : ibis Table
        Over relations that SQLite knows by the same names, whose moments, dates and decimals are
        integers as the module says.

    Raises
    ------
    OperationNotDefinedError
        If it holds an operation of which nobody has said how it goes with such integers.
    """
    query = _unnested(_Compiler().to_sqlglot(expression))
    return str(query.sql(dialect=_Compiler.dialect, pretty=True)) + "\n"


_ALIKE = (ops.Coalesce, ops.Equals, ops.GreaterEqual, ops.IfElse, ops.Less, ops.SearchedCase)
"""Operations whose values must all be the same kind of integer."""
_KNOWN = (
    *_ALIKE,
    ops.Cast,
    ops.Count,
    ops.DayOfWeekIndex,
    ops.ExtractEpochSeconds,
    ops.ExtractHour,
    ops.Field,
    ops.Literal,
    ops.Max,
    ops.Min,
    ops.Multiply,
    ops.Negate,
    ops.NotNull,
    ops.SortKey,
    ops.Sum,
    ops.TimestampSub,
    ops.TimestampTruncate,
    ops.WindowFunction,
)
"""Operations that go with moments, dates and decimals as integers: as they are, or as said here."""


class _Compiler(SQLiteCompiler):  # type: ignore[misc]  # ibis has no types
    """Ibis' compiler, with the operations on moments, dates and decimals."""

    __slots__ = ()
    UNSUPPORTED_OPS = ()

    def visit_node(self, op: Any, **given: Any) -> Any:
        if isinstance(op, ops.Value):
            _require_known(op)
        return super().visit_node(op, **given)

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: dt.DataType) -> sge.Expr:
        if isinstance(dtype, dt.Interval) and dtype.unit.short == "D":
            return sge.convert(int(value) * _DAY)
        if isinstance(dtype, dt.Array):
            return sge.Anonymous(this="JSON_ARRAY", expressions=[sge.convert(one) for one in value])
        plain = dtype.is_integer() or dtype.is_floating()
        if plain or dtype.is_string() or dtype.is_boolean():
            literal: sge.Expr = super().visit_NonNullLiteral(op, value=value, dtype=dtype)
            return literal
        raise OperationNotDefinedError(f"a literal of type {dtype}")

    def visit_Cast(self, op: Any, *, arg: sge.Expr, to: dt.DataType) -> sge.Expr:
        given = op.arg.dtype
        if isinstance(given, dt.Decimal) and to.is_floating():
            return _over(_real(arg), sge.convert(10**given.scale))
        if isinstance(to, dt.Decimal) and given.is_floating():
            return _cast(sge.Round(this=arg * 10**to.scale), "INTEGER")
        if given.is_date() and to.is_timestamp():
            return sge.paren(arg * _DAY)
        if given.is_boolean() and to.is_integer():
            return arg
        if (given.is_integer() or given.is_floating()) and to.is_floating():
            return _real(arg)
        if given.is_string() and to.is_string():
            return arg
        raise OperationNotDefinedError(f"a cast of {given} to {to}")

    def visit_Divide(self, _op: Any, *, left: Any, right: Any) -> sge.Expr:
        return _over(_real(left), right)

    def visit_Multiply(self, op: Any, *, left: Any, right: Any) -> sge.Expr:
        if op.left.dtype.is_decimal() and op.right.dtype.is_decimal():
            raise OperationNotDefinedError("a product of two decimals")
        return _binary(sge.Mul, left, right)

    def visit_FloorDivide(self, op: Any, *, left: Any, right: Any) -> sge.Expr:
        if not all(arg.dtype.is_integer() for arg in op.args):
            raise OperationNotDefinedError("a whole quotient of what is no integer")
        return _over(left, right)

    def visit_Modulus(self, _op: Any, *, left: Any, right: Any) -> sge.Expr:
        return _binary(sge.Mod, left, right)

    def visit_Array(self, _op: Any, *, exprs: Any) -> sge.Expr:
        return sge.Anonymous(this="JSON_ARRAY", expressions=list(exprs))

    def visit_Unnest(self, _op: Any, *, arg: Any, **_: Any) -> sge.Expr:
        return sge.Explode(this=arg)

    def visit_TimestampSub(self, _op: Any, *, left: Any, right: Any) -> sge.Expr:
        return _binary(sge.Sub, left, right)

    def visit_TimestampTruncate(self, _op: Any, *, arg: Any, unit: Any) -> sge.Expr:
        if unit.short != "s":
            raise OperationNotDefinedError(f"a moment cut to {unit}")
        return sge.paren(arg - arg % _SECOND)

    def visit_ExtractEpochSeconds(self, _op: Any, *, arg: Any) -> sge.Expr:
        return _over(arg, sge.convert(_SECOND))

    def visit_ExtractHour(self, _op: Any, *, arg: Any) -> sge.Expr:
        return _over(arg % _DAY, sge.convert(_HOUR))

    def visit_DayOfWeekIndex(self, op: Any, *, arg: Any) -> sge.Expr:
        if not op.arg.dtype.is_date():
            raise OperationNotDefinedError("the weekday of a moment; cast it to a date")
        return sge.paren((arg + _THURSDAY) % 7)


def _require_known(op: ops.Value) -> None:
    """Refuse what nobody has said how to do with such integers."""
    values = _values(op)
    kinds = {_kind(value.dtype) for value in (op, *values)} - {None}
    if kinds and not isinstance(op, _KNOWN):
        raise OperationNotDefinedError(f"{type(op).__name__} of {' and '.join(map(str, kinds))}")
    if (
        kinds
        and isinstance(op, _ALIKE)
        and len({_kind(one.dtype) for one in values if _counts(one)}) > 1
    ):
        raise OperationNotDefinedError(f"{type(op).__name__} of values that are not alike")


def _values(op: ops.Value) -> list[ops.Value]:
    """The values that an operation takes, those of its lists too."""
    listed = (arg if isinstance(arg, tuple) else (arg,) for arg in op.args)
    return [value for values in listed for value in values if isinstance(value, ops.Value)]


def _kind(dtype: dt.DataType) -> str | None:
    """What kind of integer stands for a value; None where it is what it is."""
    if isinstance(dtype, dt.Decimal):
        return f"decimals of {dtype.scale} places"
    if dtype.is_temporal() or dtype.is_interval():
        return str(dtype)
    return None


def _counts(value: ops.Value) -> bool:
    """Whether a value could be of another kind: conditions, nothing and 0 are of any."""
    if isinstance(value, ops.Literal) and not value.value:
        return False
    return not (value.dtype.is_boolean() or value.dtype.is_null())


def _cast(value: sge.Expr, type_: str) -> sge.Expr:
    return sge.Cast(this=value, to=sge.DataType.build(type_, dialect="sqlite"))


def _real(number: sge.Expr) -> sge.Expr:
    return _cast(number, "REAL")


def _binary(kind: type[sge.Binary], left: sge.Expr, right: sge.Expr, **how: bool) -> sge.Expr:
    sides = (sge.paren(one) if isinstance(one, sge.Binary) else one for one in (left, right))
    this, expression = sides
    return kind(this=this, expression=expression, **how)


def _over(number: sge.Expr, by: sge.Expr) -> sge.Expr:
    """A quotient; of two integers, as SQLite has it, without what is left."""
    return sge.paren(_binary(sge.Div, number, by, typed=True, safe=True))


def _unnested(query: sge.Expr) -> sge.Expr:
    """Make a list's elements, which SQLite has as rows of a table only, such a table."""
    for number, exploded in enumerate(list(query.find_all(sge.Explode))):
        elements = sge.Anonymous(this="JSON_EACH", expressions=[exploded.this.copy()])
        table = sge.Table(this=elements, alias=sge.TableAlias(this=sge.to_identifier(f"u{number}")))
        select = exploded.find_ancestor(sge.Select)
        assert select is not None
        select.join(table, join_type="cross", copy=False)
        exploded.replace(sge.column("value", table=f"u{number}"))
    return query
