"""The same winner twice: as a bundle, and as the scikit-learn pipelines that it was made of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt
import pandas as pd

from automl.admission import admit
from automl.options import Options
from automl.searched import search_winner
from automl.table import Table
from automl.training import train
from clickstream.answers import ANSWERS, answerability
from clickstream.bundle import open_bundle
from clickstream.scoring import Scorer
from clickstream.simulator import simulate
from clickstream.sources import read_source
from clickstream.sources.mapping import Mapping
from clickstream.units import session_units

__all__ = ["Asked", "Models", "make_models"]

_ANSWER = "purchase"
_CLICKS = 12
_MANY = 1_000
_HISTORY_DAYS = 365
_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Asked:
    """Files with bodies.

    Attributes
    ----------
    clicks, reasons, many : Path
        One session of twelve clicks, the same with reasons, and 1,000 sessions.
    row : Path
        The features of that one session, for the stock service.
    ready : Path
        The same as a row, for a bundle of ready-made rows.
    """

    clicks: Path
    reasons: Path
    many: Path
    row: Path
    ready: Path


@dataclass(frozen=True)
class Models:
    """What is served.

    Attributes
    ----------
    bundle : Path
        Folder of the bundle of clicks.
    ready : Path
        Folder of a bundle of ready-made rows: the features of those clicks.
    pipelines : Path
        The stock service's.
    family : str
        That won.
    asked : Asked
        What they are asked.
    """

    bundle: Path
    ready: Path
    pipelines: Path
    family: str
    asked: Asked


def make_models(folder: Path, events: int, trials: int) -> Models:
    """Train on a simulated shop, and keep bundle, pipelines and bodies.

    Parameters
    ----------
    folder : Path
        Where to.
    events : int
        Of the shop.
    trials : int
        Of the search, which is run twice with one seed and finds the same.

    Raises
    ------
    RuntimeError
        If bundle and pipelines do not say the same of what is asked.
    """
    shop = folder / "shop.parquet"
    simulate(events, shop, seed=7)
    dataset = read_source([shop])
    options = Options(answers=(_ANSWER,), budget=None, trials=trials, seed=0)
    train(dataset, folder / "models", options)
    answer = ANSWERS[_ANSWER]
    found = answerability(dataset, answer, options.windows)
    prepared = admit(dataset, answer, found, options).prepared
    result, winner = search_winner(prepared, answer, options)
    ready = _train_rows(prepared.training, folder, options)
    frame = prepared.training.frame.head(1)
    joblib.dump((winner.ensemble.members, frame.dtypes), folder / "pipelines.joblib")
    units = session_units(dataset, 2 * _MANY, _HISTORY_DAYS)
    alone = session_units(dataset, 2 * _MANY)
    place = min(range(len(units)), key=lambda one: abs(len(units[one]["events"]) - _CLICKS))
    scorer = Scorer(open_bundle(folder / "models" / "conversion"))
    batch = scorer.unit_features(_ANSWER, [units[place]])
    values = [*batch.numeric[0].tolist(), *batch.categorical[0].tolist()]
    row = dict(zip(frame.columns, values, strict=True))
    said = winner.ensemble.predict(pd.DataFrame([row]).astype(frame.dtypes))[0]
    _require_the_same(float(said), scorer.predict(_ANSWER, batch).outputs["value"])
    known = {name: _known(value) for name, value in row.items()}
    described = open_bundle(ready / "conversion").manifest.answers[_ANSWER]
    asked = {
        "clicks": {"units": [units[place]]},
        "reasons": {"units": [units[place]], "explain": True},
        # With their histories they would be more events than a request may hold.
        "many": {"units": alone[:_MANY]},
        "row": {"rows": [known]},
        "ready": {"rows": [{one.name: known[one.name] for one in described.inputs}]},
    }
    files = {name: _written(folder / f"{name}.json", body) for name, body in asked.items()}
    return Models(
        folder / "models", ready, folder / "pipelines.joblib", result.family, Asked(**files)
    )


def _train_rows(training: Table, folder: Path, options: Options) -> Path:
    """Train on the rows of a table as if a shop had made them ready."""
    file = folder / "rows.csv"
    training.frame.assign(bought=training.label).to_csv(file, index=False)
    mapping = Mapping(kind="rows", label="bought", label_yes=("1.0",))
    train(read_source([file], mapping=mapping), folder / "ready", options)
    return folder / "ready"


def _require_the_same(pipelines: float, bundle: npt.NDArray[Any]) -> None:
    if abs(pipelines - float(np.ravel(bundle)[0])) > _TOLERANCE:
        raise RuntimeError(f"The pipelines say {pipelines}, but the bundle {bundle}.")


def _known(value: Any) -> Any:
    """JSON has no NaN."""
    return None if isinstance(value, float) and np.isnan(value) else value


def _written(file: Path, body: Any) -> Path:
    file.write_text(json.dumps(body, default=str), encoding="utf-8")
    return file
