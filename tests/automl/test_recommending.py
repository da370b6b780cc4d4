"""Recommendations are judged on the last product of later sessions, and refused where useless."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from automl.batch import score_dataset
from automl.evaluating import evaluate
from automl.next_products import products_to_foretell, rank_last_products
from automl.recommending import Members, train_recommendations
from clickstream.bundle import Bundle, open_bundle
from clickstream.errors import NotAnswerable, ReleaseRefused
from clickstream.recommending import open_recommender
from clickstream.sources import read_source
from tests.clickstream.logs import event, read_log, ready_made


def test_the_place_of_the_last_product_is_counted_from_one() -> None:
    seen = []

    def way(products):
        seen.append(list(products))
        return ["b", "c"]

    assert rank_last_products(way, [["a", "c"], ["a", "b"], ["a", "b", "a"]]).tolist() == [2, 1, 0]
    assert seen == [["a"], ["a"], ["a", "b"]]


@pytest.mark.parametrize("name", ["eshop2008/e-shop clothing 2008.csv", "rees46/2019-Oct.csv"])
def test_the_next_product_is_foretold_twice_as_often_as_by_popularity(real_data, name) -> None:
    found = train_recommendations(read_source([real_data(name)]), None, seed=0).manifest
    popular = found.baselines["popular"]
    assert found.metrics["hit_rate_20"].value > 2 * popular["hit_rate_20"].value
    assert found.metrics["mrr_20"].value > 2 * popular["mrr_20"].value
    assert found.metrics["hit_rate_5"].value <= found.metrics["hit_rate_20"].value


def test_what_follows_e_shop_clothing_is_foretold_as_well_as_asked(real_data) -> None:
    dataset = read_source([real_data("eshop2008/e-shop clothing 2008.csv")])
    found = train_recommendations(dataset, None, seed=0).manifest
    assert found.metrics["hit_rate_20"].value >= 0.58
    assert found.metrics["mrr_20"].value >= 0.18


def _visits(products, number=400):
    """Sessions of four views each, twenty a day; the caller says of what."""
    return [
        event(
            f"s{visit:03d}",
            place,
            event_time=f"2026-03-{1 + visit // 20:02d}T12:{place:02d}:00Z",
            product_id=products(visit, place),
            customer_id=f"c{visit % 30}",
        )
        for visit in range(number)
        for place in (1, 2, 3, 4)
    ]


def test_examples_are_what_is_named_after_popular_products(tmp_path) -> None:
    # Everyone goes from a to b of the same pair; pair 0 is viewed most.
    visits = _visits(lambda visit, place: f"{'ab'[place % 2]}{visit % 30 if visit % 2 else 0}")
    found = train_recommendations(read_log(tmp_path / "log.csv", visits), None, seed=0).manifest
    named = {one.product.split(" ")[0]: one.named for one in found.examples}
    assert len(named) == 3
    assert named["a0"][0].startswith("b0")
    assert named["b0"][0].startswith("a0")


def test_a_log_in_which_nothing_follows_from_anything_is_refused(tmp_path) -> None:
    drawn = np.random.default_rng(0).integers(15, size=(400, 5))
    log = read_log(tmp_path / "log.csv", _visits(lambda visit, place: f"p{drawn[visit, place]}"))
    with pytest.raises(ReleaseRefused, match="do not surely beat popular products"):
        train_recommendations(log, None, seed=0)


@pytest.mark.parametrize("scope", ["session", "customer"])
def test_popular_products_of_a_segment_are_those_of_its_members(tmp_path, scope) -> None:
    # 30 pairs of products, so that popularity among 20 cannot hold them all.
    log = _visits(lambda visit, place: f"{'ab'[place % 2]}{visit % 30}")
    names = {"session": "s{0:03d}", "customer": "c{1}"}
    segments = {names[scope].format(visit, visit % 30): visit % 30 for visit in range(400)}
    dataset = read_log(tmp_path / "log.csv", log)
    found = train_recommendations(dataset, Members(scope, segments), seed=0)
    assert found.manifest.metrics["hit_rate_5"].value == 1
    popular = pq.read_table(io.BytesIO(found.files["lookups/popular.parquet"])).to_pylist()
    of_three = {
        row["product_id"] for row in popular if (row["kind"], row["key"]) == ("segment", "3")
    }
    assert of_three == {"a3", "b3"}


def test_of_a_basket_any_product_may_be_the_one_to_foretell(tmp_path) -> None:
    # Lines of one invoice share their time, so no order of them may decide.
    baskets = [
        event(
            f"s{number:03d}",
            line,
            "purchase",
            event_time=f"2026-03-{1 + number // 20:02d}T12:00:00Z",
            product_id=f"{name}{number % 30}",
        )
        for number in range(400)
        for line, name in enumerate("abc", start=1)
    ]
    dataset = read_log(tmp_path / "log.csv", baskets)
    train_recommendations(dataset, None, seed=0)
    action, judged = products_to_foretell(dataset, datetime(2026, 3, 1))
    assert action == "purchase"
    assert {products[-1][0] for products in judged} == {"a", "b", "c"}
    assert {len(products) for products in judged} == {3}


def test_ready_made_rows_recommend_nothing() -> None:
    rows = ready_made("SELECT 'yes' AS bought, 1 AS x")
    with pytest.raises(NotAnswerable, match="which products"):
        train_recommendations(rows, None, seed=0)


def test_a_log_without_sessions_of_several_products_says_so(tmp_path) -> None:
    log = read_log(tmp_path / "log.csv", _visits(lambda visit, place: "p1" if place == 1 else ""))
    with pytest.raises(NotAnswerable, match="holds 0 with two products"):
        train_recommendations(log, None, seed=0)


def test_a_bundle_recommends_by_segment(trained) -> None:
    bundle = open_bundle(trained / "segmentation")
    recommender = open_recommender(bundle)
    assert recommender is not None
    segments = [part.segment for part in bundle.manifest.answers["segment"].segments]
    for segment in segments:
        (first, *_) = recommender.recommend([], [], 5, segment=segment)
        assert (first.relation, first.because_of) == ("segment", str(segment))


def test_a_bundle_without_recommendations_says_why(visits) -> None:
    bundle = open_bundle(visits.path / "segmentation")
    assert open_recommender(bundle) is None
    assert "which products" in bundle.manifest.refused["recommendations"]


def test_a_bundle_that_only_recommends_scores_and_measures_nothing(
    recommending_alone: Bundle, shop: Path
) -> None:
    with pytest.raises(NotAnswerable, match="only recommends"):
        score_dataset(recommending_alone, read_source([shop]))
    with pytest.raises(NotAnswerable, match="only recommends"):
        evaluate(recommending_alone, read_source([shop]))
