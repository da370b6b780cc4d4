"""A new customer is told the segment of one target window later, as the segments of the run say."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from automl.customers import customer_space
from automl.evaluating import evaluate
from automl.evaluating_new_customers import labelled_new_customers
from automl.multiclass import NO_ACTIVITY
from automl.next_segments import prepare_next_segments
from automl.options import Options
from automl.outcomes import Outcome
from automl.segmenting import train_segments
from automl.table import Prepared, make_table
from automl.training import train
from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.bundle import Bundle, open_bundle
from clickstream.features import customer_features, features_sql
from clickstream.loading import connect, load_rows, unit_rows
from clickstream.scoring import Scorer
from clickstream.sources import read_source
from clickstream.tables import Dataset
from clickstream.units import customer_units
from services.segmentation.application import segmentation_application
from tests.gifts_file import write_gifts
from tests.services.calling import Caller

OPTIONS = Options(("next_segment", "segment"), None, 6)


@pytest.fixture(scope="module")
def gifts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gifts(tmp_path_factory.mktemp("gifts") / "gifts.csv", wholesale=True)


@pytest.fixture(scope="module")
def trained(gifts: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Bundle, list[Outcome]]:
    out = tmp_path_factory.mktemp("next")
    outcomes = train(read_source([gifts]), out, OPTIONS)
    assert {one.outcome for one in outcomes} == {"packaged"}, [one.message for one in outcomes]
    return open_bundle(out / "segmentation"), outcomes


@pytest.fixture(scope="module")
def dataset(gifts: Path) -> Dataset:
    return read_source([gifts])


@pytest.fixture(scope="module")
def prepared(dataset: Dataset) -> Prepared:
    answer, windows = ANSWERS["segment"], Windows()
    found = answerability(dataset, answer, windows)
    segments = train_segments(dataset, answer, found, OPTIONS).segments
    assert segments is not None
    return prepare_next_segments(dataset, windows, segments)


def segment_at(bundle: Bundle, scorer: Scorer, unit: dict[str, Any], moment: datetime) -> str:
    """The segment that the service names of a customer as of a moment."""
    seen = [one for one in unit["events"] if str(one["event_time"]) < moment.isoformat()]
    asked = unit | {"events": seen, "as_of": f"{moment.isoformat()}Z"}
    outputs = scorer.predict("segment", scorer.unit_features("segment", [asked])).outputs
    names = {one.segment: one.name for one in bundle.manifest.answers["segment"].segments}
    return names[int(outputs["segment"][0])]


def test_labels_are_what_the_bundle_says_one_target_window_later(
    prepared: Prepared, dataset: Dataset, trained
) -> None:
    bundle, _ = trained
    scorer = Scorer(bundle)
    units = {unit["id"]: unit for unit in customer_units(dataset, 2_000, 365)}
    for table in (prepared.training, prepared.holdout):
        for place in range(0, len(table), 40):
            later = table.start[place].item() + timedelta(days=28)
            named = segment_at(bundle, scorer, units[table.unit_ids[place]], later)
            assert named == prepared.classes[int(table.label[place])]


def test_it_stands_beside_what_time_alone_would_do(
    prepared: Prepared, dataset: Dataset, trained
) -> None:
    bundle, _ = trained
    scorer = Scorer(bundle)
    units = {unit["id"]: unit for unit in customer_units(dataset, 2_000, 365)}
    table = prepared.holdout
    assert prepared.naive_forecast is not None
    for place in range(0, len(table), 10):
        moment = table.start[place].item()
        unit = units[table.unit_ids[place]]
        seen = [one for one in unit["events"] if str(one["event_time"]) < moment.isoformat()]
        named = segment_at(bundle, scorer, unit | {"events": seen}, moment + timedelta(days=28))
        told = named if named in prepared.classes else "other"
        assert prepared.classes[prepared.naive_forecast[place]] == told
    right = (prepared.naive_forecast == table.label).mean()
    assert 0 < right < 1
    told = bundle.evaluation("next_segment")["forecasts"][NO_ACTIVITY]
    assert told["accuracy"]["value"] == pytest.approx(right)
    assert NO_ACTIVITY in bundle.report()
    # Orders of these customers come at any time, whatever they did before.
    warnings = bundle.manifest.answers["next_segment"].warnings
    assert any(f"{right:.1%}: rely on the chances" in warning for warning in warnings)


def test_each_of_two_cuts_is_labelled_by_its_own_window(shop: Path) -> None:
    dataset, answer, windows = read_source([shop]), ANSWERS["segment"], Windows()
    found = answerability(dataset, answer, windows)
    segments = train_segments(dataset, answer, found, OPTIONS).segments
    assert segments is not None
    prepared = prepare_next_segments(dataset, windows, segments)
    table = prepared.holdout
    assert set(table.cut_index) == {0, 1}
    assert prepared.naive_forecast is not None
    space = customer_features(dataset.context_columns, 365).only(customer_space(dataset))
    units = {unit["id"]: unit for unit in customer_units(dataset, 10_000, 365)}

    def class_later(unit: dict[str, Any], moment: datetime) -> str:
        later = unit | {"as_of": f"{(moment + timedelta(days=28)).isoformat()}Z"}
        with connect() as connection:
            load_rows(connection, unit_rows([later], "customer"), dataset.context_columns)
            columns = connection.execute(features_sql(space)).fetchnumpy()
        asked = make_table({**columns, "label": np.array([np.nan])}, space.features)
        named = segments.names[int(segments.model.predict(asked.frame)[0])]
        return named if named in prepared.classes else "other"

    for place in np.concatenate([np.flatnonzero(table.cut_index == cut)[:12] for cut in (0, 1)]):
        unit, moment = units[table.unit_ids[place]], table.start[place].item()
        seen = [one for one in unit["events"] if str(one["event_time"]) < moment.isoformat()]
        assert class_later(unit, moment) == prepared.classes[int(table.label[place])]
        still = class_later(unit | {"events": seen}, moment)
        assert still == prepared.classes[prepared.naive_forecast[place]]


def test_evaluating_counts_right_who_is_then_in_the_segment_that_was_said(
    prepared: Prepared, dataset: Dataset, trained
) -> None:
    bundle, _ = trained
    parts = {part.part: part for part in evaluate(bundle, dataset) if part.answer == "next_segment"}
    described = bundle.manifest.answers["next_segment"]
    rows = described.evidence.training_rows
    assert parts["all"].rows >= rows + len(prepared.holdout)
    assert parts["not seen in training"].rows == parts["all"].rows - rows
    labelled, _ = labelled_new_customers(Scorer(bundle), dataset, "next_segment")
    said = dict(zip(labelled.unit_ids, labelled.label, strict=True))
    for table in (prepared.training, prepared.holdout):
        assert [said[unit] for unit in table.unit_ids] == table.label.tolist()
    table = prepared.holdout
    chances = Scorer(bundle).predict("next_segment", table.batch()).outputs["value"]
    right = (chances.argmax(axis=1) == table.label).mean()
    assert described.metrics["accuracy"].value == pytest.approx(right)


def test_only_first_orders_are_seen_and_the_holdout_orders_later(prepared: Prepared) -> None:
    for table in (prepared.training, prepared.holdout):
        assert (table.frame["orders"] == 1).all()
        assert np.isfinite(table.label).all()
    assert prepared.training.end.max() < prepared.holdout.start.min()


def test_it_is_packaged_whatever_order_was_asked_for(trained) -> None:
    bundle, outcomes = trained
    assert [one.answer for one in outcomes] == ["next_segment", "segment"]
    described = bundle.manifest.answers["next_segment"]
    named = {one.name for one in bundle.manifest.answers["segment"].segments}
    assert {one.name for one in described.classes} <= named | {"other"}
    assert described.leaks == []
    assert bundle.manifest.default_answer == "segment"


def test_the_service_gives_every_segment_its_chance(trained) -> None:
    bundle, _ = trained
    caller = Caller(segmentation_application(bundle))
    said = caller.post("/predict", json=bundle.example("next_segment"))
    assert said.status_code == 200, said.text
    named = {one.name for one in bundle.manifest.answers["next_segment"].classes}
    for one in said.json()["predictions"]:
        assert {part["name"] for part in one["chances"]} == named
        assert sum(part["chance"] for part in one["chances"]) == pytest.approx(1, abs=1e-5)
        assert one["value"] == one["chances"][0]["name"]


def test_without_segments_it_is_refused_with_a_way_out(dataset: Dataset, tmp_path: Path) -> None:
    outcome, *_ = train(dataset, tmp_path, Options(("next_segment",), None, 6))
    assert outcome.outcome == "refused"
    assert "Ask for segment too" in outcome.message
