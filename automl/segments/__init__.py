"""Segments: found, judged, described and exported as one ONNX graph."""

from automl.segments.export import disagreements, to_onnx
from automl.segments.judgement import Estimate, Judgement, judge
from automl.segments.profiles import Profile, Trait, profile
from automl.segments.prototypes import SegmentModel
from automl.segments.quality import Figures
from automl.segments.results import (
    Candidate,
    ElbowPoint,
    FamilyResult,
    Kept,
    SegmentSearch,
    Winner,
)
from automl.segments.search import Progress, search_segments
from automl.segments.space import ReferenceSpace

__all__ = [
    "Candidate",
    "ElbowPoint",
    "Estimate",
    "FamilyResult",
    "Figures",
    "Judgement",
    "Kept",
    "Profile",
    "Progress",
    "ReferenceSpace",
    "SegmentModel",
    "SegmentSearch",
    "Trait",
    "Winner",
    "disagreements",
    "judge",
    "profile",
    "search_segments",
    "to_onnx",
]
