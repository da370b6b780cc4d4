"""The prediction log: what was asked and answered, as Parquet files in a folder.

It never holds up an answer: what cannot be written is counted, said in the log, and lost.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Any

import duckdb

from services.common import metrics

__all__ = ["LOG_COLUMNS", "PredictionLog", "forget"]

LOG_COLUMNS = {
    "time": "TIMESTAMP",
    "request_id": "VARCHAR",
    "task": "VARCHAR",
    "answer": "VARCHAR",
    "model_version": "VARCHAR",
    "data_version": "VARCHAR",
    "id": "VARCHAR",
    "asked": "JSON",
    "answered": "JSON",
}
"""DuckDB types. `id` is null unless ids may be kept; `asked` is the unit or row without its id,
`answered` the prediction without it."""

_WAITING = 100_000
"""Rows that wait to be written at most, should the disk be slow."""
_log = logging.getLogger("clickwise.prediction_log")
Row = Mapping[str, Any]


class PredictionLog:
    """Writes rows to files, each closed after so many rows or seconds.

    Parameters
    ----------
    folder : Path
        Made if it is not there; workers may share it.
    task : str
        Begins the files' names.
    rows : int
        After which a file is closed.
    seconds : float
        After which one is closed.
    files : int
        Kept at most; the oldest go first.
    keep_ids : bool
        Whether rows keep the ids of their units.
    """

    def __init__(
        self, folder: Path, task: str, *, rows: int, seconds: float, files: int, keep_ids: bool
    ) -> None:
        self._folder, self._task = folder, task
        self._rows, self._seconds, self._files = rows, seconds, files
        self._keep_ids = keep_ids
        self._waiting: Queue[Row | None] = Queue(_WAITING)
        self._written = 0
        self._thread = threading.Thread(target=self._work, name="prediction-log", daemon=True)
        self._thread.start()

    def add(self, shared: Row, asked: Sequence[Row], answered: Sequence[Row]) -> None:
        """Log the predictions of one request; never waits.

        Parameters
        ----------
        shared : mapping
            The columns that all of them have in common, but for `time` and `task`.
        asked : sequence of mapping
            Units or rows, as sent.
        answered : sequence of mapping
            Their predictions.
        """
        now = datetime.now(UTC).replace(tzinfo=None).isoformat()
        for unit, prediction in zip(asked, answered, strict=True):
            row = {
                **shared,
                "time": now,
                "task": self._task,
                "id": prediction["id"] if self._keep_ids else None,
                "asked": _without_ids(unit),
                "answered": {name: part for name, part in prediction.items() if name != "id"},
            }
            try:
                self._waiting.put_nowait(row)
            except Full:
                metrics.log_failed(1)

    def close(self) -> None:
        """Write what is left."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        more = True
        while more:
            rows, more = self._gathered()
            if rows:
                self._keep(rows)

    def _gathered(self) -> tuple[list[Row], bool]:
        """Rows of the next file, and whether there may be more after it."""
        rows: list[Row] = []
        deadline = time.monotonic() + self._seconds
        while len(rows) < self._rows:
            try:
                row = self._waiting.get(timeout=max(deadline - time.monotonic(), 0.0))
            except Empty:
                break
            if row is None:
                return rows, False
            rows.append(row)
        return rows, True

    def _keep(self, rows: Sequence[Row]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(rows)
            self._drop_oldest()
        except (OSError, duckdb.Error) as error:
            metrics.log_failed(len(rows))
            _log.error("%d rows of the prediction log are lost: %s", len(rows), error)
        else:
            metrics.log_written(len(rows))

    def _write(self, rows: Sequence[Row]) -> None:
        self._written += 1
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        name = f"{self._task}-{moment}-{os.getpid()}-{self._written:06d}.parquet"
        structure = json.dumps([LOG_COLUMNS]).replace("'", "''")
        _replaced(
            self._folder / name,
            f"SELECT unnest(from_json(?::JSON, '{structure}'), recursive := true)",
            [json.dumps(rows, default=str)],
        )

    def _drop_oldest(self) -> None:
        found = sorted(self._folder.glob(f"{self._task}-*.parquet"))
        for file in found[: -self._files]:
            file.unlink(missing_ok=True)


def forget(folder: Path, unit_id: str) -> int:
    """Delete the rows of one customer, session or row from a prediction log.

    Parameters
    ----------
    folder : Path
        Of the log.
    unit_id : str
        Whose rows go; a log that keeps no ids has none of them.

    Returns
    -------
    int
        Rows that were deleted.
    """
    deleted = 0
    for file in sorted(folder.glob("*.parquet")):
        with duckdb.connect() as connection:
            ((found,),) = connection.execute(
                "SELECT count(*) FROM read_parquet(?) WHERE id = ?", [str(file), unit_id]
            ).fetchall()
        if found:
            kept = "SELECT * FROM read_parquet(?) WHERE id IS DISTINCT FROM ?"
            _replaced(file, kept, [str(file), unit_id])
            deleted += int(found)
    return deleted


def _replaced(file: Path, query: str, given: Sequence[Any]) -> None:
    """Write a query's rows to a file that is there whole or not at all."""
    half = file.with_suffix(".half")
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            target = str(half).replace("'", "''")
            connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet)", list(given))
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def _without_ids(unit: Row) -> Row:
    """The unit without its id and the names of its sessions, which are numbered instead."""
    own = str(unit.get("id"))
    sessions: dict[str, str] = {}
    if "events" not in unit:
        return {name: part for name, part in unit.items() if name != "id"}
    events = []
    for event in unit["events"]:
        kept = dict(event)
        name = kept.pop("session_id", None)
        if name is not None and name != own:
            kept["session_id"] = sessions.setdefault(name, f"session-{len(sessions) + 1}")
        events.append(kept)
    return {name: part for name, part in unit.items() if name != "id"} | {"events": events}
