from __future__ import annotations

import numpy as np

from automl.leaderboard import family_losses, leaderboard
from automl.search import FamilyResult, SearchResult
from tests.automl.hand_made import labels, prepared


def test_losses_are_log_loss_for_chances_and_squared_error_for_amounts() -> None:
    actual, predicted = np.array([1.0, 0.0]), np.array([0.8, 0.5])
    np.testing.assert_allclose(family_losses(actual, predicted, "conversion"), -np.log([0.8, 0.5]))
    np.testing.assert_allclose(family_losses(actual, predicted, "revenue"), [0.04, 0.25])


def test_a_family_that_failed_stands_there_with_its_reason() -> None:
    failed = FamilyResult("xgboost", None, 2, 0.1, None, "out of memory")
    result = SearchResult("xgboost", {}, 0.5, (failed,), (), 0.2)
    board = leaderboard(result, prepared(labels(50, 50), labels(20, 20)), "conversion", seed=0)
    assert board == [{"family": "xgboost", "trials": 2, "failure": "out of memory"}]
