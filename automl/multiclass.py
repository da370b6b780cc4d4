"""Train answers about new customers, one of several classes each, searched like conversion."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from automl.admission import Admitted, admit
from automl.class_metrics import class_metrics, confusion, label_metrics
from automl.customers import described_windows
from automl.evidence import evidence_warnings
from automl.export import graph_score
from automl.gate import require_gain, require_parity
from automl.importance import Importances, permutation_importance
from automl.leaderboard import leaderboard
from automl.metrics import class_log_losses, paired_difference
from automl.options import Options
from automl.released import Released, Segments, answer_files, inputs_of
from automl.resampling import Resamples
from automl.search import SearchResult
from automl.searched import interruption, run_of, search_winner
from automl.table import Prepared
from automl.winner import Winner
from clickstream.answers import Answer, Answerability, meaning_of
from clickstream.manifest import AnswerManifest, Metric, ProductClass
from clickstream.tables import Dataset

__all__ = ["NO_ACTIVITY", "train_multiclass"]

NO_ACTIVITY = "if the customer does nothing more"
"""The forecast that supposes that customers do nothing after the question."""

_BASELINE = "the shares of the classes in training"
_LABELS = {
    "interest": "category of the customer's largest amount bought within {days} days after the "
    "first session or the first order",
    "next_segment": "segment that the customer is nearest to {days} days after the first session "
    "or the first order",
}

Floats = npt.NDArray[np.float64]


def train_multiclass(
    dataset: Dataset,
    answer: Answer,
    found: Answerability,
    options: Options,
    segments: Segments | None,
) -> Released:
    """Search, refit and judge.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    answer : Answer
        Of kind multiclass.
    found : Answerability
        `yes`.
    options : Options
        Budget, seed and progress.
    segments : Segments or None
        Of customers, where the run has found any.

    Raises
    ------
    NotAnswerable, LeakFound, ReleaseRefused
        If the answer must not be released, with figures.
    """
    admitted = admit(dataset, answer, found, options, segments)
    prepared = admitted.prepared
    result, winner = search_winner(prepared, answer, options)
    require_parity(answer.name, winner.parity)
    predicted = winner.ensemble.predict(prepared.holdout.frame)
    shares = _shares(prepared)
    constant = np.tile(shares, (len(prepared.holdout), 1))
    resamples = Resamples(prepared.holdout.unit_ids, options.seed)
    gain = _gain(prepared, predicted, constant, resamples)
    require_gain(answer.name, gain, "log loss", _BASELINE)
    actual = prepared.holdout.label
    manifest = _manifest(found, answer, admitted, result, winner, options)
    manifest = manifest.model_copy(
        update={
            "metrics": class_metrics(actual, predicted, resamples),
            "baseline_metrics": class_metrics(actual, constant, resamples),
            "warnings": manifest.warnings + _no_better_than_naive(prepared, predicted, resamples),
        }
    )
    evaluation = {
        "classes": list(prepared.classes),
        "confusion": confusion(actual, predicted).tolist(),
        "leaderboard": leaderboard(result, prepared.holdout, predicted, "multiclass"),
        "gain_over_baseline": gain.model_dump(),
        "importance": _importance(prepared, winner, options.seed).as_dict(),
        **_forecasts(prepared, resamples),
    }
    files = answer_files(answer.name, winner.graph, evaluation, prepared)
    return Released(answer.name, manifest, files, run_of(result, winner))


def _importance(prepared: Prepared, winner: Winner, seed: int) -> Importances:
    holdout = prepared.holdout
    return permutation_importance(
        graph_score(winner.graph, holdout.n_numeric),
        holdout.frame,
        holdout.label,
        holdout.unit_ids,
        lambda actual, predicted: float(class_log_losses(actual, predicted).mean()),
        loss_name="log loss",
        seed=seed,
    )


def _forecasts(prepared: Prepared, resamples: Resamples) -> dict[str, Any]:
    """Figures of the naive forecast, where there is one."""
    if prepared.naive_forecast is None:
        return {}
    classes = len(prepared.classes)
    found = label_metrics(prepared.holdout.label, prepared.naive_forecast, classes, resamples)
    metrics = {name: metric.model_dump() for name, metric in found.items()}
    return {"forecasts": {NO_ACTIVITY: metrics}}


def _no_better_than_naive(prepared: Prepared, predicted: Floats, resamples: Resamples) -> list[str]:
    """A sentence where the model does not surely name the right class more often."""
    if prepared.naive_forecast is None:
        return []
    actual = prepared.holdout.label
    wrong = (predicted.argmax(axis=1) != actual).astype(np.float64)
    naively_wrong = (prepared.naive_forecast != actual).astype(np.float64)
    if paired_difference(wrong, naively_wrong, resamples).low > 0:
        return []
    return [
        f"The one that it calls most likely is right for {1 - wrong.mean():.1%} of the holdout. To "
        "suppose that customers do nothing more is right for "
        f"{1 - naively_wrong.mean():.1%}: rely on the chances of all, which tell how sure it is, "
        "rather than on the name."
    ]


def _shares(prepared: Prepared) -> Floats:
    numbers = prepared.training.label.astype(np.int64)
    counts = np.bincount(numbers, minlength=len(prepared.classes))
    return np.asarray(counts / counts.sum())


def _gain(prepared: Prepared, predicted: Floats, constant: Floats, resamples: Resamples) -> Metric:
    actual = prepared.holdout.label
    losses = (class_log_losses(actual, chances) for chances in (predicted, constant))
    return paired_difference(*losses, resamples)


def _manifest(
    found: Answerability,
    answer: Answer,
    admitted: Admitted,
    result: SearchResult,
    winner: Winner,
    options: Options,
) -> AnswerManifest:
    prepared, days = admitted.prepared, options.windows.target_days
    named = zip(prepared.classes, _shares(prepared).tolist(), strict=True)
    return AnswerManifest(
        scope="customer",
        meaning=meaning_of(answer.meaning, options.windows),
        status="yes",
        status_reason=found.reason,
        label=_LABELS[answer.name].format(days=days),
        family=result.family,
        members=len(winner.ensemble.members),
        inputs=inputs_of(prepared.features, prepared.training),
        windows=described_windows("customer", options.windows, prepared),
        evidence=admitted.evidence,
        metrics={},
        baseline=_BASELINE,
        baseline_metrics={},
        parity=winner.parity,
        leaks=admitted.leaks,
        warnings=evidence_warnings(admitted.evidence) + interruption(result, options),
        classes=[ProductClass(name=name, share=share) for name, share in named],
    )
