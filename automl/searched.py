"""From the tables of an answer to the fitted winner of its search."""

from __future__ import annotations

from typing import Any

import numpy as np

from automl.options import Options
from automl.search import Progress, SearchResult, search
from automl.splits import Fold, folds_by_time, folds_by_unit
from automl.table import Prepared, Table
from automl.winner import Winner, fit_winner
from clickstream.answers import Answer

__all__ = ["interruption", "run_of", "search_winner"]


def search_winner(
    prepared: Prepared, answer: Answer, options: Options
) -> tuple[SearchResult, Winner]:
    """Search on the training part, and fit the best candidate on all of it.

    Parameters
    ----------
    prepared : Prepared
        Training and holdout; of the holdout only what the graph says is compared.
    answer : Answer
        One with a label.
    options : Options
        Budget or trials, seed and progress.
    """
    result = _search(answer, prepared.training, options)
    options.report(answer.name, f"refitting {result.family}", 1.0)
    winner = fit_winner(answer, result, prepared.training, prepared.holdout, options.seed)
    return result, winner


def _search(answer: Answer, training: Table, options: Options) -> SearchResult:
    def report(progress: Progress) -> None:
        trial = progress.trial
        best = "none yet" if trial.best is None else f"{trial.best:.4f}"
        options.report(answer.name, f"{trial.family}, best {best}", progress.done)

    return search(
        training.frame,
        training.label,
        _folds(training, options.seed),
        n_numeric=training.n_numeric,
        kind=answer.kind,
        budget=options.budget,
        trials=options.trials,
        seed=options.seed,
        progress=report,
    )


def _folds(training: Table, seed: int) -> list[Fold]:
    if np.isnat(training.start).any():
        return folds_by_unit(training.unit_ids, seed)
    # A log of one day has no later sessions to validate on.
    return folds_by_time(training.start, training.end) or folds_by_unit(training.unit_ids, seed)


def interruption(result: SearchResult, options: Options) -> list[str]:
    """A warning that stays with the model of a search that was ended early; none otherwise.

    Parameters
    ----------
    result : SearchResult
        What it found.
    options : Options
        What it was asked for.
    """
    if not result.interrupted:
        return []
    asked = f"{options.trials} trials" if options.budget is None else f"{options.budget:g} s"
    return [
        f"The search was interrupted after {result.seconds:.0f} s and {len(result.path)} "
        f"candidates, of {asked} asked for; this is the best one found by then."
    ]


def run_of(result: SearchResult, winner: Winner) -> dict[str, Any]:
    """Times of a search, and its path: what a manifest says of the run.

    Parameters
    ----------
    result : SearchResult
        What it found.
    winner : Winner
        What was made of it.
    """
    return {
        "interrupted": result.interrupted,
        # The budget is for both.
        "search_seconds": round(result.seconds + winner.fit_seconds, 2),
        "seconds_by_family": {line.family: round(line.seconds, 2) for line in result.families},
        "path": [
            {
                "seconds": round(trial.seconds, 2),
                "family": trial.family,
                "loss": trial.loss,
                "best": trial.best,
            }
            for trial in result.path
        ],
    }
