"""REES46, parted by session again and again, against plain XGBoost on inputs made by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupShuffleSplit

from benchmarks.accuracy.asked import Asked, Refused, data_file
from benchmarks.accuracy.asking import predicted, session_inputs
from benchmarks.accuracy.measures import Floats, roc_auc
from benchmarks.accuracy.paired import over_splits
from benchmarks.accuracy.plain import PLAIN, plain_xgboost
from benchmarks.accuracy.product import train_bundle
from benchmarks.page import table
from clickstream.answers import ANSWERS, label_of
from clickstream.cuts import session_cuts
from clickstream.sources import read_source
from clickstream.tables import Dataset, store
from clickstream.targets import session_labels

__all__ = ["hand_made", "rees46", "split_file"]

_FILE = "rees46/2019-Oct.csv"
_ANSWER = "purchase"
_TEST_SHARE = 0.3
_LATER = {
    "event_time": "2019-10-01 03:20:00 UTC",
    "event_type": "view",
    "user_id": "0",
    "user_session": "later",
}

_HAND_MADE = """
SELECT c.unit_id, c.cut_index, l.label,
    count(*) AS clicks,
    count(*) FILTER (event_type = 'cart') AS carts,
    count(DISTINCT product_id) AS products,
    count(DISTINCT category) AS categories,
    avg(price) AS price_mean,
    max(price) AS price_max,
    arg_max(price, event_index) AS price_last,
    epoch(max(event_time) - min(event_time)) AS seconds
FROM cuts c JOIN labels l USING (unit_id, cut_index)
    JOIN events e ON e.session_id = c.unit_id AND e.event_index <= c.cut_index
GROUP BY c.unit_id, c.cut_index, l.label ORDER BY md5(c.unit_id), c.cut_index
"""


def rees46(asked: Asked) -> Iterator[str]:
    """Train on seven tenths of the sessions and ask about the others, for every seed."""
    yield "Sessions parted 70/30 at random, cut as training cuts them. Plain is"
    yield f"{PLAIN},"
    yield "on clicks, carts, products, categories, the mean, highest and last price, and seconds so"
    yield "far. The log ends after 2 h 50 min with most of its sessions open, and too few would be"
    yield "left without them, so they are taken as they are: a lone view is added to either file"
    yield "half an hour later, which tells that the log went on."
    yield ""
    pairs: list[tuple[float, float]] = []
    refusals: list[str] = []
    header = ("seed", "cuts", "of them bought", "Clickwise", "plain", "difference in AUC")
    yield from table(header, _rows(asked, pairs, refusals))
    yield from refusals
    if len(pairs) > 1:
        yield ""
        spread = np.std([theirs for _, theirs in pairs], ddof=1)
        yield f"Plain XGBoost's standard deviation over the seeds is {spread:.3f}."


def _rows(
    asked: Asked, pairs: list[tuple[float, float]], refusals: list[str]
) -> Iterator[Sequence[str]]:
    """A row per split, whose figures are added to a list as refusals are to another."""
    for seed in asked.seeds:
        try:
            actual, ours, theirs = _split(asked, seed)
        except Refused as refusal:
            refusals += ["", f"Seed {seed} was refused: {refusal}"]
            continue
        pair = roc_auc(actual, ours), roc_auc(actual, theirs)
        pairs.append(pair)
        figures = (f"{pair[0]:.3f}", f"{pair[1]:.3f}", f"{pair[0] - pair[1]:+.3f}")
        yield str(seed), f"{len(actual):,}", f"{actual.sum():,.0f}", *figures
    if pairs:
        ours_all, theirs_all = zip(*pairs, strict=True)
        yield ("mean", "", "", *over_splits(ours_all, theirs_all).cells(3))


def _split(asked: Asked, seed: int) -> tuple[Floats, Floats, Floats]:
    """What happened, what Clickwise said and what plain XGBoost said, on the test sessions."""
    folder = asked.folder("rees46", seed)
    training, testing = split_file(folder, seed)
    trained = train_bundle(
        training,
        None,
        folder / "models",
        answers=[_ANSWER],
        budget=asked.budget,
        seed=seed,
    )
    log = read_source([testing])
    bundle = trained.bundle(_ANSWER)
    inputs = session_inputs(bundle, _ANSWER, log, session_cuts(log.table, log.time_resolution))
    known, label = hand_made(read_source([training]))
    asked_of, actual = hand_made(log)
    assert np.array_equal(actual, inputs.label)
    plain = plain_xgboost("conversion", known, label, asked_of)
    return actual, predicted(bundle, _ANSWER, inputs), plain


def split_file(folder: Path, seed: int) -> tuple[Path, Path]:
    """Write seven tenths of the sessions to `train.csv` and the others to `test.csv`.

    The last line of the file is cut off; it goes into neither. A view after the end goes into
    both, in a session that is never asked about since it is open: 12 sessions with a purchase
    would be left if all that are open at 02:50 were.
    """
    with data_file(_FILE).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    rows = [row for row in rows if len(row) == len(header)]
    sessions = [row[header.index("user_session")] for row in rows]
    split = GroupShuffleSplit(1, test_size=_TEST_SHARE, random_state=seed)
    parts = next(split.split(rows, groups=sessions))
    later = dict(zip(header, rows[0], strict=True)) | _LATER
    files = folder / "train.csv", folder / "test.csv"
    for file, places in zip(files, parts, strict=True):
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *(rows[place] for place in places), later.values()])
    return files


def hand_made(dataset: Dataset) -> tuple[Floats, Floats]:
    """Eight inputs of every cut, shape (N, 8), and whether a purchase followed, shape (N,)."""
    store(dataset.backend, "cuts", session_cuts(dataset.table, dataset.time_resolution))
    cuts, label = dataset.backend.table("cuts"), label_of(dataset, ANSWERS[_ANSWER])
    store(dataset.backend, "labels", session_labels(dataset.table, cuts, label))
    columns = dataset.connection.execute(_HAND_MADE).fetchnumpy()
    made = [
        np.ma.filled(np.ma.asarray(values).astype(float), np.nan)
        for values in list(columns.values())[2:]
    ]
    return np.column_stack(made[1:]), made[0]
