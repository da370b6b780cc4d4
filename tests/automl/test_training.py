"""`train` on simulated and on real data: what is packaged is good, what is refused says why."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from automl.options import Options
from automl.outcomes import Outcome
from automl.training import train
from clickstream.answers import ANSWERS, Windows
from clickstream.bundle import RECOMMENDED, file_hash, open_bundle
from clickstream.errors import ClickwiseError
from clickstream.lookups import LOOKUPS
from clickstream.sources import read_source
from tests.automl.conftest import COMMAND, Trained, run_json
from tests.automl.visits_file import write_visits
from tests.conftest import TRAINED

Find = Callable[[str], Path]
RUN_FILES = {"report.html", "card.md", "manifest.json"}


@pytest.fixture(scope="module")
def trained_on_shuffled(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same training as `trained` once more: in another process, rows in another order."""
    folder = tmp_path_factory.mktemp("shuffled")
    table = pq.read_table(shop)
    order = np.random.default_rng(1).permutation(table.num_rows)
    pq.write_table(table.take(order), folder / "shop.parquet")
    asked = ["--answers", ",".join(TRAINED), "--trials", "8"]
    arguments = ["train", folder / "shop.parquet", "--out", folder / "out", *asked]
    # Sets of strings come in another order wherever their hashes have another seed.
    environment = os.environ | {"PYTHONHASHSEED": "1"}
    subprocess.run([COMMAND, *arguments], env=environment, capture_output=True, check=True)
    return folder / "out"


@pytest.mark.parametrize("task", ["conversion", "revenue", "segmentation"])
def test_the_same_rows_seed_and_trials_give_the_same_bundle_in_any_order_of_rows(
    trained: Path, trained_on_shuffled: Path, task: str
) -> None:
    one, other = trained / task, trained_on_shuffled / task
    files = {file.relative_to(one) for file in one.rglob("*") if file.is_file()}
    assert files == {file.relative_to(other) for file in other.rglob("*") if file.is_file()}
    lasting = {file for file in files if file.name not in RUN_FILES}
    answers = len(open_bundle(one).manifest.answers)
    lookups = len(RECOMMENDED if task == "segmentation" else LOOKUPS)
    assert len(lasting) == 8 * answers + lookups
    differing = [file for file in lasting if file_hash(one / file) != file_hash(other / file)]
    assert differing == []
    manifests = [json.loads((path / "manifest.json").read_text()) for path in (one, other)]
    runs = [manifest.pop("run") for manifest in manifests]
    assert manifests[0] == manifests[1]
    assert runs[0] != runs[1]
    assert open_bundle(one).manifest.model_version == open_bundle(other).manifest.model_version


def test_clicks_without_purchases_give_proxies_that_no_leak_makes_too_good(clicks: Trained) -> None:
    assert {name: found.outcome for name, found in clicks.outcomes.items()} == dict.fromkeys(
        ("purchase", "session_spend", "segment"), "packaged"
    )
    for task, name in (("conversion", "purchase"), ("revenue", "session_spend")):
        answer = open_bundle(clicks.path / task).manifest.answers[name]
        assert answer.status == clicks.outcomes[name].status == "proxy"
        assert "proxy" in answer.meaning
        assert "packaged as a proxy" in clicks.outcomes[name].as_line()
    purchase = open_bundle(clicks.path / "conversion").manifest.answers["purchase"]
    assert 0.55 < purchase.metrics["roc_auc"].value < 0.75
    spend = open_bundle(clicks.path / "revenue").manifest.answers["session_spend"]
    assert 0.02 < spend.metrics["r2"].value < 0.4
    assert "price_above_average of the next product viewed is yes" in str(purchase.label)


def test_half_of_a_row_wise_split_gives_a_proxy_too(part_trained) -> None:
    bundle, printed = part_trained
    (line,) = printed["answers"]
    assert (line["answer"], line["outcome"], line["status"]) == ("purchase", "packaged", "proxy")
    assert "row-wise split" in printed["notes"][0]
    purchase = open_bundle(bundle).manifest.answers["purchase"]
    assert 0.55 < purchase.metrics["roc_auc"].value < 0.75


def test_visits_package_purchase_and_segments_and_refuse_spend_for_a_reason(
    visits: Trained,
) -> None:
    outcomes = {name: found.outcome for name, found in visits.outcomes.items()}
    packaged = {name for name, outcome in outcomes.items() if outcome == "packaged"}
    assert packaged == {"purchase", "segment"}
    assert set(outcomes) == set(ANSWERS)
    refused = visits.outcomes["session_spend"]
    assert refused.status == "no"
    assert "Revenue only says whether the visit ended in a purchase" in refused.message
    assert not (visits.path / "revenue").exists()
    no_column = "cannot be answered: no column of the online-shoppers rows says it"
    for name in ("exit", "repurchase", "customer_spend"):
        assert visits.outcomes[name].status == "no"
        assert visits.outcomes[name].message == f"{name} {no_column}."


def test_visits_are_judged_without_page_values_and_both_figures_are_told(visits: Trained) -> None:
    bundle = open_bundle(visits.path / "conversion")
    answer = bundle.manifest.answers["purchase"]
    assert answer.scope == "row"
    assert "PageValues" not in {column.name for column in answer.inputs}
    (leak,) = answer.leaks
    assert (leak.columns, leak.action) == (["PageValues"], "dropped")
    without = answer.metrics["roc_auc"].value
    measured = bundle.evaluation("purchase")["with_derived_columns"]
    assert measured["columns"] == ["PageValues"]
    assert 0.7 < without < 0.82 < 0.88 < measured["roc_auc"]
    told = f"Holdout ROC AUC {without:.3f} without, {measured['roc_auc']:.3f} with."
    assert any("PageValues" in said and told in said for said in answer.warnings)
    for file in ("report.html", "card.md"):
        assert told in (bundle.path / file).read_text(encoding="utf-8")


def test_segments_of_visits_do_not_see_the_label_either(visits: Trained) -> None:
    answer = open_bundle(visits.path / "segmentation").manifest.answers["segment"]
    assert not {"PageValues", "Revenue"} & {column.name for column in answer.inputs}
    assert 3 <= len(answer.segments) <= 10
    assert min(segment.share for segment in answer.segments) >= 0.02


def test_a_log_of_three_hours_is_refused_answer_by_answer_with_figures(
    real_data: Find, tmp_path: Path
) -> None:
    file = real_data("rees46/2019-Oct.csv")
    printed = run_json("train", file, "--out", tmp_path / "out", "--trials", "8", exit_code=3)
    lines = {line["answer"]: line for line in printed["answers"]}
    assert list(lines) == list(ANSWERS)
    for name, line in lines.items():
        assert line["outcome"] == "refused"
        assert line["bundle"] is None
        assert name in line["message"]
        assert any(letter.isdigit() for letter in line["message"])
    assert "9 positives and 550 negatives in the training part" in lines["purchase"]["message"]
    # What follows what is seen in three hours, too.
    assert printed["recommendations"]["outcome"] == "packaged"
    assert [folder.name for folder in (tmp_path / "out").iterdir()] == ["segmentation"]


def test_a_refusal_stands_in_the_bundle_beside_what_was_packaged(
    real_data: Find, tmp_path: Path
) -> None:
    planted = write_visits(
        real_data, tmp_path, lambda row: row | {"SpecialDay": str(len(row["Revenue"]))}, rows=3_000
    )
    options = Options(answers=("purchase", "segment"), budget=None, trials=5)
    purchase, segment = train(read_source([planted]), tmp_path / "out", options)
    assert purchase.outcome == "refused"
    assert "A leak gives purchase away: SpecialDay alone" in purchase.message
    assert not (tmp_path / "out" / "conversion").exists()
    assert segment.answer == "segment"


def test_an_older_bundle_stays_where_its_answer_is_refused(real_data: Find, tmp_path: Path) -> None:
    for task in ("conversion", "revenue"):
        (tmp_path / task).mkdir()
        (tmp_path / task / "manifest.json").write_text("old")
    dataset = read_source([real_data("rees46/2019-Oct.csv")])
    train(dataset, tmp_path, Options(answers=("purchase",), budget=1.0))
    for task in ("conversion", "revenue"):
        assert (tmp_path / task / "manifest.json").read_text() == "old"


def test_recommendations_alone_take_no_place_where_answers_stand(
    trained: Path, shop: Path, tmp_path: Path
) -> None:
    shutil.copytree(trained / "segmentation", tmp_path / "segmentation")
    before = (tmp_path / "segmentation" / "manifest.json").read_bytes()
    (outcome,) = train(read_source([shop]), tmp_path, Options(("interest",), None, 5))
    assert outcome.outcome == "refused"
    assert (tmp_path / "segmentation" / "manifest.json").read_bytes() == before


def test_what_is_no_bundle_is_never_replaced(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "revenue").mkdir()
    (tmp_path / "revenue" / "thesis.txt").write_text("years of work")
    with pytest.raises(ClickwiseError, match="revenue exists and is not a bundle"):
        train(read_source([shop]), tmp_path, Options(budget=1.0))
    assert (tmp_path / "revenue" / "thesis.txt").read_text() == "years of work"


def test_too_few_trials_are_refused_before_anything_is_searched(shop: Path, tmp_path: Path) -> None:
    dataset = read_source([shop])
    for answer, trials, families in (
        ("purchase", 4, 5),
        ("session_spend", 7, 8),
        ("segment", 2, 3),
    ):
        with pytest.raises(ClickwiseError, match=f"{trials} trials do not try each of the") as no:
            train(dataset, tmp_path, Options(answers=(answer,), budget=None, trials=trials))
        assert f"{families} families of {answer}" in str(no.value)


@pytest.mark.parametrize("place", ["file", "file/below", "/proc"])
def test_a_folder_that_cannot_be_written_is_refused_before_anything_is_searched(
    shop: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / place
    with pytest.raises(ClickwiseError, match="cannot be made a folder to write into") as refused:
        train(read_source([shop]), out, Options(budget=1.0))
    assert str(out) in str(refused.value)


def test_the_target_window_reaches_the_manifest(trained: Path) -> None:
    segment = open_bundle(trained / "segmentation").manifest.answers["segment"]
    windows = Windows()
    assert segment.scope == "customer"
    assert segment.windows.model_dump() == {
        "target_days": windows.target_days,
        "history_days": windows.history_days,
    }


def test_an_outcome_is_told_to_readers_and_to_machines(tmp_path: Path) -> None:
    found = Outcome("purchase", "packaged", "proxy", "xgboost, 0.6", tmp_path)
    assert found.as_line() == "purchase: packaged as a proxy. xgboost, 0.6"
    assert json.loads(json.dumps(found.as_dict())) == {
        "answer": "purchase",
        "outcome": "packaged",
        "status": "proxy",
        "message": "xgboost, 0.6",
        "bundle": str(tmp_path),
    }
    refused = Outcome("purchase", "refused", "proxy", "Too little.")
    assert refused.as_line() == "purchase: refused. Too little."
    assert refused.as_dict()["bundle"] is None


def test_ctrl_c_leaves_a_usable_bundle_and_says_so(shop: Path, tmp_path: Path) -> None:
    told: list[str] = []

    def press(answer: str, text: str, share: float) -> None:
        told.append(answer)
        if len(told) == 7:
            os.kill(os.getpid(), signal.SIGINT)

    options = Options(answers=("purchase", "exit"), budget=120.0, report=press)
    purchase, leaving = train(read_source([shop]), tmp_path, options)
    assert (purchase.outcome, leaving.outcome) == ("packaged", "refused")
    assert "Interrupted" in purchase.message
    assert leaving.message.startswith("The run was interrupted before its search began.")
    bundle = open_bundle(tmp_path / "conversion")
    (warning,) = [
        text for text in bundle.manifest.answers["purchase"].warnings if "interrupted" in text
    ]
    assert "of 120 s asked for" in warning
    scores = tmp_path / "scores.parquet"
    run_json("score", shop, "--bundle", bundle.path, "--out", scores)
    assert pq.read_table(scores).num_rows > 0
