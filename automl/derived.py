"""What the columns that a source declares as made from the label would seem to add."""

from __future__ import annotations

from typing import Any

from automl.families import fit_candidate
from automl.leaderboard import predict
from automl.options import Options
from automl.preparing import prepare
from automl.search import SearchResult
from clickstream.answers import Answer, Answerability
from clickstream.leaks import rank_auc
from clickstream.tables import Dataset

__all__ = ["derived_sentence", "with_derived_columns"]


def with_derived_columns(
    dataset: Dataset,
    answer: Answer,
    found: Answerability,
    result: SearchResult,
    options: Options,
) -> dict[str, Any]:
    """Fit the winner's settings with those columns, and measure it on the same holdout.

    Parameters
    ----------
    dataset : Dataset
        With `derived` columns.
    answer : Answer
        Of kind conversion.
    found : Answerability
        As for the winner.
    result : SearchResult
        The winner's settings.
    options : Options
        The same seed parts the rows the same way.
    """
    prepared = prepare(dataset, answer, found, options.windows, options.seed, keep_derived=True)
    training = prepared.training
    pipeline = fit_candidate(
        training.frame,
        training.label,
        n_numeric=training.n_numeric,
        kind=answer.kind,
        family=result.family,
        config=result.config,
        seed=options.seed,
    )
    predicted = predict(pipeline, prepared.holdout.frame, answer.kind)
    auc = rank_auc(predicted, prepared.holdout.label > 0)
    return {"columns": sorted(dataset.derived), "roc_auc": auc}


def derived_sentence(dataset: Dataset, measured: dict[str, Any], auc: float) -> str:
    """Say what was left out, why, and what it would seem to add.

    Parameters
    ----------
    dataset : Dataset
        With `derived` columns.
    measured : dict
        Of `with_derived_columns`.
    auc : float
        The released model's, without them.
    """
    reasons = "; ".join(f"{name}: {reason}" for name, reason in dataset.derived.items())
    return (
        f"Left out as made from the label: {reasons}. Holdout ROC AUC {auc:.3f} without, "
        f"{measured['roc_auc']:.3f} with."
    )
