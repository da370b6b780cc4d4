"""Tables of training, made by hand or of a data set."""

from __future__ import annotations

import numpy as np
import pandas as pd

from automl.preparing import prepare
from automl.table import Prepared, Table
from clickstream.answers import ANSWERS, Windows, answerability
from clickstream.features import Feature
from clickstream.tables import Dataset

FEATURES = (
    Feature("clicks", "number", "events", "events so far"),
    Feature("country", "string", "name", "where from"),
)


def table(label: np.ndarray, prefix: str = "u", seed: int = 0, rows_per_unit: int = 1) -> Table:
    """A table whose inputs are noise."""
    random = np.random.default_rng(seed)
    size = len(label)
    frame = pd.DataFrame({"clicks": random.normal(size=size).astype(np.float32)})
    frame["country"] = pd.Series(random.choice(["SE", "DK", ""], size), dtype=object)
    moment = np.full(size, np.datetime64("2026-01-01", "us"))
    units = np.array([f"{prefix}{n // rows_per_unit}" for n in range(size)], dtype=object)
    return Table(frame, 1, units, np.ones(size, dtype=np.int64), moment, moment, label)


def labels(positives: int, negatives: int) -> np.ndarray:
    """So many of each."""
    return np.repeat([1.0, 0.0], [positives, negatives])


def prepared(training: np.ndarray, holdout: np.ndarray) -> Prepared:
    """Two parts with these labels."""
    return Prepared(table(training, "t"), table(holdout, "h", 1), FEATURES, None, "by hand")


def prepare_answer(dataset: Dataset, name: str) -> Prepared:
    """Make an answer's tables with the windows and the seed of every run."""
    answer, windows = ANSWERS[name], Windows()
    return prepare(dataset, answer, answerability(dataset, answer, windows), windows, seed=0)
