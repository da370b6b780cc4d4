"""Train one answer that has a label: search, refit, export, judge, gate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from automl.abandonment import abandonment
from automl.admission import Admitted, admit
from automl.calibration import Method
from automl.curves import conversion_evaluation, revenue_evaluation
from automl.customers import described_windows
from automl.derived import (
    derived_sentence,
    suspected_columns,
    suspected_sentence,
    with_derived_columns,
    without_columns,
)
from automl.ensemble import fit_ensemble
from automl.evidence import evidence_warnings
from automl.export import graph_score
from automl.forecasts import forecasts
from automl.gate import require_gain, require_order, require_parity
from automl.judging import Judged, judge
from automl.leaderboard import leaderboard
from automl.options import Options
from automl.released import Released, answer_files, inputs_of
from automl.search import SearchResult
from automl.searched import interruption, run_of, search_winner
from automl.table import Prepared
from automl.thresholds import floor_warnings
from automl.why import Fit, explain
from automl.winner import Winner
from clickstream.answers import Answer, Answerability, Windows, label_of, meaning_of
from clickstream.cuts import CUT_CLICKS
from clickstream.manifest import AnswerManifest, Complement
from clickstream.tables import Dataset, Label
from clickstream.targets import LABELS_OF_CLICKS

__all__ = ["train_supervised"]

_BASELINES = {"conversion": "the share of yes in training", "revenue": "the mean in training"}
_LOSSES = {"conversion": "log loss", "revenue": "squared error"}


def train_supervised(
    dataset: Dataset, answer: Answer, found: Answerability, options: Options
) -> Released:
    """Search, refit and judge one answer.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    answer : Answer
        Of kind conversion or revenue.
    found : Answerability
        `yes` or `proxy`.
    options : Options
        Budget, seed and progress.

    Raises
    ------
    NotAnswerable, LeakFound, ReleaseRefused
        If the answer must not be released, with figures.
    """
    admitted = admit(dataset, answer, found, options)
    prepared = admitted.prepared
    result, winner = search_winner(prepared, answer, options)
    require_parity(answer.name, winner.parity)
    predicted = winner.ensemble.predict(prepared.holdout.frame)
    judged = judge(answer.kind, prepared, predicted, winner.unseen, options.seed, options.threshold)
    require_gain(answer.name, judged.gain, _LOSSES[answer.kind], _BASELINES[answer.kind])
    if answer.kind == "conversion":
        require_order(answer.name, judged.metrics["roc_auc"])
    options.report(answer.name, "judging every family on the holdout", 1.0)
    evaluation = _curves(prepared, predicted, judged, options.seed) | {
        "leaderboard": leaderboard(result, prepared.holdout, predicted, answer.kind),
        "gain_over_baseline": judged.gain.model_dump(),
    }
    complement = _complement(answer, found, options.windows)
    if complement is not None and complement.name == "abandonment":
        evaluation["abandonment"] = abandonment(prepared, predicted, options.seed)
    if found.scope == "customer" and answer.kind == "revenue":
        days = options.windows.target_days
        evaluation["forecasts"] = forecasts(dataset, prepared.holdout, days, options.seed)
    options.report(answer.name, "asking why", 1.0)
    score = graph_score(winner.graph, prepared.holdout.n_numeric)
    evaluation |= explain(score, prepared, answer, _refit(answer, result, options), options.seed)
    warnings = [
        *evidence_warnings(admitted.evidence),
        *interruption(result, options),
        *prepared.notes,
    ]
    if answer.kind == "conversion":
        unseen = winner.unseen
        warnings += floor_warnings(options.threshold, unseen.actual, unseen.predicted)
        auc = judged.metrics["roc_auc"].value
        measured, sentences = _of_doubtful_columns(
            dataset, answer, found, admitted, result, auc, options
        )
        evaluation |= measured
        warnings += sentences
    manifest = _manifest(
        dataset, answer, found, admitted, result, winner, judged, warnings, options
    )
    files = answer_files(answer.name, winner.graph, evaluation, prepared)
    return Released(answer.name, manifest, files, run_of(result, winner))


def _of_doubtful_columns(
    dataset: Dataset,
    answer: Answer,
    found: Answerability,
    admitted: Admitted,
    result: SearchResult,
    auc: float,
    options: Options,
) -> tuple[dict[str, Any], list[str]]:
    """Measures with columns left out as made from the label, and without suspected ones."""
    measured, sentences = {}, []
    if dataset.derived:
        with_them = with_derived_columns(dataset, answer, found, result, options)
        measured["with_derived_columns"] = with_them
        sentences.append(derived_sentence(dataset, with_them, auc))
    if suspects := suspected_columns(admitted.leaks):
        without = without_columns(admitted.prepared, suspects, answer, result, options)
        measured["without_suspected_columns"] = without
        sentences.append(suspected_sentence(without, auc))
    return measured, sentences


def _refit(answer: Answer, result: SearchResult, options: Options) -> Fit | None:
    """Fits the winner's settings on other rows, for whoever did not ask to be done."""
    if result.interrupted:
        return None
    one = replace(result, members=1)
    return lambda table: fit_ensemble(one, table, answer.kind, options.seed).predict


def _curves(
    prepared: Prepared, predicted: npt.NDArray[np.float64], judged: Judged, seed: int
) -> dict[str, Any]:
    if judged.threshold is not None:
        return conversion_evaluation(prepared.holdout, predicted, judged.threshold, seed)
    return revenue_evaluation(prepared.holdout, predicted, seed)


def _manifest(
    dataset: Dataset,
    answer: Answer,
    found: Answerability,
    admitted: Admitted,
    result: SearchResult,
    winner: Winner,
    judged: Judged,
    warnings: list[str],
    options: Options,
) -> AnswerManifest:
    prepared = admitted.prepared
    label = label_of(dataset, answer)
    return AnswerManifest(
        scope=found.scope,
        meaning=meaning_of(label.meaning or answer.meaning, options.windows),
        complement=_complement(answer, found, options.windows),
        status="proxy" if found.status == "proxy" else "yes",
        status_reason=found.reason,
        label=_label(label, options.windows),
        family=result.family,
        members=len(winner.ensemble.members),
        inputs=inputs_of(prepared.features, prepared.training),
        windows=described_windows(found.scope, options.windows, prepared),
        cuts=_cuts(found, label),
        evidence=admitted.evidence,
        threshold=judged.threshold,
        threshold_rule=judged.threshold_rule,
        calibration=list(judged.calibration),
        calibration_method=_calibration_method(answer, winner),
        interval=judged.interval,
        metrics=judged.metrics,
        baseline=_BASELINES[answer.kind],
        baseline_metrics=judged.baseline,
        parity=winner.parity,
        leaks=admitted.leaks,
        warnings=warnings,
    )


def _cuts(found: Answerability, label: Label) -> list[int] | None:
    if found.scope != "session" or label.kind in LABELS_OF_CLICKS:
        return None
    return list(CUT_CLICKS)


def _complement(answer: Answer, found: Answerability, windows: Windows) -> Complement | None:
    """What 1 minus the chance says; nothing of its own where the chance is of something else."""
    if answer.complement is None or found.status == "proxy" or found.scope == "row":
        return None
    meaning = meaning_of(answer.complement.meaning, windows)
    return answer.complement.model_copy(update={"meaning": meaning})


def _calibration_method(answer: Answer, winner: Winner) -> Method | None:
    return winner.ensemble.calibration.method if answer.kind == "conversion" else None


def _label(label: Label, windows: Windows) -> str:
    days = windows.target_days
    sentences = {
        "purchase": "a purchase event later in the session",
        "spend": "amount of the purchase events later in the session",
        "exit": "no click later in the session",
        "repurchase": f"a purchase event of the customer within the next {days} days",
        "customer_spend": f"amount of the customer's purchase events within the next {days} days; "
        "returns are not subtracted",
        "next_flag": f"{label.column} of the next product viewed is {label.positive}",
        "next_price": "price of the next product viewed",
        "column": f"column {label.column} is {label.positive}",
        "amount": f"column {label.column}",
        "any_amount": f"column {label.column} is above 0",
    }
    return sentences[label.kind]
