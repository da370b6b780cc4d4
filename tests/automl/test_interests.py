"""New customers are asked about right after the first session or order, and later ones test it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from automl.batch import score_dataset
from automl.evaluating import evaluate
from automl.interest_tables import label_interests
from automl.new_customers import OTHER, cut_new_customers, new_customers
from automl.options import Options
from automl.outcomes import Outcome
from automl.splits import folds_by_time
from automl.table import Prepared, Table
from automl.training import train
from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.bundle import Bundle, open_bundle
from clickstream.features import UNKNOWN_PRODUCT, customer_features, features_sql
from clickstream.scoring import Scorer
from clickstream.sources import read_source
from clickstream.units import end_of_log
from services.segmentation.application import segmentation_application
from tests.automl.hand_made import prepare_answer
from tests.automl.pages import Page
from tests.gifts_file import LIKING, WORDS, write_gifts
from tests.services.calling import Caller


def groups_of(lookup: pa.Table) -> dict[str, str]:
    """The group of each product."""
    columns = (lookup[name].to_pylist() for name in ("product_id", "category"))
    return dict(zip(*columns, strict=True))


def validated(training: Table) -> list[np.ndarray]:
    """When the customers of each fold's validation part first ordered."""
    folds = folds_by_time(training.start, training.end)
    return [training.start[rows] for _, rows in folds]


@pytest.fixture(scope="module")
def gifts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gifts(tmp_path_factory.mktemp("gifts") / "gifts.csv")


@pytest.fixture(scope="module")
def lines(gifts: Path) -> pd.DataFrame:
    """The order lines as another program reads them."""
    read = pd.read_csv(gifts, dtype={"CustomerID": str})
    read["time"] = pd.to_datetime(read.InvoiceDate, format="%m/%d/%Y %H:%M")
    return read.assign(amount=read.Quantity * read.UnitPrice)


@pytest.fixture(scope="module")
def prepared(gifts: Path) -> Prepared:
    return prepare_answer(read_source([gifts]), "interest")


@pytest.fixture(scope="module")
def trained(gifts: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Bundle, Outcome]:
    out = tmp_path_factory.mktemp("interests")
    (outcome,) = train(read_source([gifts]), out, Options(("interest",), None, 6))
    assert outcome.outcome == "packaged", outcome.message
    return open_bundle(out / "segmentation"), outcome


def test_customers_are_cut_after_the_first_order_and_labelled_by_what_follows(
    prepared: Prepared, lines: pd.DataFrame
) -> None:
    (groups,) = prepared.lookups.values()
    category = groups_of(groups)
    named = lines.assign(category=lines.StockCode.map(category).fillna(UNKNOWN_PRODUCT))
    first = lines.groupby("CustomerID").time.min()
    for table in (prepared.training, prepared.holdout):
        for place in range(0, len(table), 25):
            customer = table.unit_ids[place]
            moment = first[customer] + pd.Timedelta(seconds=1)
            assert pd.Timestamp(table.start[place]) == moment
            mine = named[(named.CustomerID == customer) & (named.time >= moment)]
            mine = mine[mine.time < moment + pd.Timedelta(days=28)]
            spent = mine.groupby("category").amount.sum()
            said = prepared.classes[int(table.label[place])]
            liked = spent.idxmax()
            assert said == (liked if liked in prepared.classes else OTHER)


def test_only_first_orders_are_seen_and_the_holdout_orders_later(prepared: Prepared) -> None:
    for table in (prepared.training, prepared.holdout):
        assert (table.frame["orders"] == 1).all()
        assert len(set(table.unit_ids)) == len(table)
    assert prepared.training.end.max() < prepared.holdout.start.min()


def test_where_there_are_visits_the_first_of_them_is_asked_about_too(shop: Path) -> None:
    log = pd.read_parquet(shop).dropna(subset=["customer_id"])
    log["time"] = pd.to_datetime(log.event_time, utc=True).dt.tz_localize(None)
    sessions = log.groupby("session_id").agg(
        customer=("customer_id", "first"), begin=("time", "min"), end=("time", "max")
    )
    ends = sessions.sort_values("begin").groupby("customer").end.first()
    dataset = read_source([shop])
    cut_new_customers(dataset, 28)
    label_interests(dataset, dataset.table, 28)
    features = customer_features(dataset.context_columns, 365)
    every = sorted(log.category.dropna().unique())
    table = new_customers(dataset, features.features, features_sql(features), every)
    moments = ends[table.unit_ids].to_numpy() + np.timedelta64(1, "s")
    first = table.cut_index == 0
    assert first.any()
    assert (~first).any()
    assert (table.start[first] == moments[first]).all()
    assert (table.start[~first] > moments[~first]).all()
    assert (table.frame["sessions"][first] == 1).all()
    assert (table.frame["orders"][~first] == 1).all()
    assert (table.frame["orders"][first] == 0).any()


def test_groups_know_only_what_was_sold_when_the_first_fold_begins_to_validate(
    gifts: Path, prepared: Prepared, lines: pd.DataFrame, tmp_path: Path
) -> None:
    begin = min(moments.min() for moments in validated(prepared.training))
    late = set(lines.StockCode) - set(lines[lines.time < begin].StockCode)
    assert late
    raw = pd.read_csv(gifts, dtype=str)
    raw.loc[raw.StockCode.isin(late), "Description"] = "SOMETHING ELSE ENTIRELY"
    raw.to_csv(tmp_path / "changed.csv", index=False)
    changed = prepare_answer(read_source([tmp_path / "changed.csv"]), "interest")
    (was,), (now,) = prepared.lookups.values(), changed.lookups.values()
    known = groups_of(was)
    for product, group in groups_of(now).items():
        if product not in late:
            assert group == known[product]


def test_a_taste_is_found_far_better_than_by_the_usual_shares(trained) -> None:
    bundle, outcome = trained
    described = bundle.manifest.answers["interest"]
    accuracy, usual = described.metrics["accuracy"], described.baseline_metrics["accuracy"]
    assert accuracy.value > 1.3 * usual.value
    assert accuracy.value <= LIKING + 0.25
    assert described.parity.largest_difference <= described.parity.tolerance
    assert "accuracy" in outcome.message
    assert sum(one.share for one in described.classes) == pytest.approx(1)
    for one in described.classes:
        own = {word for words in WORDS.values() for word in words}
        assert own & set(one.name.split(", ")) or one.name in (OTHER, UNKNOWN_PRODUCT)


def test_the_service_gives_every_category_its_chance(trained) -> None:
    bundle, _ = trained
    caller = Caller(segmentation_application(bundle))
    body = caller.get("/example").json()
    said = caller.post("/predict", json=body)
    assert said.status_code == 200, said.text
    classes = {one.name for one in bundle.manifest.answers["interest"].classes}
    for one in said.json()["predictions"]:
        chances = [part["chance"] for part in one["chances"]]
        assert sum(chances) == pytest.approx(1, abs=1e-5)
        assert chances == sorted(chances, reverse=True)
        assert {part["name"] for part in one["chances"]} == classes
        assert (one["value"], one["chance"]) == (one["chances"][0]["name"], chances[0])
        assert one["warnings"] == bundle.manifest.answers["interest"].warnings
    schemas = caller.get("/docs.json").json()["components"]["schemas"]
    assert "ClassPrediction" in schemas
    assert "SegmentPrediction" not in schemas


def test_an_unknown_product_is_marked_and_answered(trained) -> None:
    bundle, _ = trained
    unit = bundle.example("interest")["units"][0]
    for event in unit["events"]:
        event["product_id"] = "never sold before"
    features = Scorer(bundle).unit_features("interest", [unit])
    names = [one.name for one in bundle.manifest.answers["interest"].inputs]
    shares = [place for place, name in enumerate(names) if name.startswith("share_")]
    assert shares
    numbers = dict(zip(names, features.numeric[0], strict=False))
    own = [numbers[names[place]] for place in shares if UNKNOWN_PRODUCT[:7] not in names[place]]
    assert own == [0.0] * len(own)


def test_a_file_is_scored_by_its_first_orders(trained, gifts: Path, lines: pd.DataFrame) -> None:
    bundle, _ = trained
    scores = score_dataset(bundle, read_source([gifts])).to_pandas()
    assert len(scores) == lines.CustomerID.nunique()
    classes = {one.name for one in bundle.manifest.answers["interest"].classes}
    assert set(scores["class"]) <= classes
    assert scores.chance.between(1 / len(classes), 1).all()


def liked_most(bundle: Bundle, lines: pd.DataFrame, end: datetime) -> pd.Series:
    """What each customer spends most on in the window after the first of these orders."""
    lookup = groups_of(pq.read_table(bundle.lookups()["product_groups"]))
    named = lines.assign(category=lines.StockCode.map(lookup))
    begin = named.groupby("CustomerID").time.transform("min") + pd.Timedelta(seconds=1)
    until = begin + pd.Timedelta(days=28)
    bought = named[(named.time >= begin) & (named.time < until) & (until <= end)]
    spent = bought.pivot_table(
        index="CustomerID", columns="category", values="amount", aggfunc="sum"
    )
    classes = {one.name for one in bundle.manifest.answers["interest"].classes}
    liked = spent.idxmax(axis=1)
    return liked.where(liked.isin(classes), OTHER)


def test_evaluating_counts_right_the_customers_who_bought_most_of_what_was_said(
    trained, gifts: Path, lines: pd.DataFrame
) -> None:
    bundle, _ = trained
    dataset = read_source([gifts])
    parts = {part.part: part for part in evaluate(bundle, dataset)}
    scores = score_dataset(bundle, dataset).to_pandas().set_index("unit_id")["class"]
    liked = liked_most(bundle, lines, end_of_log(dataset))
    assert parts["all"].rows == len(liked)
    right = (scores.reindex(liked.index) == liked).mean()
    assert parts["all"].metrics["accuracy"].value == pytest.approx(right)
    trained_on = bundle.manifest.answers["interest"].evidence.training_rows
    assert parts["not seen in training"].rows == len(liked) - trained_on


def test_whom_training_knows_is_new_in_no_later_log(
    trained, gifts: Path, prepared: Prepared, lines: pd.DataFrame, tmp_path: Path
) -> None:
    bundle, _ = trained
    later = lines.time >= lines.time.min() + pd.Timedelta(days=150)
    pd.read_csv(gifts, dtype=str)[later].to_csv(tmp_path / "later.csv", index=False)
    dataset = read_source([tmp_path / "later.csv"])
    liked = liked_most(bundle, lines[later], end_of_log(dataset))
    known = liked.index.isin(prepared.training.unit_ids)
    assert known.any()
    parts = {part.part: part for part in evaluate(bundle, dataset)}
    assert parts["all"].rows == len(liked)
    assert parts["not seen in training"].rows == (~known).sum()


def test_what_was_bought_of_is_what_tells_the_taste(trained) -> None:
    bundle, _ = trained
    found = bundle.evaluation("interest")["importance"]
    inputs = {one.name for one in bundle.manifest.answers["interest"].inputs}
    assert {one["name"] for one in found["inputs"]} == inputs
    told = bundle.evaluation("interest")["leaderboard"][0]
    assert found["loss"] == pytest.approx(told["holdout_loss"], rel=1e-4)
    assert found["inputs"][0]["name"].startswith("share_")
    assert found["inputs"][0]["rise"] > 2 * found["inputs"][0]["standard_error"]
    assert "interest: importance of inputs" in bundle.report()


def test_the_report_shows_who_was_taken_for_whom(trained) -> None:
    bundle, _ = trained
    page = Page(bundle.report())
    assert page.fetched == []
    counts = np.array(bundle.evaluation("interest")["confusion"])
    assert counts.sum() == bundle.manifest.answers["interest"].evidence.holdout_rows
    assert "What was said and what happened" in bundle.report()


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("CustomerID", "", "no customer is known"),
        ("Description", "", "neither two categories nor descriptions"),
    ],
)
def test_what_a_log_lacks_is_named(
    gifts: Path, tmp_path: Path, column: str, value: str, said: str
) -> None:
    raw = pd.read_csv(gifts, dtype=str)
    raw.assign(**{column: value}).to_csv(tmp_path / "poorer.csv", index=False)
    dataset = read_source([tmp_path / "poorer.csv"])
    found = answerability(dataset, ANSWERS["interest"], Windows())
    assert found.status == "no"
    assert said in found.reason
