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
    finish: Callable[[ir.Table], ir.Table] | None = None,
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
    finish : callable, optional
        Makes the final table of the rows that are kept; they are final as they are without it.
    """
    backend = raws[0].backend
    _quarantine(raws)
    backend.con.execute("DELETE FROM _marked WHERE _reason IS NOT NULL")
    kept = sum(_kept_rows(backend, file) for file in _files(backend))
    if finish is not None:
        store(backend, name, finish(backend.table("_marked")))
        backend.con.execute("DROP TABLE _marked")
    else:
        _strip(backend, name)
    reasons = backend.con.execute(
        "SELECT reason, count(*) FROM quarantine GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return RowCounts(sum(raw.count() for raw in raws), kept, dict(reasons), copies)


def _files(backend: ibis.backends.duckdb.Backend) -> list[tuple[str, int]]:
    """Each file with rows in `_marked`, and the last of them."""
    found: list[tuple[str, int]] = backend.con.execute(
        "SELECT _file, max(_row) FROM _marked GROUP BY _file"
    ).fetchall()
    return found


def _kept_rows(backend: ibis.backends.duckdb.Backend, file: tuple[str, int]) -> int:
    """How many rows of a file are in `_marked`, each once though it became several events.

    A bit per row takes a twentieth of the time that a set of them does.
    """
    name, last = file
    ((count,),) = backend.con.execute(
        f"SELECT bit_count(bitstring_agg(_row, 1, {last})) FROM _marked WHERE _file = ?", [name]
    ).fetchall()
    return int(count)


def _strip(backend: ibis.backends.duckdb.Backend, name: str) -> None:
    """Make the final table of `_marked` itself: a copy of a long log takes time and memory."""
    for column in backend.table("_marked").columns:
        if column.startswith("_"):
            backend.con.execute(f'ALTER TABLE _marked DROP COLUMN "{column}"')
    backend.con.execute(f"ALTER TABLE _marked RENAME TO {name}")


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
