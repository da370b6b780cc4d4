"""Segments: found, judged, described and exported as one ONNX graph."""

from automl.segments.evaluation import segment_evaluation
from automl.segments.export import disagreements, to_onnx
from automl.segments.judgement import Estimate, Judgement, judge
from automl.segments.notes import interruption_note
from automl.segments.out_of_time import out_of_time_agreements
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
    "interruption_note",
    "judge",
    "out_of_time_agreements",
    "profile",
    "search_segments",
    "segment_evaluation",
    "to_onnx",
]
