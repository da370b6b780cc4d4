from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from clickstream.errors import NotAnswerable
from clickstream.sources import read_source
from tests.automl.hand_made import prepare_answer
from tests.clickstream.logs import END, event, read_log


def test_sessions_train_before_the_holdout_begins_and_stand_on_one_side(shop: Path) -> None:
    parts = prepare_answer(read_source([shop]), "purchase")
    assert parts.training.end.max() < parts.holdout.start.min()
    assert not set(parts.training.unit_ids) & set(parts.holdout.unit_ids)
    sizes = [len(set(part.unit_ids)) for part in (parts.training, parts.holdout)]
    assert sizes[1] / sum(sizes) == pytest.approx(0.2, abs=0.01)
    assert str(parts.holdout.start.min())[:10] in parts.split


def test_sessions_of_days_are_parted_between_days(real_data: Callable[[str], Path]) -> None:
    dataset = read_source([real_data("eshop2008/Test.csv")])
    parts = prepare_answer(dataset, "session_spend")
    assert parts.training.end.max() < parts.holdout.start.min()
    assert not set(parts.training.unit_ids) & set(parts.holdout.unit_ids)
    assert (parts.training.label > 0).all()


def test_a_session_that_goes_on_into_the_holdout_is_in_neither_part(tmp_path: Path) -> None:
    """Each session here goes on after the next has begun."""
    starts = [datetime(2026, 1, 1, 12) + timedelta(days=day) for day in range(20)]
    events = [
        event(f"s{start:%d}", place, event_time=(start + later).isoformat())
        for start in starts
        for place, later in ((1, timedelta()), (2, timedelta(hours=36)))
    ]
    parts = prepare_answer(read_log(tmp_path / "log.csv", [*events, END]), "purchase")
    train, test = set(parts.training.unit_ids), set(parts.holdout.unit_ids)
    assert parts.training.end.max() < parts.holdout.start.min()
    assert not train & test
    assert {f"s{start:%d}" for start in starts} - train - test == {"s15"}


def test_labels_are_what_the_log_says_after_each_cut(shop: Path) -> None:
    dataset = read_source([shop])
    log = pq.read_table(shop).to_pandas()
    bought = log[log.event_type == "purchase"]
    spend = (bought.price * bought.quantity).groupby(bought.session_id).sum().astype(float)
    for name in ("purchase", "session_spend"):
        holdout = prepare_answer(dataset, name).holdout
        expected = spend.reindex(holdout.unit_ids).fillna(0).to_numpy()
        if name == "purchase":
            expected = (expected > 0).astype(float)
        np.testing.assert_allclose(holdout.label, expected, rtol=1e-12)


def test_a_log_without_a_closed_session_cannot_be_learned_from(tmp_path: Path) -> None:
    dataset = read_log(tmp_path / "log.csv", [event("s1", 1), event("s1", 2, "purchase")])
    with pytest.raises(NotAnswerable, match="No session of the log can be labelled"):
        prepare_answer(dataset, "purchase")


def test_a_log_of_one_day_leaves_nothing_to_train_on(tmp_path: Path) -> None:
    events = [event("s1", n) for n in (1, 2)]
    events += [event("s2", 1, event_time="2026-03-02T23:00:00Z")]
    with pytest.raises(NotAnswerable, match="no session is left for the training part"):
        prepare_answer(read_log(tmp_path / "log.csv", events), "purchase")


def test_categories_have_a_feature_for_their_views_and_not_for_carts(
    shop: Path, tmp_path: Path
) -> None:
    log = pd.read_parquet(shop)
    carted = log.event_type == "cart"
    log.assign(category=log.category.mask(carted, "only carted")).to_parquet(
        tmp_path / "log.parquet"
    )
    found = prepare_answer(read_source([tmp_path / "log.parquet"]), "purchase")
    told = {name for name in found.training.frame if name.startswith("views_")}
    assert told
    assert "views_only_carted" not in told
