"""A BentoML service as its quickstart shows one: a stored scikit-learn pipeline on DataFrames.

It is given ready-made features, so it does less than Clickwise, which makes them from clicks.
"""

from __future__ import annotations

import os
from typing import Any

import bentoml
import joblib
import pandas as pd


@bentoml.service
class Stock:
    """Chances of ready-made rows."""

    def __init__(self) -> None:
        self.models, self.types = joblib.load(os.environ["STOCK_MODELS"])

    @bentoml.api
    def predict(self, rows: list[dict[str, Any]]) -> list[float]:
        """The mean chance of the winner's models."""
        frame = pd.DataFrame(rows).astype(self.types)
        chances = [model.predict_proba(frame)[:, 1] for model in self.models]
        return [float(chance) for chance in sum(chances) / len(chances)]
