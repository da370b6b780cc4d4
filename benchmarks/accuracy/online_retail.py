"""UCI Online Retail: what customers spend in its last 90 days, against BG/NBD with Gamma-Gamma."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from automl.forecasts import LIFETIME_VALUE, lifetime_value_spend, orders_before
from benchmarks.accuracy.asked import Asked, data_file
from benchmarks.accuracy.asking import customer_inputs, predicted
from benchmarks.accuracy.measures import Floats, Measure, mae, normalised_gini
from benchmarks.accuracy.paired import over_units
from benchmarks.accuracy.product import train_bundle
from benchmarks.page import table
from clickstream.sources import read_source
from clickstream.units import end_of_log

__all__ = ["online_retail"]

_FILE = "online-retail/online_retail.csv.gz"
_ANSWER = "customer_spend"
_DAYS = 90
_FIGURES: dict[str, tuple[Measure, int]] = {
    "MAE": (mae, 1),
    "normalised Gini": (normalised_gini, 3),
    "total": (lambda _, said, weights: float(np.average(said, weights=weights) * len(said)), 0),
}


def online_retail(asked: Asked) -> Iterator[str]:
    """Ask about every customer as of 90 days before the log ends, which training holds out."""
    file = data_file(_FILE)
    trained = train_bundle(
        file,
        None,
        asked.folder("online-retail") / "models",
        answers=[_ANSWER],
        budget=asked.budget,
        seed=asked.seeds[0],
        options=["--target-window", str(_DAYS)],
    )
    log, bundle = read_source([file]), trained.bundle(_ANSWER)
    moment = end_of_log(log) - timedelta(days=_DAYS)
    inputs = customer_inputs(bundle, _ANSWER, log, moment, _DAYS)
    ours = predicted(bundle, _ANSWER, inputs)
    theirs = lifetime_value_spend(orders_before(log, moment), moment, inputs.units, _DAYS)
    yield f"{len(ours):,} customers as of {moment:%Y-%m-%d %H:%M}, their spend in the {_DAYS} days"
    yield "that follow in pounds, returns not subtracted. Clickwise cuts the log by itself: this is"
    yield "the moment that it tests as of. BG/NBD with Gamma-Gamma is fitted on all orders before"
    yield "it. The standard error is that of a bootstrap over customers."
    yield ""
    rows = [
        (name, *over_units(measure, inputs.label, ours, theirs, inputs.units).cells(digits))
        for name, (measure, digits) in _FIGURES.items()
    ]
    yield from table(("", "Clickwise", LIFETIME_VALUE, "difference"), rows)
    yield ""
    yield from _totals(inputs.label, {"Clickwise": ours, LIFETIME_VALUE: theirs})
    change = 100 * (mae(inputs.label, ours) / mae(inputs.label, theirs) - 1)
    yield f"Against {LIFETIME_VALUE} the MAE changes by {change:+.1f} %."


def _totals(actual: Floats, said: dict[str, Floats]) -> Iterator[str]:
    yield f"They spent {actual.sum():,.0f} in all."
    for name, amounts in said.items():
        yield f"The total of {name} is off by {100 * (amounts.sum() / actual.sum() - 1):+.1f} %."
