"""What is measured here is what the product says of itself on the same rows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from automl.evaluating import evaluate
from benchmarks.accuracy.asking import (
    customer_inputs,
    predicted,
    seen_in_training,
    session_inputs,
)
from benchmarks.accuracy.measures import mae, roc_auc
from clickstream.bundle import open_bundle
from clickstream.cuts import session_cuts
from clickstream.sources import read_source
from clickstream.units import end_of_log


def test_sessions_not_seen_in_training_are_those_that_evaluate_tells_apart(
    trained: Path, shop: Path
) -> None:
    bundle, log = open_bundle(trained / "conversion"), read_source([shop])
    inputs = session_inputs(bundle, "purchase", log, session_cuts(log.table, log.time_resolution))
    seen = seen_in_training(bundle, "purchase", inputs)
    whole, new = (part for part in evaluate(bundle, log) if part.answer == "purchase")
    assert (len(inputs.label), int((~seen).sum())) == (whole.rows, new.rows)
    for rows, part in ((np.ones_like(seen), whole), (~seen, new)):
        chosen = inputs.rows(rows)
        auc = roc_auc(chosen.label, predicted(bundle, "purchase", chosen))
        assert auc == pytest.approx(part.metrics["roc_auc"].value)
        assert len(set(chosen.units)) == part.units


def test_a_session_may_be_cut_at_every_click(trained: Path, shop: Path) -> None:
    bundle, log = open_bundle(trained / "conversion"), read_source([shop])
    few = log.table.filter(log.table.event_type == "view").limit(500)
    cuts = few.select(unit_id="session_id", cut_index="event_index", as_of="event_time")
    inputs = session_inputs(bundle, "exit", log, cuts)
    assert len(inputs.label) == 500
    assert set(inputs.cut_index) - {1, 2, 3, 5, 8, 13, 21}


def test_customers_as_of_the_holdouts_moment_are_the_holdout(
    trained_on_orders: Path, orders: Path
) -> None:
    bundle, log = open_bundle(trained_on_orders / "revenue"), read_source([orders])
    moment = end_of_log(log) - timedelta(days=28)
    inputs = customer_inputs(bundle, "customer_spend", log, moment, 28)
    manifest = bundle.manifest.answers["customer_spend"]
    assert len(inputs.label) == manifest.evidence.holdout_rows
    error = mae(inputs.label, predicted(bundle, "customer_spend", inputs))
    assert error == pytest.approx(manifest.metrics["mae"].value, rel=1e-5)
