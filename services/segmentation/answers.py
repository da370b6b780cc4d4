"""What the segmentation service says of each unit."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from clickstream.bundle import AnswerManifest, Trait
from clickstream.rfm import CLASSES, RFM_COLUMNS, rfm_scores
from services.common.answers import Absent, Outcome, Prediction, left_out

__all__ = ["SegmentPrediction"]


class Rfm(BaseModel):
    """Recency, frequency and monetary value, scored from 1 to 5, the higher the better."""

    model_config = ConfigDict(extra="forbid")

    recency: int = Field(ge=1, le=5, description="by days since the last order, fewer being better")
    frequency: int = Field(ge=1, le=5, description="by orders")
    monetary: int = Field(ge=1, le=5, description="by the amount bought")
    name: str = Field(description="class of the three scores, such as `champion` or `lost`")
    meaning: str = Field(description="what customers of the class did")


class SegmentPrediction(Prediction):
    """The nearest segment, and whether the unit is near enough to belong to it."""

    value: int = Field(description="number of the nearest segment")
    label: str = Field(description="`segment 2`, or `fits no segment`")
    fits: bool = Field(description="true where the distance is at most 1")
    distance: float = Field(description="from the segment's centre, in radii of the segment")
    map: list[float] = Field(
        min_length=2, max_length=2, description="x and y on the map of customers"
    )
    traits: list[Trait] = Field(description="what sets the nearest segment apart from everyone")
    rfm: Rfm | Absent = left_out("scores of a customer; left out of who ordered nothing")

    @classmethod
    def own_parts(cls, outcome: Outcome) -> dict[str, Any]:
        """The nearest segment with its traits, the distance to it, and the place on the map."""
        segment, distance = int(outcome.number("segment")), outcome.number("distance")
        return {
            "value": segment,
            "label": f"segment {segment}" if distance <= 1 else "fits no segment",
            "fits": distance <= 1,
            "distance": distance,
            "map": outcome.numbers("map"),
            "traits": _traits(segment, outcome.manifest),
            "rfm": _rfm(outcome),
        }


def _rfm(outcome: Outcome) -> Rfm | None:
    borders = outcome.manifest.rfm
    if borders is None:
        return None
    one = {name: outcome.columns[name][[outcome.place]] for name in RFM_COLUMNS}
    (scores,) = rfm_scores(borders, one)
    return None if scores is None else Rfm(**asdict(scores), meaning=CLASSES[scores.name])


def _traits(segment: int, manifest: AnswerManifest) -> list[Trait]:
    return next((known.traits for known in manifest.segments if known.segment == segment), [])
