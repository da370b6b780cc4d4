"""What became of each answer, for machines and for readers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from automl.released import Released
from clickstream.answers import ANSWERS
from clickstream.bundle import Bundle
from clickstream.errors import LeakFound, NotAnswerable, ReleaseRefused, TrainingError
from clickstream.manifest import Recommendations

__all__ = ["REFUSALS", "Outcome", "Refused", "describe_outcome", "describe_recommendations"]


REFUSALS = (NotAnswerable, LeakFound, ReleaseRefused, TrainingError)
"""What keeps an answer, or recommendations, from being released, and nothing else."""


@dataclass(frozen=True)
class Outcome:
    """What became of an answer.

    Attributes
    ----------
    answer : str
        Its name.
    outcome : {'packaged', 'refused'}
        Whether a bundle holds it.
    status : str
        `yes`, `proxy` or `no`.
    message : str
        The refusal, or what was packaged, with figures.
    bundle : Path or None
        The task's folder.
    """

    answer: str
    outcome: Literal["packaged", "refused"]
    status: str
    message: str
    bundle: Path | None = None

    def as_dict(self) -> dict[str, str | None]:
        """For machines."""
        return {
            "answer": self.answer,
            "outcome": self.outcome,
            "status": self.status,
            "message": self.message,
            "bundle": None if self.bundle is None else str(self.bundle),
        }

    def as_line(self) -> str:
        """For readers."""
        proxy = " as a proxy" if self.outcome == "packaged" and self.status == "proxy" else ""
        return f"{self.answer}: {self.outcome}{proxy}. {self.message}"


@dataclass(frozen=True)
class Refused:
    """What the gate, or the data, did not let pass.

    Attributes
    ----------
    status : str
        `yes`, `proxy` or `no`, of the question.
    reason : str
        In a sentence.
    """

    status: str
    reason: str


def describe_outcome(name: str, result: Released | Refused, bundle: Bundle | None) -> Outcome:
    """Tell what became of an answer.

    Parameters
    ----------
    name : str
        The answer.
    result : Released or Refused
        What training made of it.
    bundle : Bundle or None
        Of its task, where there is one.
    """
    if isinstance(result, Refused):
        return Outcome(name, "refused", result.status, result.reason)
    return Outcome(
        name,
        "packaged",
        result.manifest.status,
        _summary(result) + ("" if bundle is None else _recommends(bundle, result)),
        bundle.path if bundle else None,
    )


def _recommends(bundle: Bundle, result: Released) -> str:
    """Of segments: what became of the recommendations beside them."""
    if result.segments is None:
        return ""
    found = bundle.manifest.recommendations
    if found is None:
        return f". No recommendations: {bundle.manifest.refused['recommendations'].rstrip('.')}"
    return f". Recommendations: {_how_good(found)}"


def describe_recommendations(bundle: Bundle) -> Outcome:
    """Tell of recommendations that stand in a bundle alone."""
    found = bundle.manifest.recommendations
    assert found is not None
    said = _how_good(found)
    return Outcome(
        "recommendations", "packaged", "yes", f"{said[:1].upper()}{said[1:]}", bundle.path
    )


def _how_good(found: Recommendations) -> str:
    ours, popular = found.metrics, found.baselines["popular"]
    return (
        f"the last product of {found.sessions:,} sessions is among the first 20 in "
        f"{ours['hit_rate_20'].value:.3f}, beside {popular['hit_rate_20'].value:.3f} of popular "
        "products"
    )


def _summary(released: Released) -> str:
    manifest = released.manifest
    leading = {
        "conversion": "roc_auc",
        "revenue": "rmse",
        "segment": "silhouette",
        "multiclass": "accuracy",
    }
    metric = leading[ANSWERS[released.name].kind]
    figure, parity = manifest.metrics[metric], manifest.parity
    beside = manifest.baseline_metrics[metric].value
    return (
        f"{manifest.family}, holdout {metric} {figure.value:.4g} (95 % interval "
        f"{figure.low:.4g} to {figure.high:.4g}), beside {beside:.4g} of the baseline "
        f"({manifest.baseline}); parity {parity.largest_difference:.2g} on {parity.rows} rows"
        + (". Interrupted: the best found by then" if released.run.get("interrupted") else "")
    )
