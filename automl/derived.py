"""What columns that are made from the label, or seem to be, add or would seem to add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from automl.ensemble import fit_ensemble
from automl.options import Options
from automl.preparing import prepare
from automl.search import SearchResult
from automl.table import Prepared, Table
from clickstream.answers import Answer, Answerability
from clickstream.leaks import rank_auc
from clickstream.manifest import Leak
from clickstream.tables import Dataset

__all__ = [
    "derived_sentence",
    "suspected_columns",
    "suspected_sentence",
    "with_derived_columns",
    "without_columns",
]


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
    prepared = prepare(
        dataset,
        answer,
        found,
        options.windows,
        options.seed,
        keep_derived=True,
        holdout=options.holdout,
    )
    auc = _holdout_auc(prepared.training, prepared.holdout, answer, result, options.seed)
    return {"columns": sorted(dataset.derived), "roc_auc": auc}


def without_columns(
    prepared: Prepared,
    columns: Sequence[str],
    answer: Answer,
    result: SearchResult,
    options: Options,
) -> dict[str, Any]:
    """Fit the winner's settings without some columns, and measure it on the same holdout.

    Parameters
    ----------
    prepared : Prepared
        Training and holdout.
    columns : sequence of str
        Inputs to leave out; another must be left.
    answer : Answer
        Of kind conversion.
    result : SearchResult
        The winner's settings.
    options : Options
        With the seed.
    """
    training, holdout = (
        _without(table, columns) for table in (prepared.training, prepared.holdout)
    )
    auc = _holdout_auc(training, holdout, answer, result, options.seed)
    return {"columns": list(columns), "roc_auc": auc}


def suspected_columns(leaks: Sequence[Leak]) -> list[str]:
    """Inputs that were kept, with a warning that they may know of the label."""
    return [column for leak in leaks if leak.action == "warned" for column in leak.columns]


def suspected_sentence(measured: dict[str, Any], auc: float) -> str:
    """Say what the model is without an input that may know of the label.

    Parameters
    ----------
    measured : dict
        Of `without_columns`.
    auc : float
        The released model's, with them.
    """
    return (
        f"{', '.join(measured['columns'])} may know of the label: holdout ROC AUC {auc:.3f} with, "
        f"{measured['roc_auc']:.3f} without."
    )


def _without(table: Table, columns: Sequence[str]) -> Table:
    numbers = sum(name not in columns for name in table.frame.columns[: table.n_numeric])
    return replace(table, frame=table.frame.drop(columns=list(columns)), n_numeric=numbers)


def _holdout_auc(
    training: Table, holdout: Table, answer: Answer, result: SearchResult, seed: int
) -> float:
    ensemble = fit_ensemble(result, training, answer.kind, seed)
    return rank_auc(ensemble.predict(holdout.frame), holdout.label > 0)


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
