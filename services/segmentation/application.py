"""The segmentation service's application: segments, interests, and what to recommend."""

from __future__ import annotations

from fastapi import FastAPI

from clickstream.bundle import Bundle
from services.common.application import make_application
from services.common.prediction_log import PredictionLog
from services.segmentation.answers import SegmentPrediction
from services.segmentation.classes import ClassPrediction
from services.segmentation.recommending import RecommendationRequest, recommendation_routes

__all__ = ["segmentation_application"]


def segmentation_application(
    bundle: Bundle, threads: int = 1, log: PredictionLog | None = None
) -> FastAPI:
    """Make the application of one bundle.

    Parameters
    ----------
    bundle : Bundle
        A verified bundle.
    threads : int, default 1
        For DuckDB and for ONNX Runtime, each.
    log : PredictionLog, optional
        Where predictions are kept.

    Raises
    ------
    BundleError
        If the bundle does not answer its own example.
    """
    return make_application(
        bundle,
        SegmentPrediction,
        {"interest": ClassPrediction, "next_segment": ClassPrediction},
        [recommendation_routes(bundle)],
        [RecommendationRequest],
        threads=threads,
        log=log,
    )
