"""Evaluation on labelled data: all of it, what training did not see, and beside the truth."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from automl.evaluating import Part, evaluate
from clickstream.bundle import Bundle, open_bundle
from clickstream.errors import NotAnswerable, SourceError
from clickstream.simulator import simulate
from clickstream.sources import read_source
from tests.automl.conftest import Trained, run, run_json
from tests.clickstream.logs import event, read_log


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated log and customers beyond it, with the truth beside it."""
    folder = tmp_path_factory.mktemp("longer")
    simulate(80_000, folder / "shop.parquet", seed=7, truth=folder / "truth.parquet")
    return folder


@pytest.fixture(scope="module")
def parts(trained: Path, longer: Path) -> dict[str, Part]:
    bundle = open_bundle(trained / "conversion")
    found = evaluate(bundle, read_source([longer / "shop.parquet"]), longer / "truth.parquet")
    return {part.part: part for part in found if part.answer == "purchase"}


def test_all_of_the_data_and_what_training_did_not_see_are_told_apart(
    parts: dict[str, Part], shop: Path, longer: Path
) -> None:
    assert list(parts) == ["all", "not seen in training"]
    whole, new = parts.values()
    assert 1_000 < new.units < whole.units
    assert new.units < new.rows < whole.rows
    sessions = [
        len(set(pq.read_table(file, columns=["session_id"])["session_id"].to_pylist()))
        for file in (shop, longer / "shop.parquet")
    ]
    added = sessions[1] - sessions[0]
    assert added < new.units < added + 0.25 * sessions[0], "new sessions and the holdout's"


def test_no_model_beats_the_truth_on_sessions_that_it_did_not_see(parts: dict[str, Part]) -> None:
    new = parts["not seen in training"]
    assert new.best_auc is not None
    assert new.best_auc >= new.metrics["roc_auc"].value - 0.01
    assert new.best_auc > 0.7
    assert new.metrics["roc_auc"].low > 0.6


def test_unseen_data_is_as_well_predicted_as_the_holdout(
    parts: dict[str, Part], trained: Path
) -> None:
    holdout = open_bundle(trained / "conversion").manifest.answers["purchase"].metrics["roc_auc"]
    new = parts["not seen in training"].metrics["roc_auc"]
    assert new.low < holdout.high
    assert holdout.low < new.high


@pytest.fixture
def conversion(trained: Path) -> Bundle:
    return open_bundle(trained / "conversion")


def refusal(bundle: Bundle, shop: Path, truth: Path) -> str:
    with pytest.raises(SourceError) as refused:
        evaluate(bundle, read_source([shop]), truth)
    said = str(refused.value)
    assert str(truth) in said
    assert "\n" not in said
    return said


def test_a_truth_of_another_log_is_refused_with_the_session_it_lacks(
    conversion: Bundle, shop: Path, tmp_path: Path
) -> None:
    simulate(500, tmp_path / "log.parquet", seed=8, truth=tmp_path / "truth.parquet")
    said = refusal(conversion, shop, tmp_path / "truth.parquet")
    assert "has no probability for session 's0" in said
    assert said.endswith("Give the truth that was written together with this log.")


def test_what_is_no_truth_is_refused(conversion: Bundle, shop: Path, tmp_path: Path) -> None:
    (tmp_path / "text.csv").write_text("session_id,cut_index\n")
    pq.write_table(pa.table({"session_id": ["s1"]}), tmp_path / "other.parquet")
    for file in (tmp_path / "none.parquet", tmp_path / "text.csv", tmp_path / "other.parquet"):
        said = refusal(conversion, shop, file)
        assert "purchase_probability" in said
        assert "clickwise simulate --truth" in said


def test_segments_have_no_label_to_be_evaluated_against(trained: Path, shop: Path) -> None:
    with pytest.raises(NotAnswerable, match="Segments have no label"):
        evaluate(open_bundle(trained / "segmentation"), read_source([shop]))


def test_data_without_a_closed_session_is_refused(conversion: Bundle, tmp_path: Path) -> None:
    dataset = read_log(tmp_path / "log.csv", [event("s1", 1), event("s1", 2)])
    with pytest.raises(NotAnswerable, match="No unit of the data can be labelled for purchase"):
        evaluate(conversion, dataset)


def test_where_only_one_value_occurs_there_is_nothing_to_measure(
    trained: Path, tmp_path: Path
) -> None:
    file = tmp_path / "log.csv"
    read_log(file, [event("new", 1), event("later", 1, event_time="2026-03-03T00:00:00Z")])
    result = run("evaluate", trained / "conversion", file)
    assert result.exit_code == 0
    assert "purchase, all: 1 rows of 1 units; only one value of the label occurs" in result.stdout


def test_of_the_file_that_was_trained_on_only_the_holdout_is_new(trained: Path, shop: Path) -> None:
    found = run_json("evaluate", trained / "revenue", shop)
    whole, new = found["parts"]
    assert {"rmse", "gini", "total_ratio", "interval_coverage"} <= set(whole["metrics"])
    assert new["units"] == pytest.approx(0.2 * whole["units"], rel=0.05)


def test_the_other_half_of_a_row_wise_split_is_mostly_known(part_trained, real_data) -> None:
    bundle, _ = part_trained
    found = run_json("evaluate", bundle, real_data("eshop2008/Test.csv"))
    proxy, split = found["notes"]
    assert proxy.startswith("purchase is a proxy: the log has no purchase")
    assert "row-wise split" in split
    whole, new = found["parts"]
    assert (whole["part"], new["part"]) == ("all", "not seen in training")
    assert 0 < new["units"] < 0.5 * whole["units"]
    assert new["rows"] < whole["rows"]
    for part in (whole, new):
        auc = part["metrics"]["roc_auc"]
        assert 0.5 < auc["low"] < auc["value"] < 0.75


def test_ready_made_rows_of_the_holdout_score_as_they_did_in_training(
    visits: Trained, real_data
) -> None:
    file = real_data("online-shoppers/online_shoppers_intention.csv")
    (whole, new) = run_json("evaluate", visits.path / "conversion", file)["parts"]
    assert (whole["rows"], whole["units"]) == (12_330, 12_205)
    assert new["units"] == round(0.2 * 12_205)
    holdout = open_bundle(visits.path / "conversion").manifest.answers["purchase"]
    assert new["rows"] == holdout.evidence.holdout_rows
    assert new["metrics"]["roc_auc"]["value"] == pytest.approx(holdout.metrics["roc_auc"].value)


@pytest.mark.parametrize(
    ("task", "name", "metric"),
    [("conversion", "repurchase", "log_loss"), ("revenue", "customer_spend", "rmse")],
)
def test_customers_at_the_last_moment_are_new_and_score_as_they_did_in_training(
    trained_on_orders: Path, orders: Path, task: str, name: str, metric: str
) -> None:
    answer = open_bundle(trained_on_orders / task).manifest.answers[name]
    whole, new = run_json("evaluate", trained_on_orders / task, orders)["parts"]
    assert (whole["answer"], new["answer"]) == (name, name)
    assert whole["rows"] == answer.evidence.training_rows + answer.evidence.holdout_rows
    assert whole["rows"] > whole["units"], "a customer is asked about at several moments"
    assert new["rows"] == new["units"] == answer.evidence.holdout_rows
    assert new["metrics"][metric]["value"] == pytest.approx(answer.metrics[metric].value)


def test_a_log_too_short_for_the_target_window_is_refused_with_its_days(
    trained_on_orders: Path, orders: Path, tmp_path: Path
) -> None:
    header, *lines = orders.read_text(encoding="utf-8").splitlines()
    january = [line for line in lines if ",2026-01-" in line]
    (tmp_path / "short.csv").write_text("\n".join([header, *january]), encoding="utf-8")
    refused = "The log spans 30 days, but a customer answer needs a target window of 28 days"
    with pytest.raises(NotAnswerable, match=refused):
        evaluate(open_bundle(trained_on_orders / "revenue"), read_source([tmp_path / "short.csv"]))
