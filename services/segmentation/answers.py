"""What the segmentation service says of each unit."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from clickstream.bundle import AnswerManifest, Trait
from services.common.answers import Outcome, Prediction

__all__ = ["SegmentPrediction"]


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
        }


def _traits(segment: int, manifest: AnswerManifest) -> list[Trait]:
    return next((known.traits for known in manifest.segments if known.segment == segment), [])
