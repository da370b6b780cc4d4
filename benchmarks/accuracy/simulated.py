"""The simulated shop, whose best possible chances are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.accuracy.asked import Asked
from benchmarks.accuracy.asking import Inputs, predicted, seen_in_training, session_inputs
from benchmarks.accuracy.measures import Floats, calibration_error, roc_auc
from benchmarks.accuracy.paired import over_units
from benchmarks.accuracy.product import Trained, clickwise, train_bundle
from benchmarks.page import table
from clickstream.cuts import session_cuts
from clickstream.scoring import spend_interval
from clickstream.sources import read_source
from clickstream.tables import Dataset

__all__ = ["simulated"]

_EVENTS = 200_000
_SEED = 7


def simulated(asked: Asked, events: int = _EVENTS) -> Iterator[str]:
    """Train on the default data and hold its answers against the truth."""
    folder = asked.folder("simulated")
    shop, truth = folder / "shop.parquet", folder / "truth.parquet"
    clickwise("simulate", "--events", events, "--seed", _SEED, "--out", shop, "--truth", truth)
    trained = train_bundle(
        shop,
        None,
        folder / "models",
        answers=["purchase", "session_spend"],
        budget=asked.budget,
        seed=asked.seeds[0],
    )
    log = read_source([shop])
    yield f"{events:,} simulated events of seed {_SEED}, cut as training cuts them, in sessions"
    yield "that training did not see. No model can do better than the best possible chances. The"
    yield "standard error is that of a bootstrap over sessions."
    yield ""
    yield from table(
        ("", "cuts", "Clickwise", "best possible", "difference"),
        [
            _chances(trained, log, truth),
        ],
    )
    yield ""
    yield from table(("", "cuts", "figure"), [_calibration(trained, log), _coverage(trained, log)])


def _new(trained: Trained, answer: str, log: Dataset) -> tuple[Inputs, Floats]:
    """All cuts of sessions that training did not see, and what the bundle says of them."""
    bundle = trained.bundle(answer)
    inputs = session_inputs(bundle, answer, log, session_cuts(log.table, log.time_resolution))
    inputs = inputs.rows(~seen_in_training(bundle, answer, inputs))
    return inputs, predicted(bundle, answer, inputs)


def _chances(trained: Trained, log: Dataset, truth: Path) -> tuple[str, ...]:
    inputs, said = _new(trained, "purchase", log)
    found = log.connection.execute(
        "SELECT session_id, cut_index, purchase_probability FROM read_parquet(?)", [str(truth)]
    ).fetchall()
    best = {(session, cut): chance for session, cut, chance in found}
    keys = zip(inputs.batch.unit_ids, inputs.cut_index.tolist(), strict=True)
    possible = np.array([best[key] for key in keys])
    pair = over_units(roc_auc, inputs.label, said, possible, inputs.units)
    return "AUC of a purchase", f"{len(said):,}", *pair.cells()


def _calibration(trained: Trained, log: Dataset) -> tuple[str, ...]:
    inputs, said = _new(trained, "purchase", log)
    error = calibration_error(inputs.label, said)
    return "calibration error, ten bins of equal count", f"{len(said):,}", f"{error:.4f}"


def _coverage(trained: Trained, log: Dataset) -> tuple[str, ...]:
    inputs, said = _new(trained, "session_spend", log)
    interval = trained.bundle("session_spend").manifest.answers["session_spend"].interval
    assert interval is not None
    low, high = spend_interval(said, interval)
    inside = (inputs.label >= low) & (inputs.label <= high)
    name = f"spend within its {100 * interval.level:.0f} % interval"
    return name, f"{len(said):,}", f"{100 * inside.mean():.1f} %"
