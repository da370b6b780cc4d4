"""Train the segment answer: search, export, judge, gate."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import onnx
from threadpoolctl import threadpool_limits

from automl.admission import Admitted, admit
from automl.customers import described_windows
from automl.evidence import evidence_warnings
from automl.gate import require_parity
from automl.options import Options
from automl.profiling import Profiled, profile_segments
from automl.released import Released, Segments, answer_files, inputs_of
from automl.rfm_table import rfm_evaluation
from automl.segments import (
    Estimate,
    Judgement,
    SegmentModel,
    SegmentSearch,
    Winner,
    disagreements,
    interruption_note,
    judge,
    out_of_time_agreements,
    search_segments,
    segment_evaluation,
    to_onnx,
)
from automl.table import Prepared
from clickstream.answers import Answer, Answerability
from clickstream.errors import ReleaseRefused
from clickstream.manifest import AnswerManifest, Metric, Parity
from clickstream.rfm import rfm_borders
from clickstream.tables import Dataset

__all__ = ["train_segments"]

_BASELINE = "a random assignment of the same sizes"


# Predictions and the map multiply matrices, and threads would add up in an order of their own.
@threadpool_limits.wrap(limits=1)
def train_segments(
    dataset: Dataset, answer: Answer, found: Answerability, options: Options
) -> Released:
    """Search and judge segments.

    Parameters
    ----------
    dataset : Dataset
        A file, read.
    answer : Answer
        Of kind segment.
    found : Answerability
        With the scope: customers, sessions or rows.
    options : Options
        Budget, seed and progress.

    Raises
    ------
    NotAnswerable, ReleaseRefused
        If no segmentation satisfies the constraints, with figures.
    """
    admitted = admit(dataset, answer, found, options)
    prepared = admitted.prepared
    result, seconds = _search(prepared, answer, options)
    winner = _winner(result)
    model = winner.model
    judgement = judge(model, winner.stability, prepared.holdout.frame, seed=options.seed)
    _require_constraints(answer, judgement)
    graph = to_onnx(model)
    parity = _parity(answer, graph, model, prepared)
    profiled = profile_segments(found.scope, prepared, model, options.strategies)
    rfm = rfm_borders(prepared.habits) if prepared.habits else None
    labels = model.predict(prepared.training.frame)
    evaluation = _evaluation(result, winner, prepared, profiled, options)
    if rfm is not None:
        evaluation["rfm"] = rfm_evaluation(rfm, prepared.habits, labels)
    manifest = AnswerManifest(
        **_described(found, options, admitted),
        family=model.family,
        metrics=_metrics(judgement) | _over_time(evaluation, profiled),
        baseline=_BASELINE,
        baseline_metrics={"silhouette": _exactly(judgement.baseline)},
        parity=parity,
        warnings=[
            *_interruption(result),
            *evidence_warnings(admitted.evidence),
            *profiled.warnings,
        ],
        segments=profiled.segments,
        segments_as_of=_as_of(found, prepared),
        rfm=rfm,
    )
    files = answer_files(answer.name, graph, evaluation, prepared)
    run = {
        "search_seconds": round(seconds, 2),
        "seconds_by_family": {line.family: round(line.seconds, 2) for line in result.leaderboard},
    }
    names = {one.segment: one.name for one in profiled.segments}
    segments = Segments(model, names, _members(prepared, labels))
    return Released(answer.name, manifest, files, run, segments)


def _search(prepared: Prepared, answer: Answer, options: Options) -> tuple[SegmentSearch, float]:
    """What was found, and in how many seconds."""
    began = time.perf_counter()
    result = search_segments(
        prepared.training.frame,
        budget=options.budget,
        trials=options.trials,
        seed=options.seed,
        progress=lambda share, text: options.report(answer.name, text, share),
    )
    return result, time.perf_counter() - began


def _parity(
    answer: Answer, graph: onnx.ModelProto, model: SegmentModel, prepared: Prepared
) -> Parity:
    differing = disagreements(graph, model, prepared.holdout.frame)
    parity = Parity(rows=len(prepared.holdout), largest_difference=float(differing), tolerance=0.0)
    require_parity(answer.name, parity)
    return parity


def _described(found: Answerability, options: Options, admitted: Admitted) -> dict[str, Any]:
    """Fields of the manifest that say what was asked, and of which data."""
    prepared = admitted.prepared
    return {
        "scope": found.scope,
        "meaning": f"which segment this {found.scope} belongs to",
        "status": "yes",
        "status_reason": found.reason,
        "inputs": inputs_of(prepared.features, prepared.training),
        "windows": described_windows(found.scope, options.windows, prepared),
        "evidence": admitted.evidence,
        "leaks": admitted.leaks,
    }


def _as_of(found: Answerability, prepared: Prepared) -> datetime | None:
    """The last moment as of which training saw customers; sessions and rows have none in common."""
    if found.scope != "customer":
        return None
    moment: datetime = prepared.training.start.max().astype("datetime64[us]").item()
    return moment.replace(tzinfo=UTC)


def _members(prepared: Prepared, labels: Any) -> dict[str, int]:
    """The segment of each unit as it was last seen."""
    order = np.argsort(prepared.training.end, kind="stable")
    units = prepared.training.unit_ids[order].astype(str)
    return dict(zip(units.tolist(), labels[order].tolist(), strict=True))


def _winner(result: SegmentSearch) -> Winner:
    if result.winner is None:
        reasons = "; ".join(f"{line.family}: {line.reason}" for line in result.leaderboard)
        raise ReleaseRefused(f"No candidate for segments keeps the constraints. {reasons}.")
    return result.winner


def _interruption(result: SegmentSearch) -> list[str]:
    """A warning that stays with the model: more time might have found better segments."""
    return [interruption_note(len(result.candidates))] if result.interrupted else []


def _evaluation(
    result: SegmentSearch,
    winner: Winner,
    prepared: Prepared,
    profiled: Profiled,
    options: Options,
) -> dict[str, Any]:
    agreements = out_of_time_agreements(
        result.kept,
        winner.model,
        prepared.holdout.frame,
        size=result.sampled_rows["judged"],
        seed=options.seed,
    )
    return segment_evaluation(
        result,
        winner,
        agreements,
        prepared.training.frame,
        names={one.segment: one.name for one in profiled.segments},
        # Without times neither is later.
        later=bool(prepared.holdout.start.min() >= prepared.training.end.max()),
    )


def _require_constraints(answer: Answer, judgement: Judgement) -> None:
    if not judgement.passes:
        raise ReleaseRefused(
            f"The constraints on a {answer.name} do not hold on the holdout: "
            f"{'; '.join(judgement.broken)}."
        )


def _metrics(judgement: Judgement) -> dict[str, Metric]:
    """Figures of the holdout; the stability is the one that the search measured."""
    return {
        "silhouette": _estimated(judgement.silhouette),
        "silhouette_lead": _estimated(judgement.lead),
        "davies_bouldin": _exactly(judgement.davies_bouldin),
        "within_ss": _exactly(judgement.within_ss),
        "stability": _exactly(judgement.stability),
        "smallest_share": _exactly(judgement.smallest_share),
        "noise_share": _exactly(judgement.noise_share),
        "segments": _exactly(judgement.segments),
    }


def _over_time(evaluation: Mapping[str, Any], profiled: Profiled) -> dict[str, Metric]:
    """Whether the same segments come out of later rows, and what customers did one window on."""
    (chosen,) = (one for one in evaluation["candidates"] if one["chosen"])
    name = "out_of_time_agreement" if evaluation["holdout_is_later"] else "held_out_agreement"
    figures = {name: chosen["out_of_time"], **profiled.figures}
    return {name: _exactly(value) for name, value in figures.items()}


def _estimated(estimate: Estimate) -> Metric:
    return Metric(value=estimate.value, low=estimate.low, high=estimate.high)


def _exactly(value: float) -> Metric:
    """A figure that is counted, not estimated."""
    return Metric(value=value, low=value, high=value)
