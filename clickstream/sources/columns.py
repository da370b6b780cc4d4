"""Names of raw columns, and rows that cannot be kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from clickstream.reading import RawTable
from clickstream.tables import RowCounts, store

__all__ = ["first_reason", "kept_rows", "plain_name", "plain_table", "utc_time"]

_REASON = "_reason"
_REPEATED = "another row has the same place in the session"


def plain_name(name: str) -> str:
    """A column's name without case, blanks or punctuation, so that dialects of it agree."""
    return re.sub(r"[\W_]+", "", name.lower())


def plain_table(raw: RawTable) -> ir.Table:
    """The raw table, all text, with its columns under their plain names.

    CSV is text already; a Parquet file's types come from whoever converted it.
    """
    text = raw.table.cast(dict.fromkeys(raw.table.columns, "string"))
    return text.rename({plain_name(name): name for name in raw.table.columns})


def utc_time(text: ir.StringValue) -> ir.TimestampValue:
    """A time as UTC without a zone, null where unreadable; text without an offset is UTC."""
    plain = text.re_replace(r"\s*UTC$", "")
    return plain.try_cast("timestamp('UTC')").cast("timestamp")


def first_reason(checks: Mapping[str, ir.BooleanValue]) -> ir.StringValue:
    """The reason of the first check that holds for a row, null where none does.

    Parameters
    ----------
    checks : mapping of str to boolean expression
        By reason, what makes a row impossible to keep.
    """
    branches = [(condition.fill_null(True), reason) for reason, condition in checks.items()]
    return ibis.cases(*branches, else_=ibis.null("string"))


def kept_rows(
    raws: Sequence[RawTable],
    table: ir.Table,
    checks: Mapping[str, ir.BooleanValue],
    name: str,
    *,
    one_per_place: bool = False,
) -> RowCounts:
    """Materialise the rows of a table that pass every check, and count the others by reason.

    Parameters
    ----------
    raws : sequence of RawTable
        The files behind the table; rows they rejected are counted too.
    table : ibis Table
        All rows, canonical.
    checks : mapping of str to boolean expression
        By reason, what makes a row impossible to keep.
    name : str
        Name of the table to make: `events` or `rows`.
    one_per_place : bool, default False
        Keep one row per `session_id` and `event_index`, the same one whatever the order of rows:
        a session is a sequence, and a log that was read twice is no longer log.
    """
    backend = raws[0].backend
    marked = table.mutate(**{_REASON: first_reason(checks)})
    whole = store(backend, "_marked", marked)
    if one_per_place:
        _mark_repeats(backend, whole.columns)
    store(backend, name, whole.filter(whole[_REASON].isnull()).drop(_REASON))
    counted = backend.con.execute(
        f"SELECT {_REASON}, count(*) FROM _marked GROUP BY ALL"
    ).fetchall()
    backend.con.execute("DROP TABLE _marked")
    quarantined = {reason: rows for reason, rows in counted if reason is not None}
    kept = int(backend.table(name).count().execute())
    for raw in raws:
        for reason, rows in raw.rejected.items():
            quarantined[reason] = quarantined.get(reason, 0) + rows
    return RowCounts(_rows_read(raws), kept, dict(sorted(quarantined.items())))


def _rows_read(raws: Sequence[RawTable]) -> int:
    """Rows of the files themselves, before anything was decided about them."""
    fitting = sum(int(raw.table.count().execute()) for raw in raws)
    return fitting + sum(sum(raw.rejected.values()) for raw in raws)


def _mark_repeats(backend: ibis.backends.duckdb.Backend, columns: Sequence[str]) -> None:
    """Quarantine all but the first row of a place, rows being compared by all their columns."""
    order = ", ".join(f'"{column}"' for column in columns)
    place = "(session_id, event_index)"
    backend.con.execute(
        f"UPDATE _marked SET {_REASON} = $reason WHERE rowid IN ("
        f"SELECT rowid FROM (SELECT rowid, row_number() OVER (PARTITION BY {place} "
        f"ORDER BY {order}) AS number FROM _marked WHERE {_REASON} IS NULL AND {place} IN ("
        f"SELECT {place} FROM _marked WHERE {_REASON} IS NULL "
        "GROUP BY session_id, event_index HAVING count(*) > 1)) WHERE number > 1)",
        {"reason": _REPEATED},
    )
