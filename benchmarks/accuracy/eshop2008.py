"""UCI e-shop clothing 2008, its last days by its first ones, against plain XGBoost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.accuracy.asked import Asked, data_file
from benchmarks.accuracy.asking import predicted, seen_in_training, session_inputs
from benchmarks.accuracy.measures import Measure, r2, roc_auc
from benchmarks.accuracy.paired import over_units
from benchmarks.accuracy.plain import PLAIN, as_matrices, plain_xgboost
from benchmarks.accuracy.product import Trained, train_bundle
from benchmarks.page import table
from clickstream.answers import ANSWERS
from clickstream.sources import read_source
from clickstream.tables import Dataset

__all__ = ["eshop2008"]

_FILE = "eshop2008/e-shop clothing 2008.csv"
_FIGURES: dict[str, tuple[str, Measure]] = {
    "purchase": ("AUC of the next product's being dear (proxy)", roc_auc),
    "session_spend": ("R² of the next product's price (proxy)", r2),
    "exit": ("AUC of the last click", roc_auc),
}


def eshop2008(asked: Asked) -> Iterator[str]:
    """Train on the first four fifths and ask after every click of the sessions that follow."""
    file = data_file(_FILE)
    trained = train_bundle(
        file,
        None,
        asked.folder("eshop2008") / "models",
        answers=list(_FIGURES),
        budget=asked.budget,
        seed=asked.seeds[0],
    )
    split = trained.bundle("exit").manifest.answers["exit"].evidence.split
    yield f"Split {split}. The"
    yield "moment is the 80 % quantile of the days on which sessions begin. Both are asked after"
    yield f"every click of the later sessions. Plain is {PLAIN},"
    yield "on the same features after every click of the earlier ones. The standard error is that"
    yield "of a bootstrap over sessions."
    yield ""
    log = read_source([file])
    header = ("", "cuts", "Clickwise", "plain", "difference")
    yield from table(header, (_row(answer, trained, log) for answer in _FIGURES))


def _row(answer: str, trained: Trained, log: Dataset) -> Sequence[str]:
    name, measure = _FIGURES[answer]
    bundle = trained.bundle(answer)
    clicks = log.table.select(unit_id="session_id", cut_index="event_index", as_of="event_time")
    inputs = session_inputs(bundle, answer, log, clicks)
    seen = seen_in_training(bundle, answer, inputs)
    known, asked_of = inputs.rows(seen), inputs.rows(~seen)
    matrices = as_matrices(known.batch, asked_of.batch)
    plain = plain_xgboost(ANSWERS[answer].kind, matrices[0], known.label, matrices[1])
    ours = predicted(bundle, answer, asked_of)
    pair = over_units(measure, asked_of.label, ours, plain, asked_of.units)
    return name, f"{len(ours):,}", *pair.cells()
