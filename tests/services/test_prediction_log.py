"""The prediction log: what it keeps, what it leaves out, and that it never holds up an answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from automl.batch import score_dataset
from clickstream.bundle import open_bundle
from clickstream.sources import read_source
from clickstream.units import session_units
from services.common import metrics
from services.common.application import make_application
from services.common.prediction_log import PredictionLog, forget
from services.conversion.answers import ConversionPrediction
from tests.clickstream.logs import read_log
from tests.services import hand_made
from tests.services.calling import Caller


@contextmanager
def logging_to(folder: Path, **changes: Any) -> Iterator[PredictionLog]:
    settings = {"rows": 100, "seconds": 0.2, "files": 10, "keep_ids": False} | changes
    log = PredictionLog(folder, "conversion", **settings)
    try:
        yield log
    finally:
        log.close()


def ask(bundle: Any, log: PredictionLog, bodies: list[Any]) -> list[dict[str, Any]]:
    caller = Caller(make_application(bundle, ConversionPrediction, log=log))
    answers = [caller.post("/predict", json=body) for body in bodies]
    assert {answer.status_code for answer in answers} == {200}
    return [prediction for answer in answers for prediction in answer.json()["predictions"]]


def rows(folder: Path) -> list[dict[str, Any]]:
    return [
        row for file in sorted(folder.glob("*.parquet")) for row in pq.read_table(file).to_pylist()
    ]


@pytest.fixture
def bundle(tmp_path: Path) -> Any:
    return hand_made.purchase_bundle(tmp_path / "bundle")


def test_a_row_tells_what_was_asked_and_answered_by_which_model(bundle, tmp_path) -> None:
    with logging_to(tmp_path / "log") as log:
        (said,) = ask(bundle, log, [{"units": [hand_made.request("session")]}])
    (row,) = rows(tmp_path / "log")
    assert row["task"] == "conversion"
    assert row["answer"] == "purchase"
    assert row["model_version"] == bundle.manifest.model_version
    assert row["data_version"] == bundle.manifest.data_version
    answered = json.loads(row["answered"])
    assert answered == {name: part for name, part in said.items() if name != "id"}
    assert [event["event_type"] for event in json.loads(row["asked"])["events"]] == ["view", "cart"]


def test_ids_are_kept_only_where_they_may_be(bundle, tmp_path) -> None:
    unit = hand_made.request("session") | {"id": "anna@example.org"}
    unit["events"] = [{**event, "session_id": unit["id"]} for event in unit["events"]]
    with logging_to(tmp_path / "without") as log:
        ask(
            hand_made.purchase_bundle(tmp_path / "back", {"history_days": 365}),
            log,
            [{"units": [unit]}],
        )
    assert "anna" not in str(rows(tmp_path / "without"))
    with logging_to(tmp_path / "with", keep_ids=True) as log:
        ask(bundle, log, [{"units": [hand_made.request("session") | {"id": "anna"}]}])
    assert [row["id"] for row in rows(tmp_path / "with")] == ["anna"]


def test_names_of_earlier_sessions_are_numbered(tmp_path) -> None:
    bundle = hand_made.purchase_bundle(tmp_path / "bundle", {"history_days": 365})
    unit = hand_made.request("session")
    earlier = [{**event, "session_id": "anna's first"} for event in unit["events"]]
    with logging_to(tmp_path / "log") as log:
        ask(bundle, log, [{"units": [{**unit, "events": [*earlier, *unit["events"]]}]}])
    (row,) = rows(tmp_path / "log")
    names = [event.get("session_id") for event in json.loads(row["asked"])["events"]]
    assert names == ["session-1", "session-1", None, None]


def test_one_customers_rows_can_be_deleted(bundle, tmp_path) -> None:
    units = [hand_made.request("session", number) for number in range(6)]
    with logging_to(tmp_path / "log", keep_ids=True, rows=2) as log:
        ask(bundle, log, [{"units": [unit]} for unit in [*units, units[3]]])
    command = [sys.executable, "-m", "services.common.forget", str(tmp_path / "log"), "visit-3"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == "2 rows deleted.\n"
    assert forget(tmp_path / "log", "visit-3") == 0
    assert sorted(row["id"] for row in rows(tmp_path / "log")) == [
        f"visit-{number}" for number in (0, 1, 2, 4, 5)
    ]


def test_files_are_closed_and_the_oldest_go(bundle, tmp_path) -> None:
    folder = tmp_path / "log"
    with logging_to(folder, rows=2, files=2, keep_ids=True) as log:
        ask(bundle, log, [{"units": [hand_made.request("session", number)]} for number in range(8)])
    assert len(list(folder.iterdir())) == 2
    assert [row["id"] for row in rows(folder)] == [f"visit-{number}" for number in (4, 5, 6, 7)]


def test_a_log_that_cannot_be_written_is_counted_and_predictions_go_on(bundle, tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    before = metrics._LOST._value.get()
    with logging_to(tmp_path / "file" / "log") as log:
        said = ask(bundle, log, [{"units": [hand_made.request("session")]}])
    assert len(said) == 1
    assert metrics._LOST._value.get() == before + 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one page of memory."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_rows_and_nothing_else(bundle, small_disk) -> None:
    before, unit = metrics._LOST._value.get(), hand_made.request("session")
    many = {"units": [unit | {"id": str(number)} for number in range(1_000)]}
    with logging_to(small_disk, rows=1_000) as log:
        assert len(ask(bundle, log, [many])) == 1_000
    assert metrics._LOST._value.get() == before + 1_000
    assert not list(small_disk.iterdir())


def test_replayed_through_the_features_of_training_the_log_gives_the_same_numbers(
    trained: Path, shop: Path, tmp_path: Path
) -> None:
    bundle = open_bundle(trained / "conversion")
    units = json.loads(json.dumps(session_units(read_source([shop]), 60, 365)))
    assert any("session_id" in event for unit in units for event in unit["events"])
    answers = list(bundle.manifest.answers)
    with logging_to(tmp_path / "log") as log:
        ask(bundle, log, [{"answer": name, "units": units} for name in answers])
    logged = rows(tmp_path / "log")
    assert {row["answer"] for row in logged} == set(answers)
    visits = [json.loads(row["asked"])["events"] for row in logged]
    # As a file that is read, cleaned and cut as training's is, in place of a request.
    replayed = read_log(tmp_path / "replayed.csv", chain(*map(_as_log, count(), visits)))
    found = score_dataset(bundle, replayed).to_pandas().set_index(["unit_id", "answer"])["value"]
    for place, row in enumerate(logged):
        again = found[f"visit {place}", row["answer"]]
        assert json.loads(row["answered"])["value"] == pytest.approx(again, abs=1e-6)


def _as_log(place: int, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A logged unit as events of a customer of its own, in the simulated shop's format."""
    named = {"customer_id": f"customer {place}"}
    return [
        {**event, **named, "session_id": f"{event.get('session_id', 'visit')} {place}"}
        for event in events
    ]
