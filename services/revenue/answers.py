"""What the revenue service says of each unit."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from clickstream.bundle import AnswerManifest
from clickstream.scoring import spend_interval
from services.common.answers import Absent, Outcome, Prediction, left_out
from services.common.reasons import in_amounts

__all__ = ["RevenuePrediction", "SpendInterval"]


class SpendInterval(BaseModel):
    """Where the actual amount lies, as often as `level` says."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    level: float
    low: float
    high: float


class RevenuePrediction(Prediction):
    """An expected amount, how far the actual one may be off, and what it is made of."""

    value: float = Field(description="expected amount in currency units, buyers or not")
    interval: SpendInterval | Absent = left_out("from errors on rows the model did not see")
    spend_if_buys: float | Absent = left_out("expected amount where something is bought")
    buy_probability: float | Absent = left_out("chance that anything is bought")

    effect_words: ClassVar[Callable[[float], str]] = in_amounts

    def band(self) -> str:
        """The power of ten that the amount lies below; `0` for nothing."""
        if self.value <= 0:
            return "0"
        return f"below 1e{max(math.floor(math.log10(self.value)) + 1, 0)}"

    @classmethod
    def own_parts(cls, outcome: Outcome) -> dict[str, Any]:
        """The amount, its interval, and its two factors where the model has them."""
        value = outcome.number("value")
        return {
            "value": value,
            "interval": _interval(value, outcome.manifest),
            "spend_if_buys": outcome.number_or_none("spend_if_buys"),
            "buy_probability": outcome.number_or_none("buy_probability"),
        }


def _interval(value: float, manifest: AnswerManifest) -> SpendInterval | None:
    residuals = manifest.interval
    if residuals is None:
        return None
    low, high = spend_interval(np.array([value]), residuals)
    return SpendInterval(level=residuals.level, low=float(low[0]), high=float(high[0]))
