"""The training table holds what a service computes from JSON, in no order but its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from automl.table import Table
from clickstream.bundle import open_bundle
from clickstream.scoring import Scorer
from clickstream.sources import read_source
from clickstream.tables import Dataset
from clickstream.units import customer_units, end_of_log
from tests.automl.conftest import Trained
from tests.automl.hand_made import prepare_answer

SAMPLE = 1_000


def sampled(*tables: Table) -> list[tuple[Table, int]]:
    """Rows drawn from all tables together."""
    rows = [(table, row) for table in tables for row in range(len(table))]
    drawn = np.random.default_rng(5).choice(len(rows), SAMPLE, replace=False)
    return [rows[place] for place in drawn]


def plain(value: Any) -> Any:
    """A value as a shop would write it in JSON."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    return str(value) if hasattr(value, "isoformat") else value


def event_body(dataset: Dataset, where: str, values: Any) -> list[dict[str, Any]]:
    rows = dataset.connection.execute(
        f"SELECT * REPLACE (price::DOUBLE AS price) FROM events WHERE {where}", values
    )
    names = [column[0] for column in rows.description or []]
    return [
        {name: plain(value) for name, value in zip(names, row, strict=True) if value is not None}
        for row in rows.fetchall()
    ]


OWN = "session_id = $session AND event_index <= $cut"
OTHERS = """
session_id <> $session AND customer_id = (
    SELECT customer_id FROM events WHERE session_id = $session AND event_index = 1
)
"""


def session_bodies(dataset: Dataset, rows: list[tuple[Table, int]]) -> list[dict[str, Any]]:
    """Sessions up to a cut, with all others of their customers, whenever those were."""
    bodies = []
    for table, row in rows:
        session = {"session": table.unit_ids[row]}
        own = event_body(dataset, OWN, session | {"cut": int(table.cut_index[row])})
        for event in own:
            del event["session_id"]
        bodies.append({"events": [*event_body(dataset, OTHERS, session), *own]})
    return bodies


def assert_same_inputs(
    scorer: Scorer, answer: str, units: list[dict[str, Any]], rows: list[tuple[Table, int]]
) -> None:
    """Ask as JSON in batches of units with different ids, and compare with the rows exactly."""
    for number, unit in enumerate(units):
        unit["id"] = f"unit-{number}"
    batch = scorer.unit_features(answer, json.loads(json.dumps(units)))
    numeric = np.stack([table.batch().numeric[row] for table, row in rows])
    strings = np.stack([table.batch().categorical[row] for table, row in rows])
    np.testing.assert_array_equal(batch.numeric, numeric)
    np.testing.assert_array_equal(batch.categorical, strings)
    assert np.unique(numeric, axis=0).shape[0] > 50, "these units are not all alike"


@pytest.mark.parametrize(
    ("task", "name"), [("conversion", "purchase"), ("revenue", "session_spend")]
)
def test_a_service_computes_the_inputs_of_1000_sessions_as_training_did(
    trained: Path, shop: Path, task: str, name: str
) -> None:
    dataset = read_source([shop])
    parts = prepare_answer(dataset, name)
    rows = sampled(parts.training, parts.holdout)
    units = session_bodies(dataset, rows)
    assert_same_inputs(Scorer(open_bundle(trained / task)), name, units, rows)


def test_a_service_computes_the_inputs_of_1000_sessions_of_days_as_training_did(
    clicks: Trained, eshop: Path
) -> None:
    dataset = read_source([eshop])
    parts = prepare_answer(dataset, "purchase")
    rows = sampled(parts.training, parts.holdout)
    units = session_bodies(dataset, rows)
    scorer = Scorer(open_bundle(clicks.path / "conversion"))
    assert_same_inputs(scorer, "purchase", units, rows)


@pytest.mark.parametrize("days_before_the_end", [0, 28], ids=["holdout", "training"])
def test_a_service_computes_the_inputs_of_1000_customers_as_training_did(
    trained: Path, shop: Path, days_before_the_end: int
) -> None:
    dataset = read_source([shop])
    parts = prepare_answer(dataset, "segment")
    moment = end_of_log(dataset) - timedelta(days=days_before_the_end)
    rows = sampled(parts.training if days_before_the_end else parts.holdout)
    units = [
        {
            "as_of": f"{moment.isoformat()}Z",
            "events": event_body(
                dataset, "customer_id = ? AND event_time < ?", [table.unit_ids[row], moment]
            ),
        }
        for table, row in rows
    ]
    assert_same_inputs(Scorer(open_bundle(trained / "segmentation")), "segment", units, rows)


def test_a_service_computes_all_inputs_of_1000_customers_as_training_did(
    trained_on_orders: Path, orders: Path
) -> None:
    dataset = read_source([orders])
    parts = prepare_answer(dataset, "customer_spend")
    rows = sampled(parts.training, parts.holdout)
    units = []
    for table, row in rows:
        moment = table.start[row].item()
        events = event_body(
            dataset, "customer_id = ? AND event_time < ?", [table.unit_ids[row], moment]
        )
        units.append({"as_of": f"{moment.isoformat()}Z", "events": events})
    scorer = Scorer(open_bundle(trained_on_orders / "revenue"))
    assert_same_inputs(scorer, "customer_spend", units, rows)


def test_units_made_for_the_service_have_the_inputs_of_the_holdout(
    trained: Path, shop: Path
) -> None:
    dataset = read_source([shop])
    holdout = prepare_answer(dataset, "segment").holdout
    units = customer_units(dataset, len(holdout), history_days=365)
    place = {unit: row for row, unit in enumerate(holdout.unit_ids)}
    rows = [(holdout, place[unit["id"]]) for unit in units]
    assert len(rows) == len(holdout)
    assert_same_inputs(Scorer(open_bundle(trained / "segmentation")), "segment", units, rows)


@pytest.mark.parametrize("name", ["purchase", "session_spend", "segment"])
def test_the_order_of_rows_in_the_file_changes_nothing(
    shop: Path, tmp_path: Path, name: str
) -> None:
    table = pq.read_table(shop)
    order = np.random.default_rng(0).permutation(table.num_rows)
    pq.write_table(table.take(order), tmp_path / "shuffled.parquet")
    here = prepare_answer(read_source([shop]), name)
    there = prepare_answer(read_source([tmp_path / "shuffled.parquet"]), name)
    assert here.sql == there.sql
    for mine, other in ((here.training, there.training), (here.holdout, there.holdout)):
        assert_frame_equal(mine.frame, other.frame, check_exact=True)
        for column in ("unit_ids", "cut_index", "start", "end", "label"):
            np.testing.assert_array_equal(getattr(mine, column), getattr(other, column))
