from __future__ import annotations

import numpy as np
import pytest

from automl.families import fit_candidate, predict
from automl.families.losses import fold_loss, row_losses
from automl.leaderboard import leaderboard
from automl.search import FamilyResult, SearchResult
from tests.automl.hand_made import labels, prepared


def test_losses_are_log_loss_for_chances_and_squared_error_for_amounts() -> None:
    actual, predicted = np.array([1.0, 0.0]), np.array([0.8, 0.5])
    np.testing.assert_allclose(row_losses(actual, predicted, "conversion"), -np.log([0.8, 0.5]))
    np.testing.assert_allclose(row_losses(actual, predicted, "revenue"), [0.04, 0.25])
    assert fold_loss(np.array([0.04, 0.25]), "revenue") == pytest.approx(0.145**0.5)


def test_the_winner_stands_first_as_released_and_a_failed_family_last_with_its_reason() -> None:
    parts = prepared(labels(50, 50), labels(20, 20))
    models = tuple(
        fit_candidate(
            part.frame,
            part.label,
            n_numeric=part.n_numeric,
            kind="conversion",
            family="logistic regression",
            config={"l2": 1.0},
            seed=0,
        )
        for part in (parts.training.rows(np.arange(first, 100, 2)) for first in (0, 1))
    )
    families = (
        FamilyResult("xgboost", 0.6, 3, 0.1, {"trees": 9}, None),
        FamilyResult("logistic regression", 0.65, 1, 0.1, {"l2": 1.0}, None, models),
        FamilyResult("decision tree", None, 2, 0.1, None, "out of memory"),
    )
    nobody = np.zeros(0)
    result = SearchResult(
        "xgboost", {"trees": 9}, 0.58, families, (), 0.2, nobody, nobody.astype(int), members=3
    )
    predicted = np.full(40, 0.25)
    first, second, last = leaderboard(result, parts.holdout, predicted, "conversion")
    assert (first["family"], first["members"], first["validation_loss"]) == ("xgboost", 3, 0.58)
    assert first["holdout_loss"] == pytest.approx(-np.log([0.25, 0.75]).mean())
    assert (second["family"], second["members"]) == ("logistic regression", 1)
    mean = np.mean([predict(model, parts.holdout.frame, "conversion") for model in models], axis=0)
    expected = row_losses(parts.holdout.label, mean, "conversion").mean()
    assert second["holdout_loss"] == pytest.approx(expected)
    assert last == {"family": "decision tree", "trials": 2, "failure": "out of memory"}
