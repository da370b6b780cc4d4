"""What the services promise, for whoever holds models of their answers against it."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from services.common.application import make_application
from services.conversion.answers import ConversionPrediction
from services.revenue.answers import RevenuePrediction
from services.segmentation.answers import SegmentPrediction
from tests.services import hand_made

KINDS = {
    "conversion": ConversionPrediction,
    "revenue": RevenuePrediction,
    "segmentation": SegmentPrediction,
}
BUNDLES = {
    "conversion": hand_made.two_answer_bundle,
    "revenue": hand_made.spend_bundle,
    "segmentation": hand_made.segment_bundle,
}


@functools.cache
def application(task: str) -> FastAPI:
    """The application of a service on a hand-made bundle that has every optional part."""
    folder = Path(tempfile.mkdtemp(prefix=f"clickwise-{task}-"))
    atexit.register(shutil.rmtree, folder)
    return make_application(BUNDLES[task](folder / task), KINDS[task])


def openapi(task: str) -> dict[str, Any]:
    """`/docs.json` of a service."""
    return application(task).openapi()
