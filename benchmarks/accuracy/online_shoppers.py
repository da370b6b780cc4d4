"""UCI Online Shoppers against AutoGluon, on the same splits and in the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from sklearn.model_selection import train_test_split

from benchmarks.accuracy.asked import Asked, Refused, data_file
from benchmarks.accuracy.measures import Floats, average_precision, roc_auc
from benchmarks.accuracy.paired import over_splits
from benchmarks.accuracy.peers import Peer, autogluon
from benchmarks.accuracy.product import Trained, score_rows, train_bundle
from benchmarks.page import table
from clickstream.scoring import Graph, Scorer, feature_batch

__all__ = ["online_shoppers", "split_file"]

_FILE = "online-shoppers/online_shoppers_intention.csv"
_LABEL = "Revenue"
_DERIVED = "PageValues"
_ANSWER = "purchase"
_SHORT = 4
"""A search of this part of the budget is held against the whole one."""

_MAPPING = f"""kind = "rows"
label = "{_LABEL}"
label_yes = ["TRUE"]
label_no = ["FALSE"]
context = ["OperatingSystems", "Browser", "Region", "TrafficType"]
"""
"""How a user who wants PageValues describes the file: read by itself, it is left out."""

_TITLES = {True: f"With {_DERIVED}", False: f"Without {_DERIVED}"}
_MIB = 2**20


@dataclass(frozen=True)
class _Split:
    """Both models on one split; `short` is None where the short search found no model."""

    seed: int
    actual: Floats
    ours: Floats
    short: Floats | None
    theirs: Floats
    trained: Trained
    peer: Peer
    row: dict[str, str]


def online_shoppers(asked: Asked) -> Iterator[str]:
    """Compare ranking, time per row and size, with the column that knows of revenue and without."""
    yield f"Stratified 80/20, {asked.budget:g} s each, `best_quality` of AutoGluon by ROC AUC on"
    yield f"the same files. {_DERIVED} is made from revenue: Clickwise leaves it out unless a"
    yield "mapping describes the file without saying so; AutoGluon is told to ignore it."
    for with_derived, title in _TITLES.items():
        yield ""
        yield f"### {title}"
        yield ""
        yield from _variant(asked, with_derived)


def _variant(asked: Asked, with_derived: bool) -> Iterator[str]:
    splits: list[_Split] = []
    refusals: list[str] = []
    header = ("seed", *_heads("ROC AUC"), *_heads("average precision"))
    yield from table(header, _rows(asked, with_derived, splits, refusals))
    yield from refusals
    if splits:
        yield ""
        yield from _short_search(asked, splits)
        yield ""
        yield from _costs(splits[0])


def _heads(figure: str) -> tuple[str, str, str]:
    return f"{figure}: Clickwise", "AutoGluon", "difference"


def _rows(
    asked: Asked, with_derived: bool, splits: list[_Split], refusals: list[str]
) -> Iterator[Sequence[str]]:
    """A row per split, which is added to a list as refusals are to another, and their means."""
    for seed in asked.seeds:
        try:
            split = _split(asked, with_derived, seed)
        except Refused as refusal:
            refusals += ["", f"Seed {seed} was refused: {refusal}"]
            continue
        splits.append(split)
        yield (str(seed), *_figures(split, roc_auc), *_figures(split, average_precision))
    if splits:
        yield ("mean", *_mean(splits, roc_auc), *_mean(splits, average_precision))


_Figure = Callable[[Floats, Floats], float]


def _figures(split: _Split, figure: _Figure) -> tuple[str, str, str]:
    ours, theirs = figure(split.actual, split.ours), figure(split.actual, split.theirs)
    return f"{ours:.4f}", f"{theirs:.4f}", f"{ours - theirs:+.4f}"


def _mean(splits: Sequence[_Split], figure: _Figure) -> tuple[str, str, str]:
    return over_splits(
        [figure(split.actual, split.ours) for split in splits],
        [figure(split.actual, split.theirs) for split in splits],
    ).cells()


def _split(asked: Asked, with_derived: bool, seed: int) -> _Split:
    folder = asked.folder("online-shoppers", "with" if with_derived else "without", seed)
    training, testing = split_file(folder, seed)
    options = ["--mapping", str(_mapping(folder))] if with_derived else []

    def run(budget: float, name: str) -> tuple[Trained, Floats]:
        trained = train_bundle(
            training,
            testing,
            folder / name,
            answers=[_ANSWER],
            budget=budget,
            seed=seed,
            options=options,
        )
        return trained, score_rows(trained, _ANSWER, testing)

    short: Floats | None = None
    with suppress(Refused):  # too short a search is told of below, and the rest still stands
        _, short = run(asked.budget / _SHORT, "short")
    trained, ours = run(asked.budget, "whole")
    ignored = [] if with_derived else [_DERIVED]
    peer = autogluon(training, testing, _LABEL, ignored, asked.budget, folder / "autogluon")
    tested = pd.read_csv(testing, dtype=str)
    actual = (tested[_LABEL] == "TRUE").to_numpy(float)
    row = {str(name): str(value) for name, value in tested.iloc[0].items()}
    return _Split(seed, actual, ours, short, peer.chances, trained, peer, row)


def split_file(folder: Path, seed: int) -> tuple[Path, Path]:
    """Write four fifths of the rows to `train.csv` and the rest to `test.csv`, as they are."""
    frame = pd.read_csv(data_file(_FILE), dtype=str)
    parts = train_test_split(frame, test_size=0.2, stratify=frame[_LABEL], random_state=seed)
    files = folder / "train.csv", folder / "test.csv"
    for part, file in zip(parts, files, strict=True):
        part.to_csv(file, index=False)
    return files


def _mapping(folder: Path) -> Path:
    file = folder / "shop.toml"
    file.write_text(_MAPPING, encoding="utf-8")
    return file


def _short_search(asked: Asked, splits: Sequence[_Split]) -> Iterator[str]:
    pairs = [(split, split.short) for split in splits if split.short is not None]
    short = asked.budget / _SHORT
    if not pairs:
        yield f"After {short:g} s of search Clickwise was refused on every split."
        return
    yield f"Clickwise after {short:g} s of search against {asked.budget:g} s, means over the"
    yield f"{len(pairs)} of {len(splits)} splits on which the short search was released:"
    yield ""
    figures = {
        name: over_splits(
            [figure(split.actual, said) for split, said in pairs],
            [figure(split.actual, split.ours) for split, _ in pairs],
        )
        for name, figure in (("ROC AUC", roc_auc), ("average precision", average_precision))
    }
    header = ("", f"{short:g} s", f"{asked.budget:g} s", "difference")
    yield from table(header, [(name, *pair.cells()) for name, pair in figures.items()])


def _costs(split: _Split) -> Iterator[str]:
    yield f"One row at a time, and what a service has to hold, of seed {split.seed}:"
    yield ""
    service, graph = _milliseconds(split.trained, split.row)
    peer, bundle = split.peer, _size(split.trained.bundle(_ANSWER).path)
    search = split.trained.search_seconds(_ANSWER)
    ours = f"{split.trained.seconds:.1f} (search {search:.1f})"
    rows = [
        ("Clickwise, as a service does: the row's JSON, checked, to the chance", service, bundle),
        ("Clickwise, the ONNX graph alone", graph, bundle),
        ("AutoGluon as fitted, from disk", peer.milliseconds, peer.size / _MIB),
        ("AutoGluon, all models kept in memory", peer.persisted_milliseconds, peer.size / _MIB),
        ("AutoGluon, cloned for deployment", None, peer.deployed_size / _MIB),
    ]
    seconds = [ours, ours, *[f"{peer.seconds:.1f}"] * 3]
    yield from table(
        ("", "ms per row", "MiB on disk", "fitting took s"),
        [
            (name, "" if each is None else f"{each:.3g}", f"{size:.2f}", took)
            for (name, each, size), took in zip(rows, seconds, strict=True)
        ],
    )
    yield ""
    yield (
        f"AutoGluon in memory takes {peer.persisted_milliseconds / service:,.0f} times as long for "
        f"a row as the service's way and {peer.persisted_milliseconds / graph:,.0f} times as long "
        f"as the graph (from disk {peer.milliseconds / service:,.0f} and "
        f"{peer.milliseconds / graph:,.0f}), and its clone for deployment is "
        f"{peer.deployed_size / _MIB / bundle:,.0f} times as large as the bundle (as fitted "
        f"{peer.size / _MIB / bundle:,.0f})."
    )
    yield f"Its versions: {peer.versions}."


def _size(folder: Path) -> float:
    """All files of a folder, in MiB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / _MIB


def _milliseconds(trained: Trained, row: dict[str, str]) -> tuple[float, float]:
    """Medians of one row through what a service calls, and through the graph alone."""
    bundle = trained.bundle(_ANSWER)
    inputs = bundle.manifest.answers[_ANSWER].inputs
    asked: dict[str, Any] = {
        column.name: float(row[column.name]) if column.type == "number" else row[column.name]
        for column in inputs
    }
    scorer, graph = Scorer(bundle), Graph(bundle.model(_ANSWER))
    columns = {name: pd.array([value]).to_numpy() for name, value in asked.items()}
    batch = feature_batch(["1"], columns, inputs)
    return (
        _median_ms(lambda: scorer.predict_rows([asked], _ANSWER)),
        _median_ms(lambda: graph.outputs(batch)),
    )


def _median_ms(work: Callable[[], object], repeats: int = 300) -> float:
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return 1000 * median(seconds)
