"""What the segmentation service says of a new customer: the next interest, or segment."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.common.answers import Outcome, Prediction

__all__ = ["ClassPrediction"]


class Chance(BaseModel):
    """How likely a category, or a segment, is to be the one."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    name: str = Field(description="of it; `other` stands for all that few of training had")
    chance: float = Field(ge=0, le=1, description="that it is the one")
    usual: float = Field(ge=0, le=1, description="share of training's cases that had it")


class ClassPrediction(Prediction):
    """The category that most will be spent on, or the segment to come, with the chances of all."""

    value: str = Field(description="the most likely category or segment")
    chance: float = Field(ge=0, le=1, description="that it is this one")
    chances: list[Chance] = Field(description="of all, the most likely first")

    def band(self) -> str:
        """The class itself."""
        return self.value

    @classmethod
    def own_parts(cls, outcome: Outcome) -> dict[str, Any]:
        """All classes by their chances."""
        classes, found = outcome.manifest.classes, outcome.numbers("value")
        chances = [
            # Single precision may round a chance to a little more than 1.
            Chance(name=one.name, chance=min(chance, 1.0), usual=one.share)
            for one, chance in zip(classes, found, strict=True)
        ]
        chances.sort(key=lambda one: -one.chance)
        return {"value": chances[0].name, "chance": chances[0].chance, "chances": chances}
