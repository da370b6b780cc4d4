"""The leaderboard: every family's best candidate, judged on the holdout."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from automl.families import LabelledKind, fit_candidate, predict
from automl.metrics import log_losses
from automl.search import FamilyResult, SearchResult
from automl.table import Prepared

__all__ = ["family_losses", "leaderboard", "predict"]

Floats = npt.NDArray[np.float64]


def family_losses(actual: Floats, predicted: Floats, kind: LabelledKind) -> Floats:
    """Loss of each row: log loss for chances, squared error for amounts."""
    if kind == "conversion":
        return log_losses(actual, predicted)
    return np.asarray((actual - predicted) ** 2)


def leaderboard(
    result: SearchResult, prepared: Prepared, kind: LabelledKind, seed: int
) -> list[dict[str, Any]]:
    """One entry per family, the best on validation first; failures last, with their reason.

    Parameters
    ----------
    result : SearchResult
        What the search found.
    prepared : Prepared
        Each family's best is refitted on `training` and judged on `holdout`.
    kind : {'conversion', 'revenue'}
        Which loss is meant.
    seed : int
        Of the refits.
    """
    return [_entry(family, prepared, kind, seed) for family in result.families]


def _entry(
    family: FamilyResult, prepared: Prepared, kind: LabelledKind, seed: int
) -> dict[str, Any]:
    entry: dict[str, Any] = {"family": family.family, "trials": family.trials}
    if family.config is None:
        return entry | {"failure": family.reason}
    training, holdout = prepared.training, prepared.holdout
    pipeline = fit_candidate(
        training.frame,
        training.label,
        n_numeric=training.n_numeric,
        kind=kind,
        family=family.family,
        config=family.config,
        seed=seed,
    )
    losses = family_losses(holdout.label, predict(pipeline, holdout.frame, kind), kind)
    mean = float(losses.mean())
    return entry | {
        "validation_loss": family.loss,
        "holdout_loss": mean if kind == "conversion" else mean**0.5,
        "config": family.config,
    }
