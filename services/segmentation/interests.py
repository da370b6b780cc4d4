"""What the segmentation service says of a new customer's interest."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.common.answers import Outcome, Prediction

__all__ = ["InterestPrediction"]


class Chance(BaseModel):
    """How likely a category is to be the one."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    name: str = Field(description="the category; `other` stands for all that few spend most on")
    chance: float = Field(ge=0, le=1, description="that most is spent on it")
    usual: float = Field(ge=0, le=1, description="share of training's customers who did so")


class InterestPrediction(Prediction):
    """The category that most will be spent on, with the chances of all."""

    value: str = Field(description="the most likely category")
    chance: float = Field(ge=0, le=1, description="that it is this one")
    chances: list[Chance] = Field(description="of all categories, the most likely first")

    @classmethod
    def own_parts(cls, outcome: Outcome) -> dict[str, Any]:
        """All categories by their chances."""
        classes, found = outcome.manifest.classes, outcome.numbers("value")
        chances = [
            # Single precision may round a chance to a little more than 1.
            Chance(name=one.name, chance=min(chance, 1.0), usual=one.share)
            for one, chance in zip(classes, found, strict=True)
        ]
        chances.sort(key=lambda one: -one.chance)
        return {"value": chances[0].name, "chance": chances[0].chance, "chances": chances}
