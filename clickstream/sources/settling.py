"""The arithmetic of reading: rows that are kept, exact copies, and the quarantine of all others.

Works on the table `_marked`: canonical rows with `_file`, `_row` and, where one cannot be kept,
its `_reason`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ibis
import ibis.expr.types as ir

from clickstream.reading import RawTable
from clickstream.tables import RowCounts, store

__all__ = ["count_copies", "mark_copies", "settle"]


def mark_copies(raws: Sequence[RawTable]) -> None:
    """Quarantine all but one of each set of raw rows that are equal in every column."""
    if count_copies(raws):
        raws[0].backend.con.execute(
            "UPDATE _marked SET _reason = 'an exact copy of another row' "
            "WHERE _reason IS NULL AND (_file, _row) IN (SELECT (_file, _row) FROM _copies)"
        )


def count_copies(raws: Sequence[RawTable]) -> int:
    """Raw rows, of those not quarantined, that are equal to an earlier one; listed in `_copies`.

    Equal raw rows make equal canonical rows, so only those that are equal there by their hash are
    looked up in the files.
    """
    connection = raws[0].backend.con
    columns = raws[0].backend.table("_marked").columns
    names = ", ".join(f'"{name}"' for name in columns if name not in ("_file", "_row"))
    key = "(session_id, event_index)" if "event_index" in columns else f"hash({names})"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _wanted AS SELECT DISTINCT _file, _row FROM _marked "
        f"WHERE _reason IS NULL AND {key} IN (SELECT {key} FROM _marked WHERE _reason IS NULL "
        "GROUP BY ALL HAVING count(*) > 1)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _copies AS SELECT _file, _row FROM ("
        "SELECT _file, _row, row_number() OVER (PARTITION BY content ORDER BY _file, _row) "
        f"AS number FROM ({_contents(raws)})) WHERE number > 1"
    )
    return _count(raws[0].backend, "_copies")


def settle(
    raws: Sequence[RawTable],
    name: str,
    copies: int,
    finish: Callable[[ir.Table], ir.Table],
) -> RowCounts:
    """Store what is kept under its name and all else in `quarantine`, and count both.

    Parameters
    ----------
    raws : sequence of RawTable
        The files behind `_marked`.
    name : {'events', 'rows'}
        Name of the table to make.
    copies : int
        Raw rows that are kept though they are copies.
    finish : callable
        Makes the final table of the rows that are kept.
    """
    backend = raws[0].backend
    _quarantine(raws)
    whole = backend.table("_marked")
    unmarked = whole.filter(whole["_reason"].isnull())
    store(backend, name, finish(unmarked.drop("_reason")))
    ((kept,),) = backend.con.execute(
        "SELECT count(*) FROM (SELECT DISTINCT _file, _row FROM _marked WHERE _reason IS NULL)"
    ).fetchall()
    backend.con.execute("DROP TABLE _marked")
    reasons = backend.con.execute(
        "SELECT reason, count(*) FROM quarantine GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return RowCounts(sum(raw.count() for raw in raws), kept, dict(reasons), copies)


def _quarantine(raws: Sequence[RawTable]) -> None:
    """Make `quarantine`: rows that are no row of their file's table, and rows with a reason."""
    connection = raws[0].backend.con
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _wanted AS SELECT _file, _row, min(_reason) AS reason "
        "FROM _marked WHERE _reason IS NOT NULL GROUP BY _file, _row"
    )
    if _count(raws[0].backend, "_wanted"):
        # A raw row that became several events is kept whole or not at all.
        connection.execute(
            "UPDATE _marked SET _reason = 'another part of its row' "
            "WHERE _reason IS NULL AND (_file, _row) IN (SELECT (_file, _row) FROM _wanted)"
        )
    rejected = " UNION ALL ".join(f"FROM {raw.name}_rejected" for raw in raws)
    connection.execute(
        f"CREATE OR REPLACE TABLE quarantine AS {rejected} UNION ALL "
        "SELECT _file, _row, reason, content FROM "
        f"({_contents(raws)}) JOIN _wanted USING (_file, _row)"
    )


def _contents(raws: Sequence[RawTable]) -> str:
    """SQL of `_file`, `_row` and `content`, the raw row as JSON text, of the rows in `_wanted`."""
    return " UNION ALL ".join(
        f"SELECT _file, _row, {_json(raw.columns)} AS content FROM {raw.name} "
        "SEMI JOIN _wanted USING (_file, _row)"
        for raw in raws
    )


def _json(columns: Sequence[str]) -> str:
    names = [name.replace('"', '""') for name in columns]
    fields = ", ".join(f'"{name}" := "{name}"::VARCHAR' for name in names)
    return f"to_json(struct_pack({fields}))::VARCHAR"


def _count(backend: ibis.backends.duckdb.Backend, relation: str) -> int:
    ((count,),) = backend.con.execute(f"SELECT count(*) FROM {relation}").fetchall()
    return int(count)
