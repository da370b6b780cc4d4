"""Customers' inputs tell the share of each category, of products grouped by descriptions too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from automl.options import Options
from automl.table import Prepared
from automl.training import train
from clickstream.bundle import open_bundle
from clickstream.features.categories import category_columns
from clickstream.scoring import Scorer
from clickstream.sources import read_source
from clickstream.units import customer_units
from tests.automl.hand_made import prepare_answer
from tests.gifts_file import write_gifts

ANSWER = "customer_spend"


@pytest.fixture(scope="module")
def gifts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_gifts(tmp_path_factory.mktemp("gifts") / "gifts.csv", wholesale=True)


@pytest.fixture(scope="module")
def prepared(gifts: Path) -> Prepared:
    return prepare_answer(read_source([gifts]), ANSWER)


@pytest.fixture(scope="module")
def lines(gifts: Path) -> pd.DataFrame:
    """The order lines as another program reads them."""
    read = pd.read_csv(gifts, dtype={"CustomerID": str})
    return read.assign(time=pd.to_datetime(read.InvoiceDate, format="%m/%d/%Y %H:%M"))


def group_of_each(prepared: Prepared) -> dict[str, str]:
    """The group of each product."""
    (groups,) = prepared.lookups.values()
    columns = (groups[name].to_pylist() for name in ("product_id", "category"))
    return dict(zip(*columns, strict=True))


def shares_told(prepared: Prepared) -> list[str]:
    """The inputs that tell a category's share."""
    return [one.name for one in prepared.features if "events of known category" in one.description]


def test_shares_are_of_the_groups_of_what_was_bought_before(
    prepared: Prepared, lines: pd.DataFrame
) -> None:
    groups = group_of_each(prepared)
    endings = category_columns(sorted(set(groups.values())))
    named = lines.assign(group=lines.StockCode.map(groups).map(endings))
    assert set(shares_told(prepared)) == {f"share_{ending}" for ending in endings.values()}
    for table in (prepared.training, prepared.holdout):
        for place in range(0, len(table), 100):
            before = named[(named.CustomerID == table.unit_ids[place])]
            before = before[before.time < pd.Timestamp(table.start[place])]
            expected = before.group.value_counts(normalize=True)
            told = {ending: table.frame[f"share_{ending}"][place] for ending in endings.values()}
            assert told == pytest.approx({name: expected.get(name, 0.0) for name in told})


def test_groups_know_nothing_sold_after_the_first_moment(
    gifts: Path, prepared: Prepared, lines: pd.DataFrame, tmp_path: Path
) -> None:
    begin = prepared.training.start.min()
    late = set(lines.StockCode) - set(lines[lines.time < pd.Timestamp(begin)].StockCode)
    assert late
    raw = pd.read_csv(gifts, dtype=str)
    raw.loc[raw.StockCode.isin(late), "Description"] = "SOMETHING ELSE ENTIRELY"
    raw.to_csv(tmp_path / "changed.csv", index=False)
    known = group_of_each(prepared)
    changed = group_of_each(prepare_answer(read_source([tmp_path / "changed.csv"]), ANSWER))
    assert {name: group for name, group in changed.items() if name not in late} == {
        name: group for name, group in known.items() if name not in late
    }


def test_descriptions_that_tell_no_groups_leave_the_answer_without_shares(
    gifts: Path, tmp_path: Path
) -> None:
    raw = pd.read_csv(gifts, dtype=str)
    raw.assign(Description="1 2 3").to_csv(tmp_path / "nameless.csv", index=False)
    found = prepare_answer(read_source([tmp_path / "nameless.csv"]), ANSWER)
    assert shares_told(found) == []
    assert found.lookups == {}
    (note,) = found.notes
    assert "no shares of product groups" in note
    assert "share no words" in note


def test_only_categories_met_before_the_first_moment_have_a_share(
    shop: Path, tmp_path: Path
) -> None:
    log = pd.read_parquet(shop)
    first = prepare_answer(read_source([shop]), ANSWER).training.start.min()
    late = pd.to_datetime(log.event_time, utc=True) >= pd.Timestamp(first, tz="UTC")
    log.assign(category=log.category.where(~late, "brand new")).to_parquet(tmp_path / "log.parquet")
    before = set(log.category[~late].dropna())
    found = prepare_answer(read_source([tmp_path / "log.parquet"]), ANSWER)
    assert set(shares_told(found)) == {
        f"share_{ending}" for ending in category_columns(sorted(before)).values()
    }


def test_the_service_computes_the_shares_that_training_saw(
    gifts: Path, prepared: Prepared, tmp_path: Path
) -> None:
    dataset = read_source([gifts])
    (outcome,) = train(dataset, tmp_path, Options((ANSWER,), None, 8))
    assert outcome.outcome == "packaged", outcome.message
    scorer = Scorer(open_bundle(tmp_path / "revenue"))
    names = [one.name for one in scorer.bundle.manifest.answers[ANSWER].inputs]
    places = [names.index(name) for name in shares_told(prepared)]
    units = {unit["id"]: unit for unit in customer_units(dataset, 2_000, 365)}
    table = prepared.holdout
    moment = table.start[0].item()
    asked = [
        unit
        | {
            "as_of": f"{moment.isoformat()}Z",
            "events": [e for e in unit["events"] if str(e["event_time"]) < moment.isoformat()],
        }
        for unit in (units[name] for name in table.unit_ids[:40])
    ]
    served = scorer.unit_features(ANSWER, asked)
    seen = table.frame[shares_told(prepared)].head(40).to_numpy(np.float32)
    np.testing.assert_array_equal(served.numeric[:, places], seen)
