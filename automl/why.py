"""Answers to "why": what a winner uses, how it uses it, and whether its settings hold over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from automl.backtest import Backtest, Groups, Measure, Rows, backtest
from automl.effects import accumulated_local_effects
from automl.families.losses import row_losses
from automl.importance import Importances, Score, permutation_importance, sampled_rows
from automl.metrics import Resamples, chance_metrics, revenue_metrics
from automl.price_effect import price_effect
from automl.table import Prepared, Table
from clickstream.answers import Answer, Kind

__all__ = ["Fit", "explain"]

Floats = npt.NDArray[np.float64]
Fit = Callable[[Table], Score]
"""Rows to train on to a model of them."""

_LOSSES = {"conversion": "log loss", "revenue": "squared error"}
_MOST_EFFECTS = 6
_EFFECT_ROWS = 1_000
"""Scored about three times per curve; enough for 33 bins."""
_BACKTEST_ROWS = (8_000, 40_000)
"""Of all origins together, so that three fits cost seconds however long the log is; the more of
them, the rarer yes is."""
_BACKTEST_YES = 400
_INTERRUPTED = "No backtest. The search was interrupted, and a backtest fits three more models."


def explain(
    score: Score, prepared: Prepared, answer: Answer, fit: Fit | None, seed: int
) -> dict[str, Any]:
    """Measure what `evaluation.json` says of importance, effects, the price level and over time.

    Parameters
    ----------
    score : callable
        Of the winner, such as `automl.export.graph_score`; called for hundreds of thousands of
        rows.
    prepared : Prepared
        Importance and effects are of the holdout; the backtest is of training and holdout.
    answer : Answer
        Of kind conversion or revenue.
    fit : callable or None
        Fits the winner's settings on other rows, for the backtest; None where the user waits for
        no more fits.
    seed : int
        Draws rows, where there are many, and shuffles.

    Returns
    -------
    dict
        `importance`, `effects` of the inputs that surely are of use, `price_effect` and
        `backtest`, for JSON.
    """
    holdout = prepared.holdout
    importance = _importance(score, holdout, answer.kind, seed)
    effects = accumulated_local_effects(
        score, holdout.frame, _useful(importance), seed=seed, most=_EFFECT_ROWS
    )
    price = price_effect(score, holdout.frame, prepared.features, seed=seed)
    return {
        "importance": importance.as_dict(),
        "effects": effects.as_dict(),
        "price_effect": price.as_dict(),
        "backtest": _backtest(_all_rows(prepared), answer, fit, seed),
    }


def _importance(score: Score, holdout: Table, kind: Kind, seed: int) -> Importances:
    return permutation_importance(
        score,
        holdout.frame,
        holdout.label,
        holdout.unit_ids,
        lambda actual, predicted: float(row_losses(actual, predicted, kind).mean()),
        loss_name=_LOSSES[kind],
        seed=seed,
    )


def _useful(found: Importances) -> list[str]:
    """The most important inputs whose importance is more than noise."""
    useful = [one.name for one in found.inputs if one.rise > 2 * one.standard_error]
    return useful[:_MOST_EFFECTS]


def _backtest(table: Table, answer: Answer, fit: Fit | None, seed: int) -> dict[str, Any]:
    drawn = sampled_rows(len(table), seed, _most_rows(table))
    size = {"rows": len(drawn), "rows_of": len(table)}
    if fit is None:
        return Backtest((), _INTERRUPTED).as_dict() | size
    refit, sample = fit, table.rows(drawn)

    def fit_and_score(training: Rows, test: Rows) -> Floats:
        return refit(sample.rows(training))(sample.frame.iloc[test])

    found = backtest(
        answer,
        fit_and_score,
        _measure(answer.kind, seed),
        actual=sample.label,
        start=sample.start,
        end=sample.end,
        groups=_groups(sample),
    )
    return found.as_dict() | size


def _most_rows(table: Table) -> int:
    """As many as hold 400 times yes, within bounds: a quarter must hold the evidence of a model."""
    share = max(float((table.label > 0).mean()), _BACKTEST_YES / _BACKTEST_ROWS[1])
    return max(_BACKTEST_ROWS[0], round(_BACKTEST_YES / share))


def _measure(kind: Kind, seed: int) -> Measure:
    metrics = chance_metrics if kind == "conversion" else revenue_metrics
    return lambda actual, predicted, groups: metrics(actual, predicted, Resamples(groups, seed))


def _groups(table: Table) -> Groups:
    """Sessions as they are; a customer as of each moment by itself, since others follow."""
    if (table.cut_index > 0).any():
        return table.unit_ids
    return np.arange(len(table))


def _all_rows(prepared: Prepared) -> Table:
    one, other = prepared.training, prepared.holdout
    return Table(
        pd.concat([one.frame, other.frame], ignore_index=True),
        one.n_numeric,
        np.concatenate([one.unit_ids, other.unit_ids]),
        np.concatenate([one.cut_index, other.cut_index]),
        np.concatenate([one.start, other.start]),
        np.concatenate([one.end, other.end]),
        np.concatenate([one.label, other.label]),
    )
