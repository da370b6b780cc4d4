"""The leaderboard: every family's best candidate, judged on the holdout."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from automl.families import LabelledKind, fit_candidate, predict
from automl.families.losses import fold_loss, row_losses
from automl.families.space import Config
from automl.search import FamilyResult, SearchResult
from automl.table import Prepared

__all__ = ["leaderboard"]

Floats = npt.NDArray[np.float64]


def leaderboard(
    result: SearchResult, prepared: Prepared, predicted: Floats, kind: LabelledKind, seed: int
) -> list[dict[str, Any]]:
    """One entry per family, the best on validation first; failures last, with their reason.

    Parameters
    ----------
    result : SearchResult
        What the search found.
    prepared : Prepared
        The best of each family but the winner is refitted on `training`; all are judged on
        `holdout`.
    predicted : ndarray of float, shape (rows of the holdout,)
        By the winner, as it is released.
    kind : {'conversion', 'revenue'}
        Which loss is meant.
    seed : int
        Of the refits.
    """
    winner, *others = result.families
    losses = row_losses(prepared.holdout.label, predicted, kind)
    first = _entry(winner, losses, kind) | {
        "members": result.members,
        "validation_loss": result.loss,
    }
    return [first, *(_refitted_entry(family, prepared, kind, seed) for family in others)]


def _refitted_entry(
    family: FamilyResult, prepared: Prepared, kind: LabelledKind, seed: int
) -> dict[str, Any]:
    if family.config is None:
        return {"family": family.family, "trials": family.trials, "failure": family.reason}
    own = _refitted(family, family.config, prepared, kind, seed)
    losses = row_losses(prepared.holdout.label, own, kind)
    return _entry(family, losses, kind) | {"members": 1}


def _entry(family: FamilyResult, losses: Floats, kind: LabelledKind) -> dict[str, Any]:
    return {
        "family": family.family,
        "trials": family.trials,
        "validation_loss": family.loss,
        "holdout_loss": fold_loss(losses, kind),
        "config": family.config,
    }


def _refitted(
    family: FamilyResult, config: Config, prepared: Prepared, kind: LabelledKind, seed: int
) -> Floats:
    training = prepared.training
    pipeline = fit_candidate(
        training.frame,
        training.label,
        n_numeric=training.n_numeric,
        kind=kind,
        family=family.family,
        config=config,
        seed=seed,
    )
    return predict(pipeline, prepared.holdout.frame, kind)
