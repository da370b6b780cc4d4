"""Batch scoring says what the service would say, unit by unit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from automl.batch import score_dataset, write_scores
from clickstream.bundle import open_bundle
from clickstream.errors import ClickwiseError, NotAnswerable
from clickstream.scoring import Scorer
from clickstream.sources import read_source
from clickstream.units import customer_units, ready_rows, session_units, unit_count
from tests.automl.conftest import Trained, run
from tests.clickstream.logs import END, event, read_log, write_log


def of_answer(scores: pa.Table, name: str) -> pa.Table:
    """The scores of one answer, each unit once, in the order of the ids."""
    mine = scores.filter(pc.equal(scores["answer"], name))
    ids = mine["unit_id"].to_pylist()
    assert ids == sorted(set(ids))
    return mine


def assert_scored_as_asked(scores, scorer: Scorer, found) -> None:
    """Compare every output of the units asked for with their rows in the table."""
    table = scores.to_pandas().set_index("unit_id").loc[found.unit_ids]
    for name, values in found.outputs.items():
        for place, column in enumerate(values.reshape(len(values), -1).T):
            known = name if name in table else f"{name}_{place}"
            # A graph adds up in single precision, in another order for other numbers of rows.
            near = 1e-5 * max(1.0, np.abs(column).mean())
            np.testing.assert_allclose(table[known].to_numpy(), column, rtol=1e-6, atol=near)


@pytest.mark.parametrize("task", ["conversion", "revenue"])
def test_sessions_are_scored_once_each_as_the_service_scores_them(
    trained: Path, shop: Path, task: str
) -> None:
    bundle, dataset = open_bundle(trained / task), read_source([shop])
    scores = score_dataset(bundle, dataset)
    assert set(scores["answer"].to_pylist()) == set(bundle.manifest.answers)
    units = json.loads(json.dumps(session_units(dataset, 300, 365)))
    scorer = Scorer(bundle)
    for name in bundle.manifest.answers:
        mine = of_answer(scores, name)
        assert len(mine) == unit_count(dataset, "session") > 5_000
        assert_scored_as_asked(mine, scorer, scorer.predict_units(units, name))


def test_customers_are_scored_once_each_as_the_service_scores_them(
    trained: Path, shop: Path
) -> None:
    bundle, dataset = open_bundle(trained / "segmentation"), read_source([shop])
    scores = score_dataset(bundle, dataset)
    assert len(of_answer(scores, "segment")) == unit_count(dataset, "customer") > 1_000
    units = json.loads(json.dumps(customer_units(dataset, 300, 365)))
    scorer = Scorer(bundle)
    assert_scored_as_asked(scores, scorer, scorer.predict_units(units))


def test_who_will_order_again_is_asked_of_customers_who_have_ordered(
    trained_on_orders: Path, orders: Path, tmp_path: Path
) -> None:
    returned = event("back", 1, "return", customer_id="never ordered")
    write_log(tmp_path / "returned.csv", [returned])
    dataset = read_source([orders, tmp_path / "returned.csv"])
    everybody = json.loads(json.dumps(customer_units(dataset, 1_000, 365)))
    buyers = [
        unit
        for unit in everybody
        if any(event["event_type"] == "purchase" for event in unit["events"])
    ]
    assert [unit["id"] for unit in everybody if unit not in buyers] == ["never ordered"]
    asked = {"conversion": ("repurchase", buyers), "revenue": ("customer_spend", everybody)}
    for task, (name, units) in asked.items():
        bundle = open_bundle(trained_on_orders / task)
        scores = of_answer(score_dataset(bundle, dataset), name)
        assert scores["unit_id"].to_pylist() == [unit["id"] for unit in units]
        scorer = Scorer(bundle)
        assert_scored_as_asked(scores, scorer, scorer.predict_units(units[:300], name))


def test_rows_are_scored_once_each_as_the_service_scores_them(visits: Trained, real_data) -> None:
    bundle = open_bundle(visits.path / "conversion")
    dataset = read_source([real_data("online-shoppers/online_shoppers_intention.csv")])
    scores = score_dataset(bundle, dataset)
    assert scores["unit_id"].to_pylist() == [str(number) for number in range(1, 12_331)]
    columns = [column.name for column in bundle.manifest.answers["purchase"].inputs]
    rows = json.loads(json.dumps(ready_rows(dataset, columns, 300)))
    scorer = Scorer(bundle)
    assert_scored_as_asked(scores, scorer, scorer.predict_rows(rows))


def test_scores_are_written_as_parquet_or_csv_by_name(
    trained: Path, shop: Path, tmp_path: Path
) -> None:
    for name in ("scores.parquet", "scores.csv"):
        result = run("score", shop, "--bundle", trained / "conversion", "--out", tmp_path / name)
        assert result.exit_code == 0, result.output
        simulated, written = result.stdout.splitlines()
        assert simulated.startswith("The data is simulated")
        assert written.startswith(f"{tmp_path / name}: ")
    table = pq.read_table(tmp_path / "scores.parquet")
    again = pyarrow.csv.read_csv(tmp_path / "scores.csv")
    assert (
        table.column_names
        == again.column_names
        == [
            "unit_id",
            "answer",
            "proxy",
            "simulated",
            "value",
        ]
    )
    assert again["unit_id"].to_pylist() == table["unit_id"].to_pylist()
    np.testing.assert_allclose(again["value"], table["value"], rtol=1e-6)


@pytest.mark.parametrize("name", ["missing/scores.csv", "missing/scores.parquet", "."])
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ClickwiseError, match="cannot be written") as refused:
        write_scores(pyarrow.table({"unit_id": ["s1"]}), tmp_path / name)
    assert str(tmp_path / name) in str(refused.value)


def test_a_log_without_a_unit_to_ask_about_is_refused(trained: Path, tmp_path: Path) -> None:
    dataset = read_log(
        tmp_path / "log.csv", [event("s1", 1, "purchase"), END | {"event_type": "return"}]
    )
    with pytest.raises(
        NotAnswerable, match=r"No unit of the data can be scored for exit, purchase\."
    ):
        score_dataset(open_bundle(trained / "conversion"), dataset)
