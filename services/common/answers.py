"""What every prediction says, whatever the service."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.json_schema import SkipJsonSchema

from clickstream.bundle import AnswerManifest, Manifest
from clickstream.reasons import Reasons
from services.common.reasons import PredictionReason, in_points, told

__all__ = ["Absent", "Outcome", "Prediction", "left_out", "shared_parts", "tenth"]

Absent = SkipJsonSchema[None]
"""None inside, left out of the answer: the schema never promises a null."""


def left_out(description: str) -> Any:
    """Describe a part that is left out of the answer where the bundle does not have it."""
    return Field(default=None, description=description, json_schema_extra=_drop_default)


def _drop_default(schema: JsonDict) -> None:
    schema.pop("default")


@dataclass(frozen=True)
class Outcome:
    """What a model says of one unit.

    Attributes
    ----------
    manifest : AnswerManifest
        Of the answer.
    outputs : dict of str to ndarray
        The graph's outputs for all units.
    place : int
        Which unit.
    columns : dict of str to ndarray
        What the query says of all units, whether or not the model takes it.
    reasons : Reasons or None
        Of the unit, where they were asked for.
    """

    manifest: AnswerManifest
    outputs: Mapping[str, npt.NDArray[Any]]
    place: int
    columns: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    reasons: Reasons | None = None

    def numbers(self, output: str) -> list[float]:
        """The unit's numbers of one output."""
        return [float(number) for number in np.ravel(self.outputs[output][self.place])]

    def number(self, output: str) -> float:
        """The unit's one number of an output."""
        return self.numbers(output)[0]

    def number_or_none(self, output: str) -> float | None:
        """The unit's one number of an output that not every graph has."""
        return self.number(output) if output in self.outputs else None


class Prediction(BaseModel):
    """One unit's answer: what it is, what it means, and how far to trust it."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    id: str = Field(description="the unit's or row's id, as asked")
    meaning: str = Field(description="what the value is, in words")
    proxy: bool = Field(description="true where the label only stands in for what was asked")
    simulated: bool = Field(description="true where the model learned from simulated data")
    warnings: list[str] = Field(description="reasons to trust this less; empty where none is known")
    base: float | Absent = left_out(
        "what is explained, on average over background rows; only with `explain`"
    )
    reasons: list[PredictionReason] | Absent = left_out(
        "what moved it away from `base`, the largest effect first; only with `explain`"
    )
    model_version: str
    data_version: str

    effect_words: ClassVar[Callable[[float], str]] = in_points

    @classmethod
    @abstractmethod
    def own_parts(cls, outcome: Outcome) -> dict[str, Any]:
        """`value`, and whatever else this kind of prediction says."""

    @abstractmethod
    def band(self) -> str:
        """One of few that the value lies in, for metrics."""

    @classmethod
    def of(cls, outcome: Outcome, unit_id: str, shared: dict[str, Any], unlike: list[str]) -> Self:
        """Make one unit's prediction.

        Parameters
        ----------
        outcome : Outcome
            What the model says.
        unit_id : str
            Who it says it of.
        shared : dict
            From `shared_parts`.
        unlike : list of str
            The unit's own warnings; those of the model follow.
        """
        warnings = [*unlike, *shared["warnings"]]
        parts = shared | {"id": unit_id, "warnings": warnings} | cls.own_parts(outcome)
        if outcome.reasons is not None:
            parts["base"] = outcome.reasons.base
            parts["reasons"] = told(outcome.reasons, cls.effect_words)
        return cls(**parts)


def tenth(chance: float) -> str:
    """The tenth that a chance lies in, such as `0.2-0.3`.

    Parameters
    ----------
    chance : float
        0 to 1.
    """
    number = min(int(10 * chance), 9)
    return f"{number / 10:.1f}-{(number + 1) / 10:.1f}"


def shared_parts(manifest: Manifest, described: AnswerManifest) -> dict[str, Any]:
    """What all predictions of one answer have in common."""
    proxy = [f"proxy: {described.status_reason}"] if described.status == "proxy" else []
    return {
        "meaning": described.meaning,
        "proxy": described.status == "proxy",
        "simulated": manifest.simulated,
        "warnings": list(dict.fromkeys([*proxy, *described.warnings])),
        "model_version": manifest.model_version,
        "data_version": manifest.data_version,
    }
