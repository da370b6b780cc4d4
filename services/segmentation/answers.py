"""What the segmentation service says of each unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from clickstream.bundle import AnswerManifest, SegmentProfile, Strategy, Trait
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


class Move(BaseModel):
    """Where some members of a segment are one target window later."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="of the segment; `gone` where they are not seen any more")
    share: float = Field(ge=0, le=1, description="of training's members of the nearest segment")


class Trust(BaseModel):
    """How far the segments hold: 1 where the same come out again, about 0 where others do."""

    model_config = ConfigDict(extra="forbid")

    stability: float = Field(description="mean adjusted Rand index over samples of training")
    agreement: float = Field(description="the same over samples of the holdout")
    later: bool = Field(description="whether the holdout is later than the training")
    moved_share: float | Absent = left_out(
        "customers of training who changed segment or were gone one target window later; 0 to 1"
    )


class SegmentPrediction(Prediction):
    """The nearest segment, and whether the unit is near enough to belong to it."""

    value: int = Field(description="number of the nearest segment")
    name: str = Field(description="name of the nearest segment")
    label: str = Field(description="its name, or `fits no segment`")
    fits: bool = Field(description="true where the distance is at most 1")
    distance: float = Field(description="from the segment's centre, in radii of the segment")
    map: list[float] = Field(
        min_length=2, max_length=2, description="x and y on the map of customers"
    )
    traits: list[Trait] = Field(description="what sets the nearest segment apart from everyone")
    strategy: Strategy = Field(description="what to do about members of the nearest segment")
    moves: list[Move] = Field(
        description="where its members are one target window later, the most likely first; empty "
        "where units are not customers"
    )
    trust: Trust
    rfm: Rfm | Absent = left_out("scores of a customer; left out of who ordered nothing")

    def band(self) -> str:
        """The segment, or that it fits none."""
        return self.label

    @classmethod
    def own_parts(cls, outcome: Outcome) -> dict[str, Any]:
        """The nearest segment with all that is known of it, and how near it is."""
        number, distance = int(outcome.number("segment")), outcome.number("distance")
        names = {one.segment: one.name for one in outcome.manifest.segments}
        segment = next(one for one in outcome.manifest.segments if one.segment == number)
        return {
            "value": number,
            "name": segment.name,
            "label": segment.name if distance <= 1 else "fits no segment",
            "fits": distance <= 1,
            "distance": distance,
            "map": outcome.numbers("map"),
            "traits": segment.traits,
            "strategy": segment.strategy,
            "moves": _moves(segment, names),
            "trust": _trust(outcome.manifest),
            "rfm": _rfm(outcome),
        }


def _moves(segment: SegmentProfile, names: Mapping[int, str]) -> list[Move]:
    named = {str(number): name for number, name in names.items()}
    moves = [Move(name=named.get(to, to), share=share) for to, share in segment.moves.items()]
    return sorted(moves, key=lambda move: -move.share)


def _trust(manifest: AnswerManifest) -> Trust:
    figures = {name: metric.value for name, metric in manifest.metrics.items()}
    later = "out_of_time_agreement" in figures
    return Trust(
        stability=figures["stability"],
        agreement=figures["out_of_time_agreement" if later else "held_out_agreement"],
        later=later,
        moved_share=figures.get("moved_share"),
    )


def _rfm(outcome: Outcome) -> Rfm | None:
    borders = outcome.manifest.rfm
    if borders is None:
        return None
    one = {name: outcome.columns[name][[outcome.place]] for name in RFM_COLUMNS}
    (scores,) = rfm_scores(borders, one)
    return None if scores is None else Rfm(**asdict(scores), meaning=CLASSES[scores.name])
