"""Features that look past the cut: computed anew without what came later, they must not change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import duckdb
import numpy as np
import numpy.typing as npt

from clickstream.manifest import Input, Leak
from clickstream.scoring import FeatureBatch, feature_batch

__all__ = ["Cut", "cut_off_features", "later_leaks"]

_SAMPLE = 200
_TOLERANCE = 1e-6
"""Relative; features are single precision, and floating sums move with the order of rows."""

Cut = tuple[str, int]
"""Unit and place of the cut in it."""


def cut_off_features(
    connection: duckdb.DuckDBPyConnection,
    sql: str,
    inputs: Sequence[Input],
    scope: Literal["session", "customer"],
) -> tuple[list[Cut], FeatureBatch]:
    """Compute the features of some cuts from a log that ends at each of them.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds `events`, `cuts` and the lookups of the query.
    sql : str
        `features.sql`.
    inputs : sequence of Input
        Its columns.
    scope : {'session', 'customer'}
        What a unit is. A session is left with its events up to the cut, and with what its customer
        did before in other sessions.

    Returns
    -------
    cuts : list of Cut
        About 200, chosen by a hash; no two of one customer, since their logs end differently.
    batch : FeatureBatch
        Their features.
    """
    with connection.cursor() as cursor:
        # Temporary tables stand before those of the log, for this cursor alone.
        for statement in _SESSIONS if scope == "session" else _CUSTOMERS:
            cursor.execute(statement)
        columns = cursor.execute(sql).fetchnumpy()
    units = [str(unit) for unit in columns["unit_id"]]
    cuts = list(zip(units, map(int, columns["cut_index"]), strict=True))
    return cuts, feature_batch(units, columns, inputs)


_SESSIONS = (
    f"""CREATE TEMP TABLE cuts AS
    WITH drawn AS (
        SELECT * FROM main.cuts ORDER BY md5(unit_id || ' ' || cut_index) LIMIT {2 * _SAMPLE}
    ), owned AS (
        SELECT d.*, arg_min(e.customer_id, e.event_index) AS owner,
            max(coalesce(e.event_time, e.event_date)) AS moment
        FROM drawn d JOIN main.events e
        ON e.session_id = d.unit_id AND e.event_index <= d.cut_index GROUP BY ALL
    )
    SELECT * FROM owned QUALIFY row_number() OVER (
        PARTITION BY coalesce('of ' || owner, unit_id) ORDER BY md5(unit_id), cut_index
    ) = 1 ORDER BY md5(unit_id) LIMIT {_SAMPLE}""",
    """CREATE TEMP TABLE events AS
    SELECT e.* FROM main.events e JOIN cuts c
    ON e.session_id = c.unit_id AND e.event_index <= c.cut_index
    UNION ALL
    SELECT e.* FROM main.events e JOIN (
        SELECT session_id, max(moment) AS moment
        FROM main.events JOIN cuts ON customer_id = owner
        WHERE session_id NOT IN (SELECT unit_id FROM cuts) GROUP BY session_id
    ) o ON e.session_id = o.session_id AND coalesce(e.event_time, e.event_date) <= o.moment""",
)
_CUSTOMERS = (
    f"""CREATE TEMP TABLE cuts AS
    SELECT * FROM main.cuts QUALIFY row_number() OVER (
        PARTITION BY unit_id ORDER BY md5(unit_id || ' ' || cut_index), as_of
    ) = 1 ORDER BY md5(unit_id) LIMIT {_SAMPLE}""",
    """CREATE TEMP TABLE events AS
    SELECT e.* FROM main.events e JOIN cuts c
    ON e.customer_id = c.unit_id AND e.event_time < c.as_of""",
)


def later_leaks(
    inputs: Sequence[Input],
    made: FeatureBatch,
    made_cuts: Sequence[Cut],
    cut_off: FeatureBatch,
    cut_off_cuts: Sequence[Cut],
) -> list[Leak]:
    """Features whose values differ once the log is cut off.

    Parameters
    ----------
    inputs : sequence of Input
        The features, in the order of both batches: numbers first.
    made : FeatureBatch
        N rows as training sees them.
    made_cuts : sequence of Cut
        Their cuts. Where a customer is cut at several moments, one of them must agree.
    cut_off : FeatureBatch
        M rows, computed from a log that ends at each cut.
    cut_off_cuts : sequence of Cut
        Their cuts; those that training does not see are passed over.
    """
    pairs = _matched(made_cuts, cut_off_cuts)
    changed = {
        name: _changed(_column(made, inputs, name), _column(cut_off, inputs, name), pairs)
        for name in (column.name for column in inputs)
    }
    return [
        Leak(
            kind="after the cut",
            columns=[name],
            reason=f"{name} has another value in {count} of {len(pairs)} units once the log is cut "
            "off at the moment that is asked about, so it looks at what came later",
            action="blocks release",
        )
        for name, count in changed.items()
        if count
    ]


def _matched(made: Sequence[Cut], cut_off: Sequence[Cut]) -> dict[int, list[int]]:
    """Rows of training by the row that was computed anew."""
    place = {cut: number for number, cut in enumerate(cut_off)}
    found: dict[int, list[int]] = {}
    for number, cut in enumerate(made):
        if cut in place:
            found.setdefault(place[cut], []).append(number)
    return found


def _column(batch: FeatureBatch, inputs: Sequence[Input], name: str) -> npt.NDArray[Any]:
    numbers = [column.name for column in inputs if column.type == "number"]
    strings = [column.name for column in inputs if column.type == "string"]
    if name in numbers:
        return batch.numeric[:, numbers.index(name)]
    return batch.categorical[:, strings.index(name)]


def _changed(made: npt.NDArray[Any], cut_off: npt.NDArray[Any], pairs: dict[int, list[int]]) -> int:
    """How many rows that were computed anew agree with none of training's."""
    anew = np.repeat(list(pairs), [len(rows) for rows in pairs.values()])
    rows = np.array([row for rows in pairs.values() for row in rows], dtype=np.intp)
    alike = _alike(made[rows], cut_off[anew.astype(np.intp)])
    return len(pairs) - len(np.unique(anew[alike]))


def _alike(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    if first.dtype == object:
        return np.asarray(first == second, dtype=np.bool_)
    alike: npt.NDArray[np.bool_] = np.isclose(
        first, second, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True
    )
    return alike
