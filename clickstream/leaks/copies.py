"""Copies under other names: the same row or session on both sides of a split."""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import numpy as np
import numpy.typing as npt

from clickstream.leaks.coded import Coded, coded_numbers, coded_strings
from clickstream.leaks.ranking import Floats, Mask
from clickstream.manifest import Leak
from clickstream.scoring import FeatureBatch

__all__ = ["copied_row_leaks", "copied_session_leaks"]

_EVENTS = {True: 5, False: 10}
"""Events that a session needs to count, with times and without."""

_TELLING_INPUTS = 5
_CHANCE = 0.01
_ID_LIKE = 0.95
_SHARE = 0.01
"""Share of the holdout from which copies would make its figures look better than they are."""

_RARE = 0.001
"""Share of the holdout up to which shoppers, or robots, may have done the same thing twice."""


def copied_row_leaks(
    training: FeatureBatch, training_label: Floats, holdout: FeatureBatch, holdout_label: Floats
) -> list[Leak]:
    """Rows of the holdout that training holds as well: equal inputs and label.

    Ordinary rows are equal by chance. A row counts where five inputs or more are not at their
    commonest value, and where inputs that had nothing to do with each other would make fewer than
    0.01 rows of training equal to it. Columns that are different in nearly every row are names
    of rows and do not count.

    Parameters
    ----------
    training, holdout : FeatureBatch
        N and M rows.
    training_label, holdout_label : ndarray of float, shapes (N,) and (M,)
        Their labels.
    """
    columns = _joint_columns(training, holdout)
    size = len(training_label)
    label = coded_numbers(np.concatenate([training_label, holdout_label]))
    prints = _fingerprints([*columns, label])
    copied = np.isin(prints[size:], prints[:size]) & _remarkable(columns, size)[size:]
    if copied.sum() <= _RARE * len(copied):
        return []
    return [_copies(int(copied.sum()), len(copied), "rows", "inputs and label")]


def copied_session_leaks(
    connection: duckdb.DuckDBPyConnection,
    training: Collection[str],
    holdout: Collection[str],
    *,
    timed: bool,
    events: str = "events",
) -> list[Leak]:
    """Sessions under different ids with the same products, kinds of event and times between them.

    Short sessions are alike by chance. Those of five events or more count, on three products or
    more; where the log has no times, of ten events.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds the events.
    training, holdout : collection of str
        Ids of the sessions on either side.
    timed : bool
        Whether events have times.
    events : str, default 'events'
        The relation of the canonical events of both sides.
    """
    twins = connection.execute(_TWINS.format(events=events), [_EVENTS[timed]]).fetchall()
    known, tested = set(training), set(holdout)
    seen = {print_ for session, print_ in twins if session in known}
    across = [session for session, print_ in twins if session in tested and print_ in seen]
    if len(across) > _RARE * len(tested):
        what = "products, kinds of event and times between them"
        return [_copies(len(across), len(tested), "sessions", what, f", such as {min(across)!r}")]
    inside = {session for session, _ in twins if session in known | tested}
    if len(inside) < _SHARE * len(known | tested):
        return []
    reason = (
        f"{len(inside)} of {len(known | tested)} sessions have a twin under another id on their "
        f"own side of the split, such as {min(inside)!r}; what they say is counted twice"
    )
    return [Leak(kind="duplicates", columns=[], reason=reason, action="warned")]


_TWINS = """
WITH begun AS (SELECT session_id, min(event_time) AS beginning FROM {events} GROUP BY session_id),
prints AS (
    SELECT session_id, bit_xor(hash(
        event_index, event_type, product_id, epoch_ms(event_time) - epoch_ms(beginning)
    )) AS print
    FROM {events} JOIN begun USING (session_id) GROUP BY session_id
    HAVING count(*) >= ? AND count(DISTINCT product_id) >= 3
)
SELECT session_id, print FROM prints QUALIFY count(*) OVER (PARTITION BY print) > 1
"""


def _joint_columns(training: FeatureBatch, holdout: FeatureBatch) -> list[Coded]:
    numeric = np.concatenate([training.numeric, holdout.numeric])
    strings = np.concatenate([training.categorical, holdout.categorical])
    columns = [coded_numbers(values) for values in numeric.T]
    columns += [coded_strings(values) for values in strings.T]
    return [column for column in columns if column.size < _ID_LIKE * len(column.codes)]


def _fingerprints(columns: list[Coded]) -> npt.NDArray[np.uint64]:
    """One number per row; different rows have the same one with a chance of 2 ** -64."""
    factors = np.random.default_rng(0).integers(1, 2**63, len(columns), dtype=np.uint64) * 2 + 1
    prints = np.zeros(len(columns[0].codes), dtype=np.uint64)
    for column, factor in zip(columns, factors, strict=True):
        prints = (prints ^ (prints >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
        prints += column.codes.astype(np.uint64) * factor
    return prints


def _remarkable(columns: list[Coded], training_rows: int) -> Mask:
    """Rows that chance would hardly make twice."""
    rows = len(columns[0].codes) if columns else 0
    telling, expected = np.zeros(rows), np.full(rows, float(training_rows))
    for column in columns:
        share = np.bincount(column.codes, minlength=column.size) / rows
        telling += column.codes != share.argmax()
        expected *= share[column.codes]
    return np.asarray((telling >= _TELLING_INPUTS) & (expected < _CHANCE))


def _copies(found: int, tested: int, kind: str, alike: str, example: str = "") -> Leak:
    reason = (
        f"{found} of {tested} {kind} of the holdout have a twin in training with the same "
        f"{alike}{example}"
    )
    serious = found >= _SHARE * tested
    return Leak(
        kind="duplicates",
        columns=[],
        reason=reason + ("" if serious else "; too few to move its figures"),
        action="blocks release" if serious else "warned",
    )
