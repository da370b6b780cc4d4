"""Whatever learns from data learns inside the fold: a marked validation row is never fitted."""

import numpy as np
import pandas as pd
import pytest
from imblearn.over_sampling import SMOTE
from imblearn.under_sampling import RandomUnderSampler
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler

from automl.families import families_of
from automl.families.balancing import BalancedClassifier
from automl.families.selection import UsefulInputs
from automl.families.space import start_of
from automl.families.strings import FrequentCategories
from automl.families.task import Task
from automl.search import search

MARKER = 123_456.0
FITTED = {
    "imputer": [(SimpleImputer, "fit"), (SimpleImputer, "fit_transform")],
    "scaler": [(StandardScaler, "fit"), (MinMaxScaler, "fit")],
    "categories": [(FrequentCategories, "fit")],
    "encoder": [
        (OneHotEncoder, "fit"),
        (OneHotEncoder, "fit_transform"),
        (OrdinalEncoder, "fit"),
    ],
    "selector": [(UsefulInputs, "fit")],
    "sampler": [(SMOTE, "fit_resample"), (RandomUnderSampler, "fit_resample")],
    "model": [(BalancedClassifier, "fit")],
}
FOLDS = [(np.arange(400), np.arange(400, 600))]


@pytest.fixture
def seen(monkeypatch):
    """By part, how often it was fitted and how often on something marked."""
    counts = {part: [0, 0] for part in FITTED}
    for part, methods in FITTED.items():
        for owner, name in methods:
            _watch(monkeypatch, owner, name, counts[part])
    return counts


def _watch(monkeypatch, owner, name, count):
    original = getattr(owner, name)

    def watched(self, X, *others, **named):
        count[0] += 1
        count[1] += _is_marked(X)
        return original(self, X, *others, **named)

    monkeypatch.setattr(owner, name, watched)


def _is_marked(X):
    values = np.asarray(X, dtype=object).ravel()
    return any(value in ("marker", MARKER) for value in values)


def _visits(marked):
    random = np.random.default_rng(2)
    frame = pd.DataFrame({"clicks": random.poisson(4, 600).astype(np.float32)})
    frame["seconds"] = random.lognormal(4, 1, 600).astype(np.float32)
    frame.loc[::7, "seconds"] = np.nan
    frame["device"] = random.choice(["phone", "desktop"], 600)
    label = (random.random(600) < frame["clicks"] / 15).to_numpy().astype(float)
    frame.loc[marked, "clicks"] = MARKER
    frame.loc[marked, "device"] = "marker"
    return frame, label


@pytest.mark.parametrize("balancing", ["SMOTE", "undersampling"])
@pytest.mark.parametrize("scale", ["standard", "min-max"])
def test_every_part_is_fitted_without_the_validation_rows(seen, balancing, scale):
    frame, label = _visits(slice(400, 600))
    task = Task(frame, label, 2, "conversion", seed=0)
    family = families_of("conversion")["logistic regression"]
    config = start_of(family.space(task.table)) | {"balancing": balancing, "scale": scale}
    pipeline = task.fit(FOLDS[0][0], family, config)
    assert np.isfinite(task.loss(pipeline, FOLDS[0][1]))
    assert all(fits > 0 for fits, _ in seen.values()), "every part was watched"
    assert not any(marked for _, marked in seen.values())


def test_the_search_and_its_averaging_fit_no_validation_row(seen):
    frame, label = _visits(slice(400, 600))
    result = search(
        frame,
        label,
        FOLDS,
        n_numeric=2,
        kind="conversion",
        budget=None,
        trials=12,
        seed=0,
    )
    assert len(result.unseen) == 200
    assert seen["model"][0] >= 12
    assert not any(marked for _, marked in seen.values())


def test_a_marked_training_row_would_be_noticed(seen):
    frame, label = _visits(slice(399, 600))
    task = Task(frame, label, 2, "conversion", seed=0)
    family = families_of("conversion")["logistic regression"]
    task.fit(FOLDS[0][0], family, start_of(family.space(task.table)))
    assert all(seen[part][1] for part in ("imputer", "categories"))
