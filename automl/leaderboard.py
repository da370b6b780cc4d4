"""The leaderboard: every family's best candidate, judged on the holdout."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from automl.families import LabelledKind, predict
from automl.families.losses import fold_loss, row_losses
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
    predicted : ndarray of float, shape (N,)
        By the winner.
    kind : {'conversion', 'revenue'}
        Which loss is meant.
    """
    winner, *others = result.families
    losses = row_losses(holdout.label, predicted, kind)
    first = _entry(winner, losses, kind) | {
        "members": result.members,
        "validation_loss": result.loss,
    }
    return [first, *(_other_entry(family, holdout, kind) for family in others)]


def _other_entry(family: FamilyResult, holdout: Table, kind: LabelledKind) -> dict[str, Any]:
    if not family.models:
        return {"family": family.family, "trials": family.trials, "failure": family.reason}
    own = np.mean([predict(model, holdout.frame, kind) for model in family.models], axis=0)
    return _entry(family, row_losses(holdout.label, own, kind), kind) | {"members": 1}


def _entry(family: FamilyResult, losses: Floats, kind: LabelledKind) -> dict[str, Any]:
    return {
        "family": family.family,
        "trials": family.trials,
        "validation_loss": family.loss,
        "holdout_loss": fold_loss(losses, kind),
        "config": family.config,
    }
