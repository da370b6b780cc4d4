"""What the conversion service says of each unit."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from services.common.answers import Absent, Outcome, Prediction, left_out, tenth

__all__ = ["ConversionPrediction"]


class ConversionPrediction(Prediction):
    """A probability, and whether it is above the threshold that training chose."""

    value: float = Field(description="probability of yes, from 0 to 1")
    threshold: float | Absent = left_out("chosen in training, if any")
    likely: bool | Absent = left_out("true where the value reaches the threshold")

    def band(self) -> str:
        """The tenth that the probability lies in."""
        return tenth(self.value)

    @classmethod
    def own_parts(cls, outcome: Outcome) -> dict[str, Any]:
        """The probability, held against the threshold."""
        value, threshold = outcome.number("value"), outcome.manifest.threshold
        if threshold is None:
            return {"value": value}
        return {"value": value, "threshold": threshold, "likely": value >= threshold}
