"""The leaderboard: every family's best candidate, judged on the holdout."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from automl.families import LabelledKind, predict
from automl.families.losses import fold_loss, row_losses
from automl.metrics import root_mean_squared_log_error
from automl.search import FamilyResult, SearchResult
from automl.table import Table

__all__ = ["leaderboard"]

Floats = npt.NDArray[np.float64]


def leaderboard(
    result: SearchResult, holdout: Table, predicted: Floats, kind: LabelledKind
) -> list[dict[str, Any]]:
    """One entry per family, the best on validation first; failures last, with their reason.

    The winner is judged as it is released, the others as the search fitted them: on a part of
    training, the mean of one model for each fold. To fit them on all of it would take as long as
    the search.

    Parameters
    ----------
    result : SearchResult
        What the search found.
    holdout : Table
        N rows that none of them saw.
    predicted : ndarray of float, shape (N,) or (N, classes)
        By the winner.
    kind : {'conversion', 'revenue', 'multiclass'}
        Which loss is meant.
    """
    winner, *others = result.families
    first = _entry(winner, holdout.label, predicted, kind) | {
        "members": result.members,
        "validation_loss": result.loss,
    }
    classes = predicted.shape[1] if kind == "multiclass" else None
    return [first, *(_other_entry(family, holdout, kind, classes) for family in others)]


def _other_entry(
    family: FamilyResult, holdout: Table, kind: LabelledKind, classes: int | None
) -> dict[str, Any]:
    if not family.models:
        return {"family": family.family, "trials": family.trials, "failure": family.reason}
    own = np.mean([predict(one, holdout.frame, kind, classes) for one in family.models], axis=0)
    return _entry(family, holdout.label, own, kind) | {"members": 1}


def _entry(
    family: FamilyResult, actual: Floats, predicted: Floats, kind: LabelledKind
) -> dict[str, Any]:
    entry = {
        "family": family.family,
        "trials": family.trials,
        "validation_loss": family.loss,
        "holdout_loss": fold_loss(row_losses(actual, predicted, kind), kind),
        "config": family.config,
    }
    if kind == "revenue":
        entry["holdout_rmsle"] = root_mean_squared_log_error(actual, predicted)
    return entry
